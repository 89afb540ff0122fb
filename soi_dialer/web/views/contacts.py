"""The list of contacts, with a search by name or by any form of a number."""

from __future__ import annotations

from flask import Blueprint, Response, request

from soi_dialer.store import contacts as store
from soi_dialer.web import page


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/contacts", "contacts", contacts)


def contacts() -> Response:
    search = request.args.get("q", "").replace("\0", "").strip()[: store.LONGEST_SEARCH]
    after = page.name_cursor(request.args.get("after", ""))
    with page.dialer().db.read() as conn:
        rows = store.page(conn, page.scope(), search=search, after=after, limit=page.PAGE_SIZE + 1)
        rows, more = page.more(rows, "search_name", "web.contacts", "after", **({"q": search} if search else {}))
        phones = store.phones(conn, [row["id"] for row in rows])
    return page.show("contacts.html", rows=rows, phones=phones, search=search, more=more, is_first=after is None)

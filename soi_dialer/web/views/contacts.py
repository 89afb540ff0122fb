"""The list of contacts: searched as one types, by tag, with the archived apart; and several of them at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, request

from soi_dialer.flows import archive, keep_tags
from soi_dialer.flows.errors import BadValue
from soi_dialer.store import contact_search, contacts, tags
from soi_dialer.web import page
from soi_dialer.web.links import link

MOST_AT_ONCE = 100
"""People on a page from which several are picked."""


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/contacts", "contacts", everybody)
    pages.add_url_rule("/contacts/found", "found_contacts", found)
    pages.add_url_rule("/contacts/several", "several_contacts", several, methods=["GET", "POST"])


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the list is wanted."""

    search: str
    tag: str
    archived: bool
    after: tuple[str, int] | None

    @property
    def query(self) -> dict[str, str]:
        """What an address needs to ask the same; without the position."""
        given = {"q": self.search, "tag": self.tag, "archived": "1" if self.archived else ""}
        return {name: value for name, value in given.items() if value}


def _asked(given: Mapping[str, str]) -> Asked:
    search = given.get("q", "").replace("\0", "").strip()[: contact_search.LONGEST_SEARCH]
    tag = given.get("tag", "").replace("\0", "").strip()[: tags.LONGEST]
    return Asked(search, tag, given.get("archived") == "1", page.name_cursor(given.get("after", "")))


def everybody() -> Response:
    asked = _asked(request.args)
    with page.dialer().db.read() as conn:
        known = tags.all_names(conn, page.scope())
        parts = _parts(conn, asked, "web.contacts", page.PAGE_SIZE)
    return page.show("contacts.html", tags=known, **parts)


def found() -> Response:
    """The rows alone, for a script that asks while somebody types."""
    asked = _asked(request.args)
    with page.dialer().db.read() as conn:
        return page.show("_contact_rows.html", **_parts(conn, asked, "web.contacts", page.PAGE_SIZE))


def several() -> Response:
    """The list with boxes to tick, and what may be done with those that are."""
    if request.method == "GET":
        return _pick(_asked(request.args))
    asked = _asked(request.form)
    ticked = request.form.getlist("contact")[: 2 * MOST_AT_ONCE]
    chosen = {found for text in ticked if (found := page.id_of(text)) is not None}
    try:
        said = _do(chosen, request.form.get("do", ""), page.typed("word"))
    except BadValue as wrong:
        return _pick(asked, chosen, wrong)
    flash(said)
    return redirect(link("web.contacts", **asked.query), 303)


def _do(chosen: Collection[int], what: str, word: str) -> str:
    """Returns what has happened."""
    if not chosen:
        raise BadValue("Tick somebody first.", field="contact")
    to, number = (page.dialer(), page.scope(), chosen), _people(len(chosen))
    if what == "tag":
        return f"{number} tagged “{keep_tags.tag_people(*to, word)}”."
    if what == "untag":
        return f"The tag “{keep_tags.untag_people(*to, word)}” is off {number}."
    if what == "archive":
        return f"{_people(archive.set_archived(*to))} archived. They are known when they call."
    if what == "unarchive":
        return f"{_people(archive.set_archived(*to, archived=False))} back on the list."
    raise BadValue("What is to be done with them?", field="do")


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _pick(asked: Asked, chosen: Collection[int] = (), wrong: BadValue | None = None) -> Response:
    with page.dialer().db.read() as conn:
        known = tags.all_names(conn, page.scope())
        parts = _parts(conn, asked, "web.several_contacts", MOST_AT_ONCE)
    typed = {"chosen": chosen, "wrong": wrong, "word": page.typed("word")[:200]}
    return page.show("several_contacts.html", 422 if wrong else 200, tags=known, **typed, **parts)


def _parts(conn: Any, asked: Asked, endpoint: str, size: int) -> dict[str, Any]:
    scope, query = page.scope(), asked.query
    wanted = {"search": asked.search, "tag": asked.tag, "archived": asked.archived, "after": asked.after}
    rows = contacts.page(conn, scope, **wanted, limit=size + 1)
    rows, more = page.more(rows, "search_name", endpoint, "after", size, **query)
    ids = [row["id"] for row in rows]
    return {
        "asked": asked,
        "query": query,
        "rows": rows,
        "phones": contacts.phones(conn, ids),
        "tags_of": tags.names_of(conn, ids),
        "more": more,
    }

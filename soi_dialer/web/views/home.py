"""The first page: the call under way, whom to call back, and what is talked today."""

from __future__ import annotations

from flask import Blueprint, Response

from soi_dialer.flows.report_week import report_week
from soi_dialer.store import callbacks, calls, contacts
from soi_dialer.web import page
from soi_dialer.web.reminding import reminding

SHOWN = 10


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/", "home", home)


def home() -> Response:
    scope = page.scope()
    with page.dialer().db.read() as conn:
        live = calls.live(conn, scope)
        owed = callbacks.page(conn, scope, state="open", limit=SHOWN + 1)
        unsaid = calls.waiting_for_disposition(conn, scope, limit=5)
        ids = {row["contact_id"] for row in [*owed, *unsaid, *([live] if live else [])] if row["contact_id"]}
        people = contacts.get_many(conn, scope, ids)
        about = reminding(conn, scope, live) if live else None
    week = report_week(page.dialer(), scope, None)
    today = next((d for d in week["days"] if str(d["date"]) == page.today().isoformat()), None)
    return page.show(
        "home.html",
        live=live,
        about=about,
        owed=owed[:SHOWN],
        more_owed=len(owed) > SHOWN,
        unsaid=unsaid,
        people=people,
        week=week,
        today=today,
    )

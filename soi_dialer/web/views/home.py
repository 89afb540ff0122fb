"""The first page: the call under way, whom to call back, and what is talked today."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from soi_dialer.domain.reminders import is_owed_now
from soi_dialer.flows.handed_over import handed_over
from soi_dialer.flows.remind import owed_of
from soi_dialer.flows.report_week import report_week
from soi_dialer.notify.channels import that_carry_text
from soi_dialer.store import callbacks, calls, contacts
from soi_dialer.web import call_words, page
from soi_dialer.web.reminding import reminding

SHOWN = 10
NAMED = 5


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
        digest = None if that_carry_text(page.agent()["channels"]) else _digest(conn, owed, people)
    week = report_week(page.dialer(), scope, None)
    today = next((d for d in week["days"] if str(d["date"]) == page.today().isoformat()), None)
    return page.show(
        "home.html",
        live=live,
        about=about,
        digest=digest,
        owed=owed[:SHOWN],
        more_owed=len(owed) > SHOWN,
        unsaid=unsaid,
        people=people,
        week=week,
        today=today,
    )


def _digest(conn: Any, owed: list, people: dict[int, Any]) -> dict[str, Any]:
    """What the morning's message would say, for whoever has no channel that carries it: `count`, some `names`."""
    others = handed_over(conn, page.dialer().settings, page.scope(), page.now())
    now_owed = [row for row in owed if is_owed_now(owed_of(row), page.now())]
    names = [call_words.name_of(row, people.get(row["contact_id"])) for row in now_owed]
    names += [f"{one['name']} (for {one['owner_name']})" for one in others]
    return {"count": page.agent()["owed"] + len(others), "names": names[:NAMED]}

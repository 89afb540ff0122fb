"""The first page, Today: the call under way, whom to return, what was promised, whom to call; then the day is done."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app

from soi_dialer.domain.callback import ARRIVALS, OPENERS
from soi_dialer.domain.health import DRIFTING, LOST
from soi_dialer.domain.reminders import is_owed_now
from soi_dialer.flows.handed_over import handed_over
from soi_dialer.flows.plan import Worked, stands, work_out
from soi_dialer.flows.remind import owed_of
from soi_dialer.flows.today import todays_list
from soi_dialer.notify.channels import that_carry_text
from soi_dialer.store import callbacks, calls, contacts, sheets, sphere
from soi_dialer.web import call_words, due_form, page
from soi_dialer.web.reminding import reminding

SHOWN = 10
LOOKED_AT = 60
NAMED = 5
SAID = 5
ARRIVED = frozenset(OPENERS[kind] for kind in ARRIVALS)
IMPORT = "web.imports"


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/", "home", home)


def home() -> Response:
    return show()


def show(status: int = 200, **said: Any) -> Response:
    """The page, with what a refused form has to say."""
    scope = page.scope()
    listed = todays_list(page.dialer(), scope)
    with page.dialer().db.read() as conn:
        live = calls.live(conn, scope)
        owed = callbacks.page(conn, scope, state="open", limit=LOOKED_AT)
        unsaid = sheets.waiting(conn, scope, page.now(), LOOKED_AT)
        ids = {row["contact_id"] for row in [*owed, *unsaid[:SAID], *([live] if live else [])] if row["contact_id"]}
        people = contacts.get_many(conn, scope, ids)
        about = reminding(conn, scope, live) if live else None
        digest = None if that_carry_text(page.agent()["channels"]) else _digest(conn, owed, people)
        network = {health: sphere.count(conn, scope, health, page.today()) for health in (DRIFTING, LOST)}
        worked = work_out(conn, scope, page.now())
        is_empty = not listed and not owed and contacts.count(conn, scope) == 0
    shown = {"live": live, "about": about, "digest": digest, "unsaid": unsaid, "people": people, "network": network}
    shown |= _owed(owed) | _listed(listed) | _talked(worked)
    shown |= {"is_empty": is_empty, "nonce": secrets.token_urlsafe(16)}
    shown["import_page"] = IMPORT if IMPORT in current_app.view_functions else None
    shown["due"] = due_form.suggestions(page.agent(), page.now())
    shown["is_done"] = _is_done(shown, listed)
    return page.show("home.html", status, **shown, **said)


def _owed(owed: list) -> dict[str, Any]:
    """Open callbacks apart: what came in, and what was promised, of which later days are only counted."""
    tonight = _tonight()
    promised = [row for row in owed if row["reason"] not in ARRIVED]
    return {
        "owed": owed,
        "waiting": {row["id"] for row in owed if is_owed_now(owed_of(row), page.now())},
        "arrived": [row for row in owed if row["reason"] in ARRIVED],
        "promised": [row for row in promised if row["due_at"] < tonight],
        "promised_later": sum(row["due_at"] >= tonight for row in promised),
        "shown": SHOWN,
    }


def _tonight() -> Any:
    midnight = page.present().now.astimezone(page.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def _listed(listed: list) -> dict[str, Any]:
    return {
        "customers": [row for row in listed if not row["is_partner"]],
        "partners": [row for row in listed if row["is_partner"]],
        "next_week": page.today() + timedelta(days=7),
        "next_month": page.today() + timedelta(days=30),
    }


def _talked(worked: Worked) -> dict[str, Any]:
    """Today's talk and the week's conversations, each beside what the plan asks for."""
    today = next((day for day in reversed(worked.days) if day.on == worked.today), None)
    planned = worked.plan.talk_seconds_a_day if worked.works_on(worked.today) else 0
    talked = today.talk_seconds if today else 0
    return {"talked_today": talked, "planned_today": planned, "week": stands(worked), "today": worked.today}


def _is_done(shown: dict[str, Any], listed: list) -> bool:
    """Nobody waits before tonight, no promise is left, and everybody on the list was called, skipped or put off."""
    waits = any(is_owed_now(owed_of(row), _tonight()) for row in [*shown["arrived"], *shown["promised"]])
    return bool(listed) and not waits and all(row["state"] != "open" for row in listed)


def _digest(conn: Any, owed: list, people: dict[int, Any]) -> dict[str, Any]:
    """What the morning's message would say, for whoever has no channel that carries it: `count`, some `names`."""
    others = handed_over(conn, page.dialer().settings, page.scope(), page.now())
    now_owed = [row for row in owed if is_owed_now(owed_of(row), page.now())]
    names = [call_words.name_of(row, people.get(row["contact_id"])) for row in now_owed]
    names += [f"{one['name']} (for {one['owner_name']})" for one in others]
    return {"count": page.agent()["owed"] + len(others), "names": names[:NAMED]}

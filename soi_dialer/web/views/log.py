"""A call made on the agent's own phone, logged in a few taps; it is marked self-reported wherever it is shown."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.flows import log_call as logging
from soi_dialer.flows.errors import BadValue, Conflict
from soi_dialer.flows.today import todays_list
from soi_dialer.store import contacts
from soi_dialer.web import page, talk_form, words

FOUND = 8
MINUTES = (2, 5, 10, 20, 30)
AGO = {"now": ("Just now", timedelta(0)), "hour": ("An hour ago", timedelta(hours=1))}

_FIELDS = ("said", "minutes", "when", "made_on", "made_at", "note", "step", "due_on", "due_time", "nonce")


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/calls/log", "log_call", log_call, methods=["GET", "POST"])


def log_call() -> Response:
    if request.method == "POST":
        return _keep()
    return _show(page.id_of(request.args.get("contact", "")), {"number": request.args.get("number", "")[:20]})


def _keep() -> Response:
    """The form's nonce makes a double press one call."""
    contact_id = page.id_of(request.form.get("contact_id", ""))
    typed = {name: page.typed(name) for name in _FIELDS} | {"number": page.typed("number")[:20]}
    typed["inbound"] = "1" if request.form.get("direction") == "inbound" else ""
    try:
        row = _log(contact_id, typed)
    except (BadValue, Conflict) as wrong:
        return _show(contact_id, typed, wrong=str(wrong))
    flash("Logged, as self-reported.")
    return redirect(url_for("web.contact", contact_id=row["contact_id"]), 303)


def _log(contact_id: int | None, typed: dict[str, str]) -> Any:
    agent, now = page.agent(), page.now()
    if contact_id is None:
        raise BadValue("Choose whom you talked with.", "contact_id")
    return logging.log_call(
        page.dialer(),
        page.scope(),
        contact_id=contact_id,
        number=typed["number"] or None,
        direction="inbound" if typed["inbound"] else "outbound",
        outcome="connected" if typed["inbound"] else typed["said"],
        minutes=logging.read_minutes(typed["minutes"]),
        at=_made_at(typed, now),
        note=typed["note"],
        follow_up_at=talk_form.read_step(request.form, agent, now),
        request_key=f"log:{typed['nonce'][:64]}" if typed["nonce"] else None,
    )


def _made_at(typed: dict[str, str], now: datetime) -> datetime | None:
    """When it was; None means now, so that a second press of the same form is the same call.

    A time that clocks show twice is the first of the two.
    """
    if typed["when"] in AGO:
        ago = AGO[typed["when"]][1]
        return now - ago if ago else None
    try:
        made = datetime.fromisoformat(f"{typed['made_on']}T{typed['made_at'] or '12:00'}")
        return made.replace(tzinfo=page.zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValue("Pick the day and the time of the call.", "made_on") from None


def _show(contact_id: int | None, typed: dict[str, str], wrong: str | None = None) -> Response:
    search = request.args.get("q", "").strip()[:200]
    listed = todays_list(page.dialer(), page.scope()) if not contact_id and not search else []
    with page.dialer().db.read() as conn:
        person = page.found(contacts.get(conn, page.scope(), contact_id)) if contact_id else None
        phones = contacts.phones(conn, [contact_id])[contact_id] if contact_id else []
        found = contacts.page(conn, page.scope(), search=search, limit=FOUND) if not person and search else []
    return page.show(
        "log_call.html",
        422 if wrong else 200,
        person=person,
        phones=phones,
        found=found,
        listed=listed,
        search=search,
        typed=typed,
        wrong=wrong,
        outcomes=[(name, words.outcome("outbound", name)) for name in logging.OUTCOMES["outbound"]],
        minutes=MINUTES,
        ago={name: label for name, (label, _) in AGO.items()},
        next_steps=talk_form.steps(page.agent(), page.now()),
        nonce=typed.get("nonce") or secrets.token_urlsafe(16),
    )

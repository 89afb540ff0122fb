"""A call under way, followed live, and afterwards what became of it, down to the raw facts."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.domain.call import DISPOSITIONS
from soi_dialer.flows.cancel_call import cancel_call
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed
from soi_dialer.flows.settle_call import settle_call
from soi_dialer.store import calls, contacts, voicemails
from soi_dialer.web import call_words, page
from soi_dialer.web.reminding import reminding

TRIES = 3
"""The carrier's news also move a call's version; they are no conflict with what the agent typed."""


def add_routes(pages: Blueprint) -> None:
    path = f"/calls/<int(max={page.BIGGEST_ID}):call_id>"
    pages.add_url_rule(path, "call", call)
    pages.add_url_rule(f"{path}/live", "call_live", live)
    pages.add_url_rule(f"{path}/cancel", "cancel_call", cancel, methods=["POST"])
    pages.add_url_rule(f"{path}/settle", "settle_call", settle, methods=["POST"])


def call(call_id: int) -> Response:
    return _show(call_id)


def live(call_id: int) -> Response:
    """The parts of the page that move, as HTML; 304 while nothing has moved."""
    with page.dialer().db.read() as conn:
        row = page.found(calls.get(conn, page.scope(), call_id))
        message = _message(conn, row)
        tag = _tag(row, message)
        if tag in request.if_none_match:
            response = Response(status=304)
        else:
            response = page.show("call_live.html", **_parts(conn, row, message))
    response.set_etag(tag)
    response.headers["Soi-Live"] = "no" if row["state"] == "ended" else "yes"
    return response


def cancel(call_id: int) -> Response:
    try:
        cancel_call(page.dialer(), page.scope(), call_id)
    except (NotAllowed, Conflict) as refusal:
        flash(str(refusal), "warning")
    return redirect(url_for("web.call", call_id=call_id, _anchor="status"), 303)


def settle(call_id: int) -> Response:
    """The agent's own word and note. Another tab that was quicker is shown, with what was typed here."""
    outcome, note = request.form.get("outcome") or None, page.typed("note")
    try:
        kept = any(_settle(call_id, outcome, note) for _ in range(TRIES))
    except (BadValue, NotAllowed) as wrong:
        return _show(call_id, 422, wrong=str(wrong), note_text=note, chosen=outcome)
    if not kept:
        return _show(call_id, 409, conflict=True, note_text=note, chosen=outcome)
    flash("Saved.")
    return redirect(url_for("web.call", call_id=call_id), 303)


def _settle(call_id: int, outcome: str | None, note: str) -> bool:
    """False when the agent's words are not those that this form has seen, or when news came in between."""
    with page.dialer().db.read() as conn:
        row = page.found(calls.get(conn, page.scope(), call_id))
    if request.form.get("seen", "") != _seen(row):
        return False
    try:
        settle_call(page.dialer(), page.scope(), call_id, outcome=outcome, note=note, version=row["version"])
    except Conflict:
        return False
    return True


def _show(call_id: int, status: int = 200, **said: Any) -> Response:
    with page.dialer().db.read() as conn:
        row = page.found(calls.get(conn, page.scope(), call_id))
        message = _message(conn, row)
        parts = _parts(conn, row, message)
    return page.show("call.html", status, **{"seen": _seen(row), "tag": _tag(row, message), **parts, **said})


def _message(conn: Any, row: Any) -> Any:
    return voicemails.of_call(conn, row["id"]) if row["direction"] == "inbound" else None


def _parts(conn: Any, row: Any, message: Any) -> dict[str, Any]:
    person = contacts.get(conn, page.scope(), row["contact_id"]) if row["contact_id"] else None
    events = calls.events(conn, row["id"])
    about = reminding(conn, page.scope(), row)
    says = call_words.status(row, person)
    if about:
        says = about.said if row["state"] == "ended" else about.says
    return {
        "call": row,
        "contact": person,
        "about": about,
        "name": about.name if about else call_words.name_of(row, person),
        "says": says,
        "steps": call_words.steps(row, person),
        "choices": call_words.choices(row, DISPOSITIONS[row["direction"]]),
        "events": [call_words.event(event) for event in events],
        "message": message,
        "talking_seconds": call_words.talking_seconds(row, page.now()),
    }


def _seen(row: Any) -> str:
    """What the agent saw of their own words; the carrier's news in between are no conflict."""
    return _digest([row["note"], row["disposition"]])


def _tag(row: Any, message: Any) -> str:
    """Changes with everything that the live part shows: the call's own version, and how far its message is."""
    return _digest([row["version"], message and [message["audio_state"], message["transcript"]]])


def _digest(values: list) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:24]

"""The page of one call: what it shows, and that nobody's words are overwritten unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Response, request

from soi_dialer.domain.call import DISPOSITIONS
from soi_dialer.domain.level_move import LONG_TALK_SECONDS, Suggestion
from soi_dialer.flows.errors import Conflict
from soi_dialer.flows.levels import suggestion
from soi_dialer.store import calls, contacts, sheets, voicemails
from soi_dialer.web import call_words, guide_page, page, talk_form
from soi_dialer.web.reminding import reminding

TRIES = 3
"""The carrier's news also move a call's version; they are no conflict with what the agent typed."""


def while_unchanged(call_id: int, write: Callable[[int], object]) -> bool:
    """Write against the version of the call; False when the agent's words are not those that the form has seen."""
    for _ in range(TRIES):
        with page.dialer().db.read() as conn:
            row = page.found(calls.get(conn, page.scope(), call_id))
        if request.form.get("seen", "") != seen(row):
            return False
        try:
            write(row["version"])
        except Conflict:
            continue
        return True
    return False


def show(call_id: int, status: int = 200, *, sheet_only: bool = False, **said: Any) -> Response:
    """The whole page; `sheet_only` is the sheet without what the call was like."""
    scope = page.scope()
    with page.dialer().db.read() as conn:
        row = page.found(calls.get(conn, scope, call_id))
        message = message_of(conn, row)
        shown = parts(conn, row, message)
        talk = _guide(conn, row, shown, sheet_only)
        waiting = sheets.count(conn, scope, page.now()) if row["state"] == "ended" else 0
        shown["suggested"] = _closer(conn, row)
    shown |= {"seen": seen(row), "tag": tag_of(row, message), "guide": talk}
    shown |= {"others": waiting - int(needs_sheet(row)), "sheet_only": sheet_only}
    return page.show("sheet.html" if sheet_only else "call.html", status, **{**shown, **said})


def message_of(conn: Any, row: Any) -> Any:
    return voicemails.of_call(conn, row["id"]) if row["direction"] == "inbound" else None


def parts(conn: Any, row: Any, message: Any) -> dict[str, Any]:
    """What the moving parts of the page show."""
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
        "next_steps": talk_form.steps(page.agent(), page.now()) if row["state"] == "ended" else [],
        "events": [call_words.event(event) for event in events],
        "message": message,
        "talking_seconds": call_words.talking_seconds(row, page.now()),
        "voicemail_words": guide_page.voicemail_words(conn, person, row),
    }


def needs_sheet(row: Any) -> bool:
    """As `sheets.needs_sheet` says of the rows that wait, and not too long ago to be asked for."""
    reached = row["direction"] == "outbound" and row["measured_outcome"] in ("connected", "machine")
    taken = row["direction"] == "inbound" and row["outcome"] == "connected"
    is_open = row["state"] == "ended" and row["wrapped_at"] is None and not row["self_reported"]
    return is_open and (reached or taken) and row["placed_at"] > page.now() - sheets.ASKED_FOR


def _guide(conn: Any, row: Any, shown: dict[str, Any], sheet_only: bool) -> Any:
    """Beside a call under way and its sheet; not beside one that was answered for long ago."""
    person = shown["contact"]
    wanted = row["state"] != "ended" or sheet_only or needs_sheet(row)
    return guide_page.guide(conn, person, row) if person and wanted and not shown["about"] else None


def _closer(conn: Any, row: Any) -> Suggestion | None:
    """The step up that this very talk suggests."""
    if row["contact_id"] is None or row["outcome"] != "connected" or row["talk_seconds"] < LONG_TALK_SECONDS:
        return None
    found = suggestion(conn, page.scope(), row["contact_id"], page.now())
    return found if found and found.is_up and found.call_id == row["id"] else None


def seen(row: Any) -> str:
    """What the agent saw of their own words; the carrier's news in between are no conflict."""
    return _digest([row["note"], row["disposition"]])


def tag_of(row: Any, message: Any) -> str:
    """Changes with everything that the live part shows: the call's own version, and how far its message is."""
    return _digest([row["version"], message and [message["audio_state"], message["transcript"]]])


def _digest(values: list) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:24]

"""A call that rings the agent about a callback has no number until key 1 is pressed, so it says what it is about."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection

from soi_dialer.flows.reminder_message import name_of
from soi_dialer.store import callbacks
from soi_dialer.store.scope import Scope

_ABOUT = {"voicemail": "{name}'s message", "missed_call": "{name}'s missed call", "text": "{name}'s text"}


class Reminding(NamedTuple):
    """Whom the reminder is about, and that in a sentence, for as long as the phone rings and afterwards."""

    name: str
    says: str
    said: str


def reminding(conn: Connection, scope: Scope, call: Any) -> Reminding | None:
    """None for a call that is no reminder, or whose callback is gone. A stand-in is rung about a colleague's."""
    if call["direction"] != "outbound" or call["contact_number"] is not None or call["callback_id"] is None:
        return None
    owed = callbacks.of_office(conn, scope.office_id, call["callback_id"])
    if owed is None or call["self_reported"]:
        return None
    name = name_of(conn, owed)
    about = _ABOUT.get(owed["reason"], "your call to {name}").format(name=name)
    return Reminding(name, f"We are ringing you about {about}.", f"We rang you about {about}. Nobody was called.")

"""To come back to somebody on a day that was chosen: a callback that is quiet until then.

Somebody who waits for an answer keeps waiting by their own due time; the chosen day only puts the reminding off, and
only when the agent chose it for the call as a whole.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.domain import names
from soi_dialer.domain.callback import Event
from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.keep_callback import check_due
from soi_dialer.flows.owe_callback import open_or_join, refold
from soi_dialer.store import callbacks
from soi_dialer.store.scope import Scope


def follow_up(
    connection: Connection, scope: Scope, contact_id: int, due_at: datetime, now: datetime, note: str = ""
) -> int:
    """Open a follow-up for that instant, or move the one that is there; returns the callback's id.

    Raises:
        BadValue: the instant cannot be a due time.
    """
    check_due(due_at, now)
    there = callbacks.open_for_contact(connection, scope, contact_id)
    if there is None:
        return _open(connection, scope, contact_id, due_at, now, note)
    if not _waits_for_us(there):
        callbacks.add_event(connection, there["id"], Event("due_changed", now, due_at=due_at))
    callbacks.add_event(connection, there["id"], Event("snoozed", now, due_at=due_at))
    return _noted(connection, scope, there["id"], note)


def join_follow_up(
    connection: Connection, scope: Scope, contact_id: int, due_at: datetime, now: datetime, note: str, talked: bool
) -> int:
    """One more reason to come back to somebody; of two days the earlier one holds. Returns the callback's id.

    Args:
        talked: whether the call in which it came up is a conversation, which returns what was owed before.

    Raises:
        BadValue: the instant cannot be a due time.
    """
    check_due(due_at, now)
    there = callbacks.open_for_contact(connection, scope, contact_id)
    if there is None:
        return _open(connection, scope, contact_id, due_at, now, note)
    event = Event("follow_up", now, due_at=due_at)
    callbacks.add_event(connection, there["id"], event)
    if not _waits_for_us(there):
        callbacks.add_event(connection, there["id"], Event("snoozed", now, due_at=min(due_at, there["due_at"])))
    elif talked:
        callbacks.add_event(connection, there["id"], Event("snoozed", now, due_at=due_at))
    return _noted(connection, scope, there["id"], note)


def _open(
    connection: Connection, scope: Scope, contact_id: int, due_at: datetime, now: datetime, note: str
) -> int:
    event = Event("follow_up", now, due_at=due_at)
    callback_id = open_or_join(connection, scope, contact_id, None, event)
    callbacks.add_event(connection, callback_id, event)
    callbacks.add_event(connection, callback_id, dataclasses.replace(event, kind="snoozed"))
    return _noted(connection, scope, callback_id, note)


def _waits_for_us(callback: Any) -> bool:
    """They left something, and it is the agent's turn: that debt is never moved by a plan of ours."""
    return callback["turn"] == "agent" and callback["arrived_at"] is not None


def _noted(connection: Connection, scope: Scope, callback_id: int, note: str) -> int:
    before = callbacks.get(connection, scope, callback_id)["note"]
    if note and note not in before.splitlines():
        try:
            longer = names.clean_note(f"{before}\n{note}".strip())
        except names.BadNote:
            raise BadValue("What is noted for this callback is full.", "note") from None
        callbacks.change(connection, callback_id, note=longer)
    refold(connection, callback_id)
    return callback_id

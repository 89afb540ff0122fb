"""The agent's own hand on a callback: promise one, move its time, or waive it with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.domain.callback import Event
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.owe_callback import open_or_join, refold
from soi_dialer.store import callbacks, contacts
from soi_dialer.store.scope import Scope

FURTHEST = timedelta(days=3 * 366)


def open_callback(dialer: Dialer, scope: Scope, *, contact_id: int, due_at: datetime, note: str = "") -> RowMapping:
    """Promise to call this person; an open callback of theirs is joined and keeps the earlier due time.

    Raises:
        NotFound, BadValue: nothing was opened.
    """
    now = dialer.clock()
    check_due(due_at, now)
    with dialer.db.write() as connection:
        if contacts.pin(connection, scope, contact_id) is None:
            raise NotFound("There is no such contact.")
        event = Event("requested", now, due_at=due_at)
        callback_id = open_or_join(connection, scope, contact_id, None, event)
        callbacks.add_event(connection, callback_id, event)
        refold(connection, callback_id)
        if note:
            _add_note(connection, scope, callback_id, note)
        return callbacks.get(connection, scope, callback_id)


def change_due(dialer: Dialer, scope: Scope, callback_id: int, due_at: datetime) -> RowMapping:
    """Move the due time of an open callback.

    Raises:
        NotFound, BadValue, Conflict: nothing was changed.
    """
    now = dialer.clock()
    check_due(due_at, now)
    return happen(dialer, scope, callback_id, Event("due_changed", now, due_at=due_at))


def waive(dialer: Dialer, scope: Scope, callback_id: int, reason: str) -> RowMapping:
    """Close a callback without a conversation; the reason is kept with it.

    Raises:
        NotFound, BadValue, Conflict: nothing was changed.
    """
    reason = names.visible_line(reason, 500)
    if not reason:
        raise BadValue("Say in a few words why no call is owed any more.", "reason")
    return happen(dialer, scope, callback_id, Event("waived", dialer.clock(), reason=reason))


def happen(dialer: Dialer, scope: Scope, callback_id: int, event: Event) -> RowMapping:
    """Add an event to an open callback. One whose reminding was set aside is tried again: a person has seen to it.

    Raises:
        NotFound, Conflict: nothing was changed.
    """
    with dialer.db.write() as connection:
        row = callbacks.get(connection, scope, callback_id)
        if row is None:
            raise NotFound("There is no such callback.")
        if row["state"] != "open":
            raise Conflict(f"This callback is {row['state']} already.")
        if row["set_aside_at"] is not None:
            callbacks.change(connection, callback_id, set_aside_at=None, problem=None, tries=0)
        callbacks.add_event(connection, callback_id, event)
        refold(connection, callback_id)
        return callbacks.get(connection, scope, callback_id)


def _add_note(connection, scope: Scope, callback_id: int, note: str) -> None:
    try:
        note = names.clean_note(note)
    except names.BadNote as error:
        raise BadValue(str(error), "note") from None
    before = callbacks.get(connection, scope, callback_id)["note"]
    callbacks.change(connection, callback_id, note=f"{before}\n{note}".strip())


def check_due(due_at: datetime, now: datetime) -> None:
    """Raises BadValue for an instant that no reminder can have."""
    if due_at.tzinfo is None:
        raise BadValue("The due time needs a time zone, such as 2026-11-30T15:00:00-05:00.", "due_at")
    if due_at < now - timedelta(minutes=5):
        raise BadValue("That time is in the past. Pick a later one.", "due_at")
    if due_at > now + FURTHEST:
        raise BadValue("That is more than three years away. Pick an earlier time.", "due_at")

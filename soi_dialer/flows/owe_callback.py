"""What a call does to the debts: a message or a missed call opens a callback, a conversation returns it.

Runs inside the transaction that keeps the fact, so there is never a message without a callback. A callback's columns
are always the fold of its events; when a call is corrected later, every callback that it touched is folded again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from soi_dialer.domain import reminders
from soi_dialer.domain.call import message
from soi_dialer.domain.callback import FOLLOW_UP_WORKING_DAYS, OPENERS, Callback, Event, fold_callback
from soi_dialer.domain.facts import Fact, Recorded, Transcribed
from soi_dialer.domain.working_hours import WorkingHours
from soi_dialer.flows import touch
from soi_dialer.flows.office_hours import hours_of
from soi_dialer.store import agents, callbacks, calls, voicemails
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import contact


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What news made of one call.

    `row` is the call before it, `values` the derived columns after it; `facts` are all of the call's, those of
    `new_facts` included.
    """

    row: Any
    values: dict[str, Any]
    new_facts: Sequence[Fact]
    facts: Sequence[Fact]

    @property
    def has_new_outcome(self) -> bool:
        return self.values["outcome"] != self.row["outcome"]

    def concerns(self, outcome: str) -> bool:
        """Whether the call has got or lost this outcome."""
        return self.has_new_outcome and outcome in (self.values["outcome"], self.row["outcome"])


def after_news(connection: Connection, changes: Sequence[Change]) -> None:
    """Everything that follows from these changes of calls, each call at most once among them."""
    touch.after_calls(connection, _whom(changes, "connected"), _whom(changes, "left_voicemail"))
    for change in changes:
        _write_down(connection, change)
    for change in _that_move_a_debt(connection, [c for c in changes if c.has_new_outcome]):
        _fold_debts(connection, change)


def _whom(changes: Sequence[Change], outcome: str) -> set[int]:
    return {c.row["contact_id"] for c in changes if c.row["contact_id"] and c.concerns(outcome)}


def _write_down(connection: Connection, change: Change) -> None:
    """The messages of a caller and the texts of what was spoken."""
    if change.row["direction"] == "inbound":
        _messages_left(connection, change.row, change.new_facts, change.facts)
    for fact in change.new_facts:
        if isinstance(fact, Transcribed):
            _transcribed(connection, change.row, fact)


def _that_move_a_debt(connection: Connection, changes: list[Change]) -> list[Change]:
    """Leaves out what concerns nobody's callback, asked once for all: most calls. Only a call to us opens one."""
    if not changes or any(c.row["direction"] == "inbound" for c in changes):
        return changes
    calls_there, people = callbacks.concerned(
        connection, [c.row["id"] for c in changes], [c.row["contact_id"] for c in changes]
    )
    return [c for c in changes if c.row["id"] in calls_there or c.row["contact_id"] in people]


def _fold_debts(connection: Connection, change: Change) -> None:
    row, outcome = change.row, change.values["outcome"]
    if outcome == "missed":
        _owe(connection, row, "call_missed")
    elif outcome != "voicemail" and not _stands_in_a_history(connection, row):
        return
    for callback_id in callbacks.of_call(connection, row["id"]):
        refold(connection, callback_id)


def _messages_left(connection: Connection, row: Any, new_facts: Sequence[Fact], facts: Sequence[Fact]) -> None:
    """Each completed recording of a caller is one voicemail; a later word about its length corrects it."""
    for sid in {f.recording_sid for f in new_facts if isinstance(f, Recorded) and f.status == "completed"}:
        left = message(f for f in facts if isinstance(f, Recorded) and f.recording_sid == sid)
        callback_id = _owe(connection, row, "message_left")
        text = next((f.text for f in facts if isinstance(f, Transcribed) and f.recording_sid == sid and f.text), None)
        if voicemails.add(connection, _voicemail(row, callback_id, left, text)) is None:
            voicemails.lengthen(connection, sid, left.seconds or 0)


def _voicemail(row: Any, callback_id: int, left: Recorded, transcript: str | None) -> dict[str, Any]:
    return {
        "office_id": row["office_id"],
        "agent_id": row["agent_id"],
        "contact_id": row["contact_id"],
        "call_id": row["id"],
        "callback_id": callback_id,
        "recording_sid": left.recording_sid,
        "received_at": row["placed_at"],
        "seconds": left.seconds or 0,
        "transcript": transcript,  # its news may have come before that of the recording
        "audio_state": "waiting",
        "fetch_at": row["placed_at"],  # at once: the next sweep asks for it
    }


def _transcribed(connection: Connection, row: Any, fact: Transcribed) -> None:
    """A caller's message gets its text; a note that the agent spoke becomes a written one."""
    if not fact.text:
        return
    if row["direction"] == "inbound":
        voicemails.change_by_recording(connection, fact.recording_sid, transcript=fact.text)
        return
    calls.append_note(connection, row["id"], fact.text)


def _owe(connection: Connection, row: Any, kind: str) -> int:
    """Put this call into the person's open callback, or open one; returns the callback's id."""
    mine = callbacks.of_call(connection, row["id"])
    hours = _callback_hours(connection, row["agent_id"])
    due_at = working_hours(connection, row["agent_id"]).add(row["placed_at"], hours)
    event = Event(kind, row["placed_at"], call_id=row["id"], due_at=due_at)
    scope = Scope(row["office_id"], row["agent_id"])
    callback_id = mine[0] if mine else open_or_join(connection, scope, row["contact_id"], row["contact_number"], event)
    if callbacks.add_event(connection, callback_id, event):
        refold(connection, callback_id)
    return callback_id


def open_or_join(
    connection: Connection, scope: Scope, contact_id: int | None, number: str | None, opener: Event
) -> int:
    """The person's open callback, or a new one with the opener's due time. The opener itself is not yet added.

    The contact is locked first, so that two messages of one person that arrive together find the same callback.
    """
    if contact_id is not None:
        # Weak enough to be had by whoever pinned the contact, as others may have at the same time.
        connection.execute(select(contact.c.id).where(contact.c.id == contact_id).with_for_update(key_share=True))
        there = callbacks.open_for_contact(connection, scope, contact_id)
        if there is not None:
            return there["id"]
    standing = Callback(OPENERS[opener.kind], opener.due_at)
    values = {
        "office_id": scope.office_id,
        "agent_id": scope.agent_id,
        "contact_id": contact_id,
        "contact_number": number,
        "opened_at": opener.at,
    }
    return callbacks.add(connection, values | _columns(standing))


def _stands_in_a_history(connection: Connection, row: Any) -> bool:
    """A call with somebody who waits for one joins the history of their open callback, whatever came of it."""
    if callbacks.of_call(connection, row["id"]):
        return True
    scope = Scope(row["office_id"], row["agent_id"])
    there = callbacks.open_for_contact(connection, scope, row["contact_id"]) if row["contact_id"] else None
    if there is None:
        return False
    follow_up_at = working_hours(connection, row["agent_id"]).add_working_days(row["placed_at"], FOLLOW_UP_WORKING_DAYS)
    callbacks.add_event(
        connection, there["id"], Event("contact_called", row["placed_at"], call_id=row["id"], due_at=follow_up_at)
    )
    return True


def refold(connection: Connection, callback_id: int) -> None:
    """Write the callback that its events add up to."""
    row = callbacks.lock(connection, callback_id)
    standing = fold_callback(callbacks.domain_events(connection, callback_id))
    if standing.state == "open" and row["state"] != "open" and _joined(connection, row):
        return
    columns = _columns(standing) | {"remind_at": _remind_at(connection, row, standing)}
    if any(row[name] != value for name, value in columns.items()):
        callbacks.change(connection, callback_id, **columns)


def _joined(connection: Connection, row: Any) -> bool:
    """A corrected call may reopen a debt while a newer one of the same person is open: they become one."""
    if row["contact_id"] is None:
        return False
    newer = callbacks.open_for_contact(connection, Scope(row["office_id"], row["agent_id"]), row["contact_id"])
    if newer is None:
        return False
    callbacks.join(connection, row["id"], newer["id"])
    refold(connection, newer["id"])
    return True


def _columns(standing: Callback) -> dict[str, Any]:
    return {
        "reason": standing.reason,
        "due_at": standing.due_at,
        "state": standing.state,
        "turn": standing.turn,
        "attempts": standing.attempts,
        "closed_at": standing.closed_at,
        "returned_call_id": standing.returned_call_id,
        "waive_reason": standing.waive_reason,
        "arrived_at": standing.arrived_at,
        "snoozed_until": standing.snoozed_until,
    }


def _remind_at(connection: Connection, row: Any, standing: Callback) -> datetime | None:
    """When the agent is next told of it: the one place where that is decided, besides the telling itself.

    A missed rung counts as due at its own time, so nothing here depends on when it is asked.
    """
    if standing.state != "open" or row["set_aside_at"] is not None:
        return None
    owed = reminders.Owed(
        due_at=standing.due_at,
        turn=standing.turn,
        arrived_at=standing.arrived_at,
        snoozed_until=standing.snoozed_until,
        reminded_at=row["reminded_at"],
    )
    return reminders.first_undone(owed, working_hours(connection, row["agent_id"])).at


def working_hours(connection: Connection, agent_id: int) -> WorkingHours:
    row = agents.get(connection, agent_id)
    return hours_of(row)


def _callback_hours(connection: Connection, agent_id: int) -> int:
    return agents.get(connection, agent_id)["callback_hours"]


def tomorrow_morning(connection: Connection, agent_id: int, now: datetime) -> datetime:
    """The opening of the agent's next working day."""
    return working_hours(connection, agent_id).tomorrow_morning(now)

"""After the bridge: the agent, if still on the line, says by keypad how it went.

1 we talked, 2 I left a message, 3 remind me tomorrow, 4 record a note. Nobody has to: the page asks later.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import words
from soi_dialer.domain.callback import Event
from soi_dialer.domain.facts import BridgeEnded, KeyPressed, dedupe_key
from soi_dialer.flows.answer_agent import AskKey, Say
from soi_dialer.flows.follow_call import PRESSED, News
from soi_dialer.flows.following import follower
from soi_dialer.flows.owe_callback import open_or_join, refold, tomorrow_morning
from soi_dialer.store import callbacks, calls
from soi_dialer.store.scope import Scope

_DISPOSITIONS = {"1": "connected", "2": "left_voicemail"}


@dataclasses.dataclass(frozen=True, slots=True)
class RecordNote:
    """Say this and record what the agent says."""

    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Over:
    """Nobody is left to listen."""


def end_bridge(dialer: Dialer, ref: str, fact: BridgeEnded) -> AskKey | Over | None:
    """The contact's leg is over: ask the agent how it went. None when there is no such call."""
    with dialer.db.write() as connection:
        if not follower(dialer).follow(connection, [News(ref, fact, dialer.clock())])[0]:
            return None
    if fact.first_leg_is_over:
        return Over()
    return AskKey(words.wrap_up_words(reached=fact.status == "completed"))


def press_wrap_up(dialer: Dialer, ref: str, fact: KeyPressed) -> AskKey | Say | RecordNote | None:
    """The answer to a wrap-up key. Only a leg that was answered can have been talked with or left a message.

    A key that comes again is answered as it was and does nothing: the agent may have said otherwise on the page since.
    """
    now = dialer.clock()
    with dialer.db.write() as connection:
        again = _came_before(connection, ref, fact)
        row = follower(dialer).follow_one(connection, News(ref, fact, now, PRESSED))
        if row is None:
            return None
        reached = row["measured_outcome"] in ("connected", "machine")
        if fact.digits in _DISPOSITIONS and reached:
            if not again:
                follower(dialer).rederive(connection, row, now, disposition=_DISPOSITIONS[fact.digits])
            return Say(words.kept_words())
        if fact.digits == "3":
            if not again:
                _remind_tomorrow(connection, row, now)
            return Say(words.kept_words())
        if fact.digits == "4":
            return RecordNote(words.note_words())
        return AskKey(words.wrap_up_words(reached))


def _came_before(connection: Connection, ref: str, fact: KeyPressed) -> bool:
    """Whether this key press is kept already. The call stays locked, so two deliveries at once cannot both be first."""
    rows = calls.lock(connection, refs=[ref])
    facts = calls.facts_of(connection, [row["id"] for row in rows])
    return any(dedupe_key(kept) == dedupe_key(fact) for row in rows for kept in facts[row["id"]])


def note_recorded() -> Say:
    """The agent has spoken the note; its text comes later, if the carrier can make one."""
    return Say(words.kept_words())


def _remind_tomorrow(connection: Connection, row: Any, now) -> None:
    if row["contact_id"] is None:
        return
    due_at = tomorrow_morning(connection, row["agent_id"], now)
    event = Event("requested", now, call_id=row["id"], due_at=due_at)
    scope = Scope(row["office_id"], row["agent_id"])
    callback_id = open_or_join(connection, scope, row["contact_id"], row["contact_number"], event)
    if callbacks.add_event(connection, callback_id, event):
        # A debt that was there before keeps its due time, but is quiet until then.
        callbacks.add_event(connection, callback_id, dataclasses.replace(event, kind="snoozed"))
        refold(connection, callback_id)

"""What the agent writes down while they talk: the note, answers, an opening, that they asked. All of it or nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import Connection, RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain.conversation import CATCH_UP, OPENINGS, follow_up_on, opening_note
from soi_dialer.domain.fact_kinds import ASK_NEXT, KINDS, OPENING
from soi_dialer.flows.contact_values import read_text
from soi_dialer.flows.errors import BadValue, NotAllowed
from soi_dialer.flows.follow_up import join_follow_up
from soi_dialer.flows.owe_callback import working_hours
from soi_dialer.flows.settle_call import settle_in
from soi_dialer.store import agents, calls, contacts, conversations
from soi_dialer.store.scope import Scope

ANSWERS = (*CATCH_UP, ASK_NEXT)
"""The kinds of facts that have a line of their own beside a call."""

LONGEST_ANSWER = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What stood on the page when a button was pressed. None leaves a thing as it is."""

    outcome: str | None = None
    note: str | None = None
    answers: Mapping[str, str] = dataclasses.field(default_factory=dict)  # by kind of fact
    opening: str | None = None
    about_on: date | None = None  # of an opening that has a day
    asked: bool | None = None
    done_fact: int | None = None  # what was to be asked about, and now is


def write_down(dialer: Dialer, scope: Scope, call_id: int, said: Said, version: int | None = None) -> RowMapping:
    """Keep it, in a call under way or one that is over; returns the call.

    Raises:
        NotFound, BadValue, NotAllowed, Conflict: nothing was changed.
    """
    with dialer.db.write() as connection:
        return write_in(connection, dialer, scope, call_id, said, version)


def write_in(
    connection: Connection, dialer: Dialer, scope: Scope, call_id: int, said: Said, version: int | None
) -> RowMapping:
    """As `write_down`, inside a transaction that does more than that."""
    _hold(connection, scope, call_id)
    row, now = settle_in(connection, dialer, scope, call_id, said.outcome, said.note, version), dialer.clock()
    _learn(connection, scope, row, said, now)
    if said.opening:
        _tag(connection, scope, row, said, now)
    if said.asked is not None and said.asked != (row["asked_at"] is not None):
        calls.change(connection, call_id, asked_at=now if said.asked else None)
    return calls.get(connection, scope, call_id)


def _hold(connection: Connection, scope: Scope, call_id: int) -> None:
    """The call, then its contact: in the order of everything that brings news of a call, so that nobody deadlocks."""
    row = calls.get(connection, scope, call_id)
    if row is not None:
        calls.lock(connection, ids=[call_id])
        if row["contact_id"] is not None:
            contacts.hold(connection, scope, row["contact_id"])


def _learn(connection: Connection, scope: Scope, row: RowMapping, said: Said, now: datetime) -> None:
    answers = {kind: _answer(kind, text) for kind, text in said.answers.items() if kind in ANSWERS}
    for kind, text in answers.items():
        if text:
            contact_id = _contact_of(connection, scope, row)
            conversations.learn(connection, scope, contact_id, kind, text, now, row["id"])
    if said.done_fact is not None:
        conversations.set_done(connection, scope, _contact_of(connection, scope, row), said.done_fact, now)


def _answer(kind: str, text: str) -> str:
    """On one line, as facts are heard before the next call."""
    try:
        return " ".join(read_text(text, f"answer_{kind}", LONGEST_ANSWER).split())
    except BadValue:
        message = f"“{KINDS[kind].label}” can have {LONGEST_ANSWER} characters at most; the note takes more."
        raise BadValue(message, f"answer_{kind}") from None


def _tag(connection: Connection, scope: Scope, row: RowMapping, said: Said, now: datetime) -> None:
    """A fact, and a follow-up that says why."""
    if said.opening not in OPENINGS:
        raise BadValue("That is none of the openings.", "opening")
    contact_id, opening = _contact_of(connection, scope, row), OPENINGS[said.opening]
    about_on = said.about_on if opening.asks_date else None
    today = agents.today(connection, scope.agent_id, now)
    if opening.asks_date and (about_on is None or not today <= about_on or about_on.year > today.year + 2):
        raise BadValue("Pick the day that comes near, within two years.", "opening_on")
    if not conversations.learn(connection, scope, contact_id, OPENING, opening.fact, now, row["id"], about_on):
        return  # pressed twice
    hours = working_hours(connection, scope.agent_id)
    due_at = hours.next_opening(datetime.combine(follow_up_on(opening.name, about_on, today), time(0), hours.zone))
    talked = row["outcome"] == "connected" or row["state"] == "talking"
    join_follow_up(connection, scope, contact_id, due_at, now, opening_note(opening.name, about_on), talked)


def _contact_of(connection: Connection, scope: Scope, row: RowMapping) -> int:
    if row["contact_id"] is None or contacts.get(connection, scope, row["contact_id"]) is None:
        raise NotAllowed("Nobody is known for this call, so nothing can be remembered about them.")
    return row["contact_id"]

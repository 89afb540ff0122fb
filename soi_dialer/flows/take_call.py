"""A call comes in: whose number was called, who calls, and whether the agent's phone rings or the greeting answers.

The call's row is committed before the carrier hears what to do, keyed by the carrier's own id, so that a repeated
request finds it. An unknown number becomes a contact named by that number; a withheld one stays without a contact.
"""

from __future__ import annotations

import dataclasses
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain import words
from soi_dialer.domain.facts import BridgeEnded, KeyPressed, LegMoved, Recorded
from soi_dialer.flows.answer_agent import AskKey, Say, about, first_to_say
from soi_dialer.flows.follow_call import PRESSED, News
from soi_dialer.flows.following import follower
from soi_dialer.flows.wrap_up import Over
from soi_dialer.store import agents, calls, contacts
from soi_dialer.store.scope import Scope


@dataclasses.dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring the agent's own phone; the caller keeps hearing it ring."""

    ref: str
    number: str
    caller_id: str


@dataclasses.dataclass(frozen=True, slots=True)
class TakeMessage:
    """Greet the caller and record what they say."""

    ref: str
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Join:
    """The agent took the call: join the two."""


def take_call(dialer: Dialer, *, sid: str, caller: str | None, called: str) -> RingAgent | TakeMessage | None:
    """What to do with an incoming call; None when the number called is nobody's.

    Args:
        sid: the carrier's id of the caller's leg.
        caller: E.164, or None when it was withheld.
        called: our number, E.164.
    """
    now = dialer.clock()
    with dialer.db.write() as connection:
        agent = agent_called(connection, dialer, caller, called)
        if agent is None:
            return None
        scope = Scope(agent["office_id"], agent["id"])
        busy = calls.live(connection, scope) is not None
        values = _row(dialer, connection, agent, scope, sid, caller, called, busy, now)
        calls.add_inbound(connection, values)  # a repeated request finds the row of the first
        row = calls.by_contact_sid(connection, sid)
    if row["placement"] == "greeting" or row["outcome"] is not None:
        return TakeMessage(row["ref"], words.greeting_words(agent["name"]))
    return RingAgent(row["ref"], row["agent_number"], row["twilio_number"])


def ref_of_inbound(dialer: Dialer, sid: str) -> str | None:
    """Our reference of the call that the carrier knows by this id."""
    with dialer.db.read() as connection:
        row = calls.by_contact_sid(connection, sid)
    return row["ref"] if row is not None else None


def agent_called(connection: Connection, dialer: Dialer, caller: str | None, called: str) -> RowMapping | None:
    """The agent of this number. The installation's number may be shared: then whoever knows the caller."""
    own = agents.by_twilio_number(connection, called)
    if own is not None or called != dialer.settings.twilio_phone_number:
        return own
    sharing = [row for row in agents.all_active(connection) if not row["twilio_number"]]
    known = contacts.owner_of_number(connection, None, caller) if caller else None
    return next((row for row in sharing if known and row["id"] == known["agent_id"]), next(iter(sharing), None))


def _row(
    dialer: Dialer,
    connection: Connection,
    agent: RowMapping,
    scope: Scope,
    sid: str,
    caller: str | None,
    called: str,
    busy: bool,
    now: datetime,
) -> dict[str, Any]:
    own = caller in (agent["phone"], called)
    return {
        "office_id": scope.office_id,
        "agent_id": scope.agent_id,
        "contact_id": contacts.add_named_by_number(connection, scope, caller, now) if caller and not own else None,
        "ref": secrets.token_hex(16),
        "direction": "inbound",
        "contact_number": caller,
        "agent_number": agent["phone"],
        "twilio_number": called,
        "placement": "greeting" if busy or own else "placed",
        "state": "screening" if busy or own else "ringing_agent",
        "contact_sid": sid,
        "placed_at": now,
        "last_fact_at": now,
        "reconcile_at": now + timedelta(seconds=dialer.settings.reconcile_after_seconds),
    }


def whisper(dialer: Dialer, ref: str, fact: LegMoved) -> AskKey | Say | None:
    """The agent's phone was answered by a person or by its own voicemail: say who calls, ask for key 1."""
    now = dialer.clock()
    with dialer.db.write() as connection:
        row = follower(dialer).follow_one(connection, News(ref, fact, now))
        if row is None:
            return None
        if row["outcome"] is not None:
            return Say(words.already_handled_words())
        if row["whispered_at"] is None:
            follower(dialer).rederive(connection, row, now, whispered_at=now)
        person, talked_on, today = about(connection, row, now)
        remembered = first_to_say(connection, person["id"])
        return AskKey(words.whisper_words(person["name"], talked_on, remembered, today))


def press_whisper_key(dialer: Dialer, ref: str, fact: KeyPressed) -> Join | Over | None:
    """Key 1 takes the call; anything else leaves it to the greeting."""
    now = dialer.clock()
    with dialer.db.write() as connection:
        row = follower(dialer).follow_one(connection, News(ref, fact, now, PRESSED))
        if row is None:
            return None
        taken_by_this_leg = row["agent_sid"] in (None, fact.sid)
        if fact.digits != "1" or row["outcome"] is not None or not taken_by_this_leg:
            return Over()
        if row["claimed_at"] is None:
            follower(dialer).rederive(connection, row, now, claimed_at=now, agent_sid=fact.sid)
        return Join()


def end_ringing(dialer: Dialer, ref: str, fact: BridgeEnded) -> TakeMessage | Over | None:
    """The agent's phone is done: after a talk the call is over, otherwise the greeting takes a message."""
    with dialer.db.write() as connection:
        row = follower(dialer).follow_one(connection, News(ref, fact, dialer.clock()))
        if row is None:
            return None
        agent = agents.get(connection, row["agent_id"])
    if row["claimed_at"] is not None or fact.first_leg_is_over:
        return Over()
    return TakeMessage(ref, words.greeting_words(agent["name"]))


def message_recorded(dialer: Dialer, ref: str, fact: Recorded | None) -> Say | None:
    """The caller has left a message, or nothing."""
    if fact is None:
        return Say(words.goodbye_words())
    with dialer.db.write() as connection:
        known = follower(dialer).follow(connection, [News(ref, fact, dialer.clock())])[0]
    return Say(words.goodbye_words()) if known else None

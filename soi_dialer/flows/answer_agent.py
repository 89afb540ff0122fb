"""The agent's own phone was answered: who is being called, what to remember, and key 1, which alone rings the contact.

The claim is one conditional change of the call's row. Whatever is repeated, the contact is dialled once: the same leg
asking again hears the same document, and any other leg hears that the call is already handled.
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import words
from soi_dialer.domain.fact_words import spoken
from soi_dialer.domain.facts import KeyPressed, LegMoved
from soi_dialer.domain.joining import other_email
from soi_dialer.flows import failpoints
from soi_dialer.flows.errors import NotAllowed
from soi_dialer.flows.follow_call import PRESSED, News
from soi_dialer.flows.following import follower
from soi_dialer.flows.may_call import check_may_call
from soi_dialer.store import agents, contacts, facts
from soi_dialer.store.scope import Scope

CLAIM_WITHIN = timedelta(minutes=10)
"""A call that the carrier held back for longer is not what the agent clicked for any more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Say:
    """Say this and hang up."""

    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class AskKey:
    """Say this and wait for a key."""

    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Bridge:
    """Ring the contact and join the two."""

    number: str
    caller_id: str


Reply = Say | AskKey | Bridge


def answer_agent(dialer: Dialer, ref: str, fact: LegMoved) -> Reply | None:
    """What the agent hears on picking up; None when there is no such call."""
    now = dialer.clock()
    with dialer.db.write() as connection:
        row = follower(dialer).follow_one(connection, News(ref, fact, now))
        if row is None:
            return None
        if too_late(row, fact.sid, now) or row["claimed_at"]:
            return Say(words.already_handled_words())
        return AskKey(_screen(connection, row, now))


def press_key(dialer: Dialer, ref: str, fact: KeyPressed) -> Reply | None:
    """The answer to a key: 1 claims the call and rings the contact, 2 tells more, others ask again."""
    now = dialer.clock()
    with dialer.db.write() as connection:
        row = follower(dialer).follow_one(connection, News(ref, fact, now, PRESSED))
        if row is None:
            return None
        if too_late(row, fact.sid, now):
            return Say(words.already_handled_words())
        if fact.digits == "1" or row["claimed_at"]:
            return claim(dialer, connection, row, fact.sid, now)
        return AskKey(_more(connection, row, now) if fact.digits == "2" else _screen(connection, row, now))


def too_late(row: Any, sid: str, now: datetime) -> bool:
    """Ended, given up, held back too long, or another leg than the one that this call is about."""
    other_leg = row["agent_sid"] not in (None, sid)
    stale = row["claimed_at"] is None and now - row["placed_at"] > CLAIM_WITHIN
    return other_leg or stale or bool(row["outcome"]) or bool(row["cancel_requested_at"])


def claim(dialer: Dialer, connection: Connection, row: Any, sid: str, now: datetime) -> Reply:
    """Key 1: ring the contact, at most once, after every check."""
    if row["claimed_at"] is None:
        try:
            _check_again(dialer, connection, row, now)
        except NotAllowed as error:
            follower(dialer).rederive(connection, row, now, cancel_requested_at=now, failure=str(error))
            return Say(words.blocked_words(str(error)))
        follower(dialer).rederive(connection, row, now, claimed_at=now, agent_sid=sid)
        failpoints.reached("claim_uncommitted")
    return Bridge(row["contact_number"], row["twilio_number"])


def _check_again(dialer: Dialer, connection: Connection, row: Any, now: datetime) -> None:
    """Between the click and key 1 the hour may have passed or the person may have asked not to be called."""
    scope = Scope(row["office_id"], row["agent_id"])
    person = contacts.get(connection, scope, row["contact_id"]) if row["contact_id"] else None
    if person is None:
        raise NotAllowed("This contact was deleted.")
    agent = agents.get(connection, row["agent_id"])
    check_may_call(connection, dialer.settings, agent, person, row["contact_number"], now)


def _screen(connection: Connection, row: Any, now: datetime) -> str:
    person, talked_on, today = about(connection, row, now)
    return words.screen_words(person["name"], talked_on, first_to_say(connection, person["id"]), today)


def _more(connection: Connection, row: Any, now: datetime) -> str:
    person, talked_on, today = about(connection, row, now)
    known = [spoken(fact) for fact in facts.to_bring_up(connection, person["id"])]
    return words.more_words(person["name"], talked_on, known, person["note"], today)


def first_to_say(connection: Connection, contact_id: int) -> str:
    """What the agent hears of everything that is remembered: the question for next time, else the newest."""
    known = [fact for fact in facts.to_bring_up(connection, contact_id) if not other_email(fact["kind"], fact["text"])]
    return spoken(known[0]) if known else ""


def about(connection: Connection, row: Any, now: datetime) -> tuple[Any, date | None, date]:
    """The person of a call, when they last talked and today, by the agent's calendar."""
    zone = ZoneInfo(agents.get(connection, row["agent_id"])["time_zone"])
    scope = Scope(row["office_id"], row["agent_id"])
    person = contacts.get(connection, scope, row["contact_id"]) if row["contact_id"] else None
    if person is None:
        person = {"id": 0, "name": row["contact_number"] or "", "note": "", "last_talked_at": None}
    talked = person["last_talked_at"]
    return person, talked.astimezone(zone).date() if talked else None, now.astimezone(zone).date()

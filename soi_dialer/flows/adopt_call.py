"""A call of which only the carrier knows becomes one of ours, with its messages and its debts.

It was taken by the number's fallback while we were down, or its row was lost with the hours since a backup. What the
carrier kept of it goes through the same fold as its webhooks would have; the row is marked `repaired`. Nothing here
rings anybody.
"""

from __future__ import annotations

import dataclasses
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from soi_dialer.carrier.reports import CallReport, RecordingReport
from soi_dialer.dialer import Dialer
from soi_dialer.domain.facts import Fact, Transcribed
from soi_dialer.flows.follow_call import FETCHED, News
from soi_dialer.flows.following import follower
from soi_dialer.flows.take_call import agent_called
from soi_dialer.store import agents, calls, contacts
from soi_dialer.store.scope import Scope

LONGEST_WHISPER_SECONDS = 60
"""An agent leg of an incoming call that lasted longer was a conversation: without key 1 the whisper hangs up."""

CREATED_WITHIN = timedelta(minutes=2)
"""How far from our request the carrier's call may have been created to be taken for it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """One call as the carrier knows it: the first leg, those dialled from it, and what was recorded on it."""

    first: CallReport
    children: list[CallReport]
    recordings: list[RecordingReport] = dataclasses.field(default_factory=list)
    texts: dict[str, str] = dataclasses.field(default_factory=dict)  # by recording

    @property
    def is_inbound(self) -> bool:
        """Somebody called us; an ordered call and a dialled one have other words (Twilio: Call, Direction)."""
        return self.first.direction == "inbound"

    @property
    def is_over(self) -> bool:
        return self.first.is_over and all(child.is_over for child in self.children)

    def began_at(self, now: datetime) -> datetime:
        return self.first.created_at or self.first.started_at or now


def adopt(dialer: Dialer, connection: Connection, found: Found, *, not_before_its_agent: bool = True) -> int | None:
    """Make it a call of the agent whose it was; None when it is here already or nobody's. The id of its row.

    `not_before_its_agent`: leave out what the number did before its agent worked here.
    """
    now = dialer.clock()
    if calls.owners_of_sids(connection, [found.first.sid]):
        return None
    agent = _agent_of(dialer, connection, found)
    if agent is None or (not_before_its_agent and found.began_at(now) < agent["created_at"]):
        return None
    if not found.is_inbound:
        unplaced = calls.without_sid(connection, agent["id"], found.began_at(now), CREATED_WITHIN)
        if unplaced or not found.children:  # a call that rang the agent alone has nobody to be about
            return _given_back(dialer, connection, unplaced, found, now)
    values = _row(dialer, connection, agent, found, now)
    call_id = calls.add(connection, values)
    facts = [News(values["ref"], fact, now, FETCHED) for fact in facts_of(found)]
    follower(dialer).follow(connection, facts)
    return call_id


def _given_back(
    dialer: Dialer, connection: Connection, unplaced: list[RowMapping], found: Found, now: datetime
) -> int | None:
    """A click that was given up as unconfirmed was placed after all. One that is still looked for finds it itself."""
    lost = [row for row in unplaced if row["placement"] == "lost"]
    if not lost:
        return None
    (row,) = calls.lock(connection, ids=[lost[0]["id"]])
    pressed_at = row["claimed_at"] or claimed_at(found, found.is_inbound, now)
    follower(dialer).rederive(connection, row, now, agent_sid=found.first.sid, claimed_at=pressed_at, repaired=True)
    follower(dialer).follow(connection, [News(row["ref"], fact, now, FETCHED) for fact in facts_of(found)])
    return row["id"]


def _agent_of(dialer: Dialer, connection: Connection, found: Found) -> RowMapping | None:
    first = found.first
    if found.is_inbound:
        return agent_called(connection, dialer, first.caller, first.to or "")
    shared = dialer.settings.twilio_phone_number
    active = agents.all_active(connection)
    own = (row for row in active if row["phone"] == first.to and (row["twilio_number"] or shared) == first.from_)
    return next(own, None)


def _row(dialer: Dialer, connection: Connection, agent: RowMapping, found: Found, now: datetime) -> dict[str, Any]:
    ours, theirs = (found.first.to, found.first.caller) if found.is_inbound else (found.first.from_, _contact(found))
    scope = Scope(agent["office_id"], agent["id"])
    is_a_contact = theirs and theirs not in (agent["phone"], ours)
    return {
        "office_id": scope.office_id,
        "agent_id": scope.agent_id,
        "contact_id": contacts.add_named_by_number(connection, scope, theirs, now) if is_a_contact else None,
        "ref": secrets.token_hex(16),
        "direction": "inbound" if found.is_inbound else "outbound",
        "contact_number": theirs,
        "agent_number": agent["phone"],
        "twilio_number": ours,
        "placement": "placed",
        "state": "ended",
        "contact_sid" if found.is_inbound else "agent_sid": found.first.sid,
        "claimed_at": claimed_at(found, found.is_inbound, now),
        "placed_at": found.began_at(now),
        "posted_at": None if found.is_inbound else found.began_at(now),
        "last_fact_at": now,
        "reconcile_at": now + timedelta(seconds=dialer.settings.reconcile_after_seconds),
        "repaired": True,
    }


def _contact(found: Found) -> str | None:
    return found.children[0].to if found.children else None


def claimed_at(found: Found, is_inbound: bool, now: datetime) -> datetime | None:
    """When the agent took the call, told by the legs alone; None when they did not.

    On an outbound call only key 1 dials the contact. An incoming one that the agent let go is hung up by the whisper
    within a minute. The whisper itself cannot be told from the talk any more and counts with it.
    """
    for child in found.children:
        if not is_inbound:
            return child.created_at or child.started_at or now
        talked = child.status == "completed" and (child.seconds or 0) > LONGEST_WHISPER_SECONDS
        if talked and not any(recording.status == "completed" for recording in found.recordings):
            return child.started_at or found.began_at(now)
    return None


def facts_of(found: Found) -> list[Fact]:
    """What the carrier's webhooks would have told."""
    first, second = ("contact", "agent") if found.is_inbound else ("agent", "contact")
    legs: list[Fact] = [found.first.as_fact(first)]
    legs += [child.as_fact(second) for child in found.children]
    if not found.is_inbound:
        return legs
    done = [recording for recording in found.recordings if recording.status == "completed"]
    texts = [Transcribed(found.first.sid, sid, text) for sid, text in found.texts.items()]
    return [*legs, *(recording.as_fact() for recording in done), *texts]

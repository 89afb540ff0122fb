"""A call, derived from its facts. The one place that knows what an outcome is and where talk time comes from.

`derive` is pure and does not depend on the order or the repetition of facts, so a call whose webhooks were shuffled,
doubled, or lost and fetched later ends as the same row.

Talk time is the bridged time that the carrier measured: outbound, the contact leg's length; inbound, the agent leg's
length less its whisper. Ringing, whispers and voicemail are never part of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from soi_dialer.domain.facts import (
    FINAL_STATUSES,
    BridgeEnded,
    Fact,
    LegMoved,
    MachineDetected,
    Recorded,
    SelfReported,
    Transcribed,
)
from soi_dialer.domain.leg import NO_LEG, Leg, fold_leg

STATES = ("requested", "ringing_agent", "screening", "ringing_contact", "talking", "ended")

OUTCOMES = {
    "outbound": (
        "connected",
        "left_voicemail",
        "machine",
        "no_answer",
        "busy",
        "failed",
        "agent_missed",
        "canceled",
        "unconfirmed",
    ),
    "inbound": ("connected", "voicemail", "missed"),
}

DISPOSITIONS = {
    "outbound": ("connected", "left_voicemail", "machine", "no_answer", "busy", "failed"),
    "inbound": ("connected", "voicemail", "missed"),
}
"""What an agent may say of a call; the rest only the legs can tell."""

_MACHINES = ("machine", "fax")
_BY_LEG_STATUS = {"busy": "busy", "no_answer": "no_answer", "failed": "failed", "canceled": "canceled"}


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What our own row says already and no carrier fact can tell."""

    direction: str
    placement: str = "placed"
    agent_sid: str | None = None
    contact_sid: str | None = None
    whispered_at: datetime | None = None
    claimed_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    disposition: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Derived:
    """Everything about a call that follows from its facts; the names are those of its columns, but for the last."""

    state: str
    agent_sid: str | None = None
    contact_sid: str | None = None
    measured_outcome: str | None = None
    outcome: str | None = None
    outcome_source: str | None = None
    talk_seconds: int = 0
    voicemail_seconds: int = 0
    agent_leg_seconds: int = 0
    contact_leg_seconds: int = 0
    answered_by: str | None = None
    talk_started_at: datetime | None = None
    ended_at: datetime | None = None
    is_settled: bool = dataclasses.field(default=False, compare=False)  # nothing is left to ask the carrier


@dataclasses.dataclass(frozen=True, slots=True)
class Legs:
    """A call's facts, sorted by what they are about."""

    agent: Leg
    contact: Leg
    bridge: BridgeEnded | None
    answered_by: str | None
    recordings: tuple[Recorded, ...]
    is_transcribed: bool
    ends_told: frozenset[str]  # which legs' ends the carrier told itself, rather than the other leg's request
    fetched: frozenset[str]  # of which legs the carrier was asked: more than that it does not know


def derive(known: Known, facts: Iterable[Fact]) -> Derived:
    """The call as it stands after these facts, in any order and with any repetition."""
    facts = list(facts)
    for fact in facts:
        if isinstance(fact, SelfReported):
            return _as_told(known, fact)
    legs = sort_by_leg(known, facts)
    measure = _outbound_outcome if known.direction == "outbound" else _inbound_outcome
    measured = measure(known, legs)
    outcome = (known.disposition or measured) if measured else None
    source = None if outcome is None else "agent" if known.disposition else "measured"
    stand = _outbound_state if known.direction == "outbound" else _inbound_state
    state = stand(known, legs, measured)
    return Derived(
        state=state,
        agent_sid=known.agent_sid or legs.agent.sid,
        contact_sid=known.contact_sid or legs.contact.sid,
        measured_outcome=measured,
        outcome=outcome,
        outcome_source=source,
        talk_seconds=_talk_seconds(known, legs) if outcome == "connected" else 0,
        voicemail_seconds=_voicemail_seconds(known, legs, outcome),
        agent_leg_seconds=legs.agent.seconds or 0,
        contact_leg_seconds=legs.contact.seconds or 0,
        answered_by=legs.answered_by,
        talk_started_at=_talk_started_at(known, legs),
        ended_at=_ended_at(known, legs) if state == "ended" else None,
        is_settled=_is_settled(known, legs),
    )


def _as_told(known: Known, told: SelfReported) -> Derived:
    """A call made elsewhere. What the agent says of it later corrects what they said first."""
    outcome = known.disposition or told.outcome
    talked = told.seconds if outcome == "connected" else 0
    standing = Derived("ended", outcome=outcome, outcome_source="agent", talk_seconds=talked, ended_at=told.at)
    return dataclasses.replace(standing, is_settled=True)


def sort_by_leg(known: Known, facts: list[Fact]) -> Legs:
    """The two legs and what else is known; facts about other legs than ours are left out."""
    moves = [f for f in facts if isinstance(f, LegMoved)]
    bridges = [f for f in facts if isinstance(f, BridgeEnded)]
    bridge = max(bridges, key=_weight_of, default=None)
    agent = _leg_moves(moves, "agent", known.agent_sid)
    contact = _leg_moves(moves, "contact", known.contact_sid)
    outbound = known.direction == "outbound"
    return Legs(
        agent=fold_leg(agent + _first_leg_is_over(bridges, outbound, "agent"), None if outbound else bridge),
        contact=fold_leg(contact + _first_leg_is_over(bridges, not outbound, "contact"), bridge if outbound else None),
        bridge=bridge,
        answered_by=_answered_by(facts, contact),
        recordings=tuple(f for f in facts if isinstance(f, Recorded)),
        is_transcribed=any(isinstance(f, Transcribed) for f in facts),
        ends_told=frozenset(m.leg for m in agent + contact if m.status in FINAL_STATUSES),
        fetched=frozenset(m.leg for m in moves if m.fetched),
    )


def _weight_of(bridge: BridgeEnded) -> tuple:
    """Of several words on one bridge the heaviest holds, in any order; what is final is never taken back."""
    return bridge.status in FINAL_STATUSES, bridge.seconds or 0, bridge.status, bridge.child_sid or ""


def _leg_moves(moves: list[LegMoved], leg: str, sid: str | None) -> list[LegMoved]:
    """A leg has one sid; news about another leg under the same reference moves nothing."""
    own = [m for m in moves if m.leg == leg]
    sid = sid or next((m.sid for m in own if m.sid != NO_LEG), None)
    return [m for m in own if m.sid in (sid, NO_LEG)] if sid is None else [m for m in own if m.sid == sid]


def _first_leg_is_over(bridges: list[BridgeEnded], applies: bool, leg: str) -> list[LegMoved]:
    """The request that ends a bridge also says whether the first leg has hung up: enough to know it is over."""
    return [LegMoved(leg, bridge.sid, "completed") for bridge in bridges if applies and bridge.first_leg_is_over]


def _answered_by(facts: list[Fact], contact: list[LegMoved]) -> str | None:
    said = {f.answered_by for f in facts if isinstance(f, MachineDetected)}
    said |= {m.answered_by for m in contact if m.answered_by}
    return next((word for word in ("machine", "fax", "human", "unknown") if word in said), None)


def _outbound_outcome(known: Known, legs: Legs) -> str | None:
    """From final statuses only; None while anything may still happen."""
    if known.placement == "refused":
        return "failed"
    if known.claimed_at and legs.contact.is_final:
        if legs.contact.status == "completed":
            return "machine" if legs.answered_by in _MACHINES else "connected"
        return _BY_LEG_STATUS[legs.contact.status]
    if not known.claimed_at and legs.agent.is_final:
        return _never_bridged(known, legs.agent)
    if known.placement == "lost":
        return "unconfirmed"  # until its end is known; a phone that rings as late as that connects nobody
    return None


def _never_bridged(known: Known, agent: Leg) -> str:
    """The contact was never rung: the agent did not take the call, gave it up, or could not be reached."""
    if known.cancel_requested_at or agent.status == "canceled":
        return "canceled"
    return "failed" if agent.status == "failed" else "agent_missed"


def _outbound_state(known: Known, legs: Legs, measured: str | None) -> str:
    if measured and (legs.agent.is_final or legs.agent.status is None or known.placement in ("refused", "lost")):
        return "ended"
    if known.claimed_at:
        talked = legs.contact.is_answered or legs.contact.is_final
        return "talking" if talked else "ringing_contact"
    if legs.agent.is_answered or legs.agent.is_final:
        return "screening"
    return "ringing_agent" if legs.agent.status == "ringing" else "requested"


def _inbound_outcome(known: Known, legs: Legs) -> str | None:
    if known.claimed_at:
        return "connected" if legs.agent.is_final else None
    if message(legs.recordings) is not None:
        return "voicemail"
    hung_up_at_the_beep = any(r.status == "absent" for r in legs.recordings)
    return "missed" if legs.contact.is_final or hung_up_at_the_beep else None


def _inbound_state(known: Known, legs: Legs, measured: str | None) -> str:
    if measured:
        return "ended"
    if known.claimed_at:
        return "talking"
    screened = legs.agent.is_answered or legs.agent.is_final or legs.bridge is not None
    return "screening" if screened or known.placement == "greeting" else "ringing_agent"


def message(recordings: Iterable[Recorded]) -> Recorded | None:
    """The message that a caller left, if a recording of it was completed."""
    done = [r for r in recordings if r.status == "completed"]
    return max(done, key=lambda r: (r.fetched, r.seconds or 0, r.recording_sid), default=None)


def _talk_seconds(known: Known, legs: Legs) -> int:
    if known.direction == "outbound":
        return legs.contact.seconds or 0
    return max(0, (legs.agent.seconds or 0) - whisper_seconds(known))


def whisper_seconds(known: Known) -> int:
    """How long the agent's phone was in the whisper of an inbound call: from its answer to key 1, both asked of us.

    No webhook carries the carrier's own time of a key press, so this is the one stretch measured by our clock.
    """
    if not known.whispered_at or not known.claimed_at:
        return 0
    return max(0, round((known.claimed_at - known.whispered_at).total_seconds()))


def _talk_started_at(known: Known, legs: Legs) -> datetime | None:
    if known.direction == "inbound":
        return known.claimed_at
    return legs.contact.answered_at if known.claimed_at else None


def _voicemail_seconds(known: Known, legs: Legs, outcome: str | None) -> int:
    if known.direction == "outbound":
        return (legs.contact.seconds or 0) if outcome in ("left_voicemail", "machine") else 0
    left = message(legs.recordings)
    return (left.seconds or 0) if left and outcome == "voicemail" else 0


def _ended_at(known: Known, legs: Legs) -> datetime | None:
    """The end of the leg that holds the call together; where nobody told, of the other one."""
    first, second = (legs.agent, legs.contact) if known.direction == "outbound" else (legs.contact, legs.agent)
    return first.ended_at or second.ended_at


def _is_settled(known: Known, legs: Legs) -> bool:
    if known.direction == "inbound":
        return _inbound_is_settled(known, legs)
    if known.placement == "refused" or (known.placement == "lost" and legs.agent.status is None):
        return True
    if "agent" not in legs.ends_told or not known.claimed_at:
        return "agent" in legs.ends_told
    measured = legs.answered_by and legs.contact.seconds is not None
    known_well = legs.contact.status != "completed" or measured or "contact" in legs.fetched
    return "contact" in legs.ends_told and bool(known_well)


def _inbound_is_settled(known: Known, legs: Legs) -> bool:
    """A missed call or a message without a text is looked up once: the news of the recording may have been lost."""
    if "contact" not in legs.ends_told:
        return False
    if known.claimed_at:
        return "agent" in legs.ends_told and (legs.agent.seconds is not None or "agent" in legs.fetched)
    looked_up = any(r.fetched and r.status != "in_progress" for r in legs.recordings)
    return looked_up or (message(legs.recordings) is not None and legs.is_transcribed)

"""Arbitrary facts of one call, as its webhooks and fetches could bring them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from soi_dialer.domain.call import Known
from soi_dialer.domain.facts import (
    ANSWERERS,
    FINAL_STATUSES,
    LEG_STATUSES,
    BridgeEnded,
    LegMoved,
    MachineDetected,
    Recorded,
    Transcribed,
)

AGENT, CONTACT = "CA" + "a" * 32, "CA" + "c" * 32
START = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)

instants = st.sampled_from((0, 1, 60, 3600)).map(lambda seconds: START + timedelta(seconds=seconds))
lengths = st.sampled_from((None, 0, 5, 60, 3600))
words = st.sampled_from((*LEG_STATUSES, "new-value", "unknown"))


@st.composite
def moves(draw, leg: str, sid: str) -> LegMoved:
    status = draw(words)
    final = status in FINAL_STATUSES
    return LegMoved(
        leg=leg,
        sid=sid,
        status=status,
        sequence=draw(st.none() | st.integers(0, 5)),
        seconds=draw(lengths) if final else None,
        at=draw(st.none() | instants),
        answered_by=draw(st.none() | st.sampled_from(ANSWERERS)),
        fetched=draw(st.booleans()),
    )


def bridges(first: str, second: str) -> st.SearchStrategy[BridgeEnded]:
    return st.builds(
        BridgeEnded,
        sid=st.just(first),
        status=words,
        child_sid=st.sampled_from((None, second)),
        seconds=lengths,
        first_leg_is_over=st.booleans(),
    )


def recordings(sid: str) -> st.SearchStrategy[Recorded]:
    return st.builds(
        Recorded,
        sid=st.just(sid),
        recording_sid=st.sampled_from(("RE" + "1" * 32, "RE" + "2" * 32)),
        status=st.sampled_from(("in_progress", "completed", "absent", "failed")),
        seconds=lengths,
        fetched=st.booleans(),
    )


def facts_of(direction: str) -> st.SearchStrategy[list]:
    """Any facts about the two legs of one call."""
    first, second = (AGENT, CONTACT) if direction == "outbound" else (CONTACT, AGENT)
    one = st.one_of(
        moves("agent", AGENT),
        moves("contact", CONTACT),
        bridges(first, second),
        st.builds(MachineDetected, sid=st.just(CONTACT), answered_by=st.sampled_from(ANSWERERS)),
        recordings(first),
        st.builds(Transcribed, sid=st.just(first), recording_sid=st.just("RE" + "1" * 32), text=st.none() | st.text()),
    )
    return st.lists(one, max_size=10)


@st.composite
def knowns(draw, direction: str) -> Known:
    """What our own row may say meanwhile. A claim is made by the agent's leg, which is known then."""
    claimed_at = draw(st.none() | instants)
    placements = (
        ("placed", "greeting") if direction == "inbound" else ("posting", "placed", "unsure", "lost", "refused")
    )
    return Known(
        direction=direction,
        placement="placed" if claimed_at else draw(st.sampled_from(placements)),
        agent_sid=AGENT,
        contact_sid=CONTACT,
        whispered_at=draw(st.none() | instants) if direction == "inbound" else None,
        claimed_at=claimed_at,
        cancel_requested_at=draw(st.none() | instants),
        disposition=draw(st.none() | st.sampled_from(("connected", "left_voicemail", "no_answer")))
        if direction == "outbound"
        else None,
    )

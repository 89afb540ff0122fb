from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.facts import (
    BridgeEnded,
    KeyPressed,
    LegMoved,
    Recorded,
    SelfReported,
    Transcribed,
    dedupe_key,
    from_body,
    to_body,
)
from tests.domain.carrier_facts import AGENT, START, facts_of

pressed = st.builds(
    KeyPressed,
    sid=st.just(AGENT),
    step=st.sampled_from(("screen", "whisper", "wrap_up")),
    digits=st.text("0123456789*#", max_size=8),
)
said = st.builds(SelfReported, outcome=st.just("connected"), at=st.just(START), seconds=st.sampled_from((0, 60)))
facts = st.one_of(
    facts_of("outbound"), facts_of("inbound"), st.lists(pressed, max_size=4), st.lists(said, max_size=2)
)


@given(facts)
def test_a_fact_survives_being_kept(some):
    for fact in some:
        assert from_body(fact.kind, json.loads(json.dumps(to_body(fact)))) == fact


def event_of(fact) -> tuple:
    """Which event of the carrier a fact tells of: deliveries of one event may differ in all else."""
    match fact:
        case LegMoved(fetched=True):
            return "fetched", fact.sid, fact.status
        case LegMoved():
            return "moved", fact.sid, fact.sequence, fact.status
        case BridgeEnded():
            return "bridge", fact.sid, fact.child_sid
        case KeyPressed():
            return "key", fact.sid, fact.step, fact.digits
        case Recorded():
            return "recorded", fact.recording_sid, fact.status, fact.seconds, fact.fetched
        case Transcribed():
            return "transcribed", fact.recording_sid, bool(fact.text)
        case SelfReported():
            return ("self_reported",)
    return "machine", fact.sid, fact.answered_by


@given(facts, facts)
def test_two_facts_have_one_key_exactly_when_they_tell_of_one_event(some, others):
    for one in some:
        for other in [*some, *others]:
            assert (dedupe_key(one) == dedupe_key(other)) == (event_of(one) == event_of(other))


@given(facts)
def test_a_key_fits_its_column(some):
    assert all(len(dedupe_key(fact)) <= 120 for fact in some)

"""A call follows from its facts: laws that hold for any of them, however they come."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.call import DISPOSITIONS, OUTCOMES, STATES, Known, derive
from soi_dialer.domain.facts import FINAL_STATUSES, BridgeEnded, LegMoved, Recorded
from tests.domain.carrier_facts import AGENT, CONTACT, START, facts_of, knowns

DIRECTIONS = ("outbound", "inbound")
some_call = st.sampled_from(DIRECTIONS).flatmap(lambda direction: st.tuples(knowns(direction), facts_of(direction)))
outbound_call = st.tuples(knowns("outbound"), facts_of("outbound"))
inbound_call = st.tuples(knowns("inbound"), facts_of("inbound"))


@given(some_call, st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_the_facts_do_not_matter(call, chance):
    known, facts = call
    shuffled = [*facts, *chance.choices(facts, k=3)] if facts else []
    chance.shuffle(shuffled)
    assert derive(known, shuffled) == derive(known, facts)
    assert derive(known, shuffled).is_settled == derive(known, facts).is_settled


@given(some_call)
def test_every_word_is_one_of_ours(call):
    known, facts = call
    derived = derive(known, facts)
    assert derived.state in STATES
    assert derived.outcome in (None, *OUTCOMES[known.direction])
    assert (derived.outcome is None) == (derived.outcome_source is None) == (derived.measured_outcome is None)


def something_is_over(known, facts) -> bool:
    final = any(
        isinstance(fact, LegMoved) and fact.status in FINAL_STATUSES
        or isinstance(fact, BridgeEnded) and (fact.status in FINAL_STATUSES or fact.first_leg_is_over)
        for fact in facts
    )  # fmt: skip
    left = any(isinstance(fact, Recorded) and fact.status in ("completed", "absent") for fact in facts)
    return final or (left and known.direction == "inbound") or known.placement in ("refused", "lost")


@given(some_call)
def test_an_outcome_comes_only_from_what_is_over(call):
    known, facts = call
    if not something_is_over(known, facts):
        assert derive(known, facts).outcome is None
        assert derive(known, facts).state != "ended"


@given(some_call)
def test_talk_time_belongs_to_conversations_alone(call):
    derived = derive(*call)
    if derived.talk_seconds:
        assert derived.outcome == "connected"
    if derived.voicemail_seconds:
        assert derived.outcome in ("left_voicemail", "machine", "voicemail")
    assert derived.talk_seconds >= 0


@given(outbound_call)
def test_outbound_talk_time_is_the_contact_legs_and_nothing_more(call):
    derived = derive(*call)
    assert derived.talk_seconds in (0, derived.contact_leg_seconds)
    assert derived.voicemail_seconds in (0, derived.contact_leg_seconds)


@given(inbound_call)
def test_inbound_talk_time_is_never_more_than_the_agents_leg(call):
    derived = derive(*call)
    assert derived.talk_seconds <= derived.agent_leg_seconds


@given(some_call)
def test_a_call_that_ended_has_an_outcome_and_only_then_an_end(call):
    derived = derive(*call)
    if derived.state == "ended":
        assert derived.outcome is not None
    else:
        assert derived.ended_at is None


@given(outbound_call)
def test_nobody_talked_with_whom_no_key_was_pressed_for(call):
    known, facts = call
    known = dataclasses.replace(known, claimed_at=None, disposition=None)
    derived = derive(known, facts)
    assert derived.outcome in (None, "agent_missed", "canceled", "failed", "unconfirmed")
    assert (derived.talk_seconds, derived.talk_started_at) == (0, None)


@given(some_call, st.data())
def test_more_facts_never_take_an_outcome_or_an_end_back(call, data):
    known, facts = call
    facts = [LegMoved("agent", AGENT, "answered"), *facts] if known.claimed_at else facts
    (more,) = data.draw(facts_of(known.direction).filter(bool).map(lambda some: some[:1]))
    before, after = derive(known, facts), derive(known, [*facts, more])
    if before.outcome is not None:
        assert after.outcome is not None
    if before.state == "ended":
        assert after.state == "ended"


def test_a_bridges_end_in_a_strange_word_takes_no_outcome_back():
    known = Known("outbound", agent_sid=AGENT, contact_sid=CONTACT, claimed_at=START)
    facts = [LegMoved("agent", AGENT, "answered"), BridgeEnded(AGENT, "completed", None, None)]
    strange = BridgeEnded(AGENT, "queued", None, 60)
    assert derive(known, facts).outcome == derive(known, [*facts, strange]).outcome == "connected"


@given(some_call, st.sampled_from(["CA" + "d" * 32, "CA" + "e" * 32]), st.sampled_from(sorted(FINAL_STATUSES)))
def test_another_leg_under_our_reference_moves_nothing(call, sid, status):
    known, facts = call
    strange = [LegMoved(leg, sid, status, seconds=99) for leg in ("agent", "contact")]
    assert derive(known, facts + strange) == derive(known, facts)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_an_agent_may_say_is_among_the_outcomes(direction):
    assert set(DISPOSITIONS[direction]) < set(OUTCOMES[direction]) or direction == "inbound"
    assert set(DISPOSITIONS[direction]) <= set(OUTCOMES[direction])
    assert "unconfirmed" not in DISPOSITIONS[direction]


@given(outbound_call, st.sampled_from(DISPOSITIONS["outbound"]))
def test_the_agents_word_wins_and_what_was_measured_stays_beside_it(call, word):
    known, facts = call
    plain = derive(dataclasses.replace(known, disposition=None), facts)
    said = derive(dataclasses.replace(known, disposition=word), facts)
    assert said.measured_outcome == plain.measured_outcome
    if plain.outcome is not None:
        assert (said.outcome, said.outcome_source) == (word, "agent")


@given(some_call)
def test_a_call_that_goes_on_is_never_settled(call):
    known, facts = call
    derived = derive(known, facts)
    if derived.outcome is None:
        assert not derived.is_settled


@given(outbound_call)
def test_when_the_carrier_was_asked_about_everything_nothing_is_left_to_ask(call):
    known, facts = call
    ends = [LegMoved("agent", AGENT, "completed", seconds=9, fetched=True)]
    ends += [LegMoved("contact", CONTACT, "completed", seconds=5, fetched=True)]
    assert derive(known, facts + ends).is_settled

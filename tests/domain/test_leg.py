from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.facts import FINAL_STATUSES, LEG_STATUSES, BridgeEnded, LegMoved
from soi_dialer.domain.leg import Leg, fold_leg
from tests.domain.carrier_facts import CONTACT, START, bridges, moves

RANK = {status: min(rank, 4) for rank, status in enumerate(LEG_STATUSES)}

several = st.lists(moves("contact", CONTACT), max_size=8)
hearsay = st.none() | bridges("CA" + "a" * 32, CONTACT)


def moved(status: str, **more) -> LegMoved:
    return LegMoved("contact", CONTACT, status, **more)


def test_nothing_known_is_no_leg():
    assert fold_leg([]) == Leg()


@pytest.mark.parametrize("order", list(itertools.permutations(("initiated", "ringing", "answered", "completed"))))
def test_the_furthest_station_wins_in_any_order(order):
    assert fold_leg(moved(status) for status in order).status == "completed"


def test_words_that_nobody_knows_move_nothing():
    assert fold_leg([moved("new-value")]) == Leg()
    assert fold_leg([moved("ringing"), moved("new-value")]).status == "ringing"


@pytest.mark.parametrize("told, fetched", list(itertools.permutations(sorted(FINAL_STATUSES), 2)))
def test_what_was_fetched_outweighs_what_was_told(told: str, fetched: str):
    assert fold_leg([moved(told), moved(fetched, fetched=True)]).status == fetched


def test_the_length_that_was_fetched_outweighs_the_length_that_was_told():
    known = [moved("completed", seconds=500), moved("completed", seconds=60, fetched=True)]
    assert fold_leg(known).seconds == 60


def test_what_the_other_leg_heard_is_believed_when_nothing_better_came():
    ended = BridgeEnded("CA" + "a" * 32, "completed", CONTACT, seconds=60)
    assert fold_leg([moved("ringing")], ended) == Leg(CONTACT, "completed", 60)
    assert fold_leg([moved("busy")], ended).status == "busy"


def test_an_ended_leg_was_answered_its_length_before_its_end():
    leg = fold_leg([moved("completed", seconds=60, at=START)])
    assert leg.answered_at == START - timedelta(seconds=60)


@given(several.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))), hearsay)
def test_the_order_of_the_news_does_not_matter(both, bridge):
    facts, shuffled = both
    assert fold_leg(facts, bridge) == fold_leg(shuffled, bridge)


@given(several, st.data(), hearsay)
def test_repeated_news_are_no_news(facts, data, bridge):
    again = data.draw(st.lists(st.sampled_from(facts), max_size=5)) if facts else []
    assert fold_leg(facts + again, bridge) == fold_leg(facts, bridge)


@given(several, moves("contact", CONTACT), hearsay)
def test_a_leg_never_goes_back(facts, one_more, bridge):
    before, after = fold_leg(facts, bridge), fold_leg([*facts, one_more], bridge)
    assert RANK.get(after.status, -1) >= RANK.get(before.status, -1)
    if before.is_final:
        assert after.is_final


@given(several, hearsay)
def test_a_length_and_an_end_belong_to_a_leg_that_is_over(facts, bridge):
    leg = fold_leg(facts, bridge)
    if not leg.is_final:
        assert (leg.seconds, leg.ended_at) == (None, None)
    assert [leg.is_ringing, leg.is_answered, leg.is_final].count(True) == (leg.status is not None)

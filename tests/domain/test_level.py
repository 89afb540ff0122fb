"""Levels and cadence: what holds for every ladder, and when somebody is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import level
from soi_dialer.domain.cadence import Standing, days_between, next_touch_on, touches
from soi_dialer.domain.level import DEFAULT_LADDER, PRESETS, Rung

NEW_YORK = ZoneInfo("America/New_York")
KNOWN = datetime(2026, 1, 5, 12, tzinfo=UTC)

names = st.text(st.characters(categories=["L"]), min_size=1, max_size=10)
ladders = st.lists(
    st.builds(Rung, names, st.integers(1, level.MOST_DAYS), st.booleans()), min_size=1, max_size=6
).filter(lambda rungs: level.problem_of(rungs) is None).map(tuple)  # fmt: skip


def standing(**changes) -> Standing:
    values = {"level": "customer", "own_days": None, "touched_at": None, "known_since": KNOWN} | changes
    return Standing(**values)


def test_the_ladder_that_everybody_begins_with_is_a_ladder():
    assert level.problem_of(DEFAULT_LADDER) is None
    assert [rung.name for rung in level.steps(DEFAULT_LADDER)] == ["customer", "acquaintance", "friend", "advocate"]


@given(ladders)
def test_going_up_and_then_down_comes_back(ladder):
    for rung in ladder:
        above = level.next_up(ladder, rung.name)
        if above:
            assert level.next_down(ladder, above.name) == rung
            assert level.place_of(ladder, above.name) == level.place_of(ladder, rung.name) + 1


@given(ladders, st.sampled_from(PRESETS))
def test_a_preset_changes_days_alone(ladder, preset):
    changed = level.with_preset(ladder, preset)
    assert level.problem_of(changed) is None
    assert [(rung.name, rung.is_partner) for rung in changed] == [(rung.name, rung.is_partner) for rung in ladder]


@given(ladders)
def test_partners_climb_nowhere(ladder):
    for rung in ladder:
        if rung.is_partner:
            assert level.next_up(ladder, rung.name) is None and level.next_down(ladder, rung.name) is None


def test_a_level_that_nobody_knows_counts_as_the_first_rung():
    assert level.rung_of(DEFAULT_LADDER, "past customer") == DEFAULT_LADDER[0]


def test_capitals_do_not_make_another_level():
    assert level.rung_of(DEFAULT_LADDER, "FRIEND").name == "friend"


@pytest.mark.parametrize(
    ("rungs", "says"),
    [
        ((), "one to"),
        ((Rung("partner", 14, True),), "not for partners"),
        ((Rung("", 14),), "name of up to"),
        ((Rung("a", 14), Rung("A", 14)), "same name"),
        ((Rung("a", 0),), "whole number"),
        ((Rung("a", 9999),), "whole number"),
    ],
)
def test_what_is_no_ladder_is_refused_with_a_sentence(rungs, says):
    assert says in level.problem_of(rungs)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.integers(1, 700))
def test_a_later_talk_is_never_due_earlier(at, days):
    earlier = next_touch_on(DEFAULT_LADDER, standing(touched_at=at, own_days=days), NEW_YORK)
    later = next_touch_on(DEFAULT_LADDER, standing(touched_at=at + timedelta(hours=5), own_days=days), NEW_YORK)
    assert earlier <= later
    assert (earlier - at.astimezone(NEW_YORK).date()).days == days


def test_the_days_are_those_of_the_agents_calendar():
    late_evening = datetime(2026, 3, 1, 3, tzinfo=UTC)  # still 28 February in New York
    assert next_touch_on(DEFAULT_LADDER, standing(touched_at=late_evening), NEW_YORK) == date(2026, 5, 29)


@given(st.integers(0, 2**31), st.integers(1, level.MOST_DAYS))
def test_who_was_never_talked_with_is_due_within_their_days_after_they_came_in(contact_id, days):
    due = next_touch_on(DEFAULT_LADDER, standing(contact_id=contact_id, own_days=days), NEW_YORK)
    assert 1 <= (due - date(2026, 1, 5)).days <= days


@given(st.integers(0, 2**31), st.integers(1, 120), st.integers(1, 400))
def test_those_who_came_in_together_fall_due_evenly(first, days, people):
    """No day has more than one more than any other, however many they are."""
    spread = [
        next_touch_on(DEFAULT_LADDER, standing(contact_id=first + number, own_days=days), NEW_YORK)
        for number in range(people)
    ]
    each = [spread.count(date(2026, 1, 5) + timedelta(days=ahead)) for ahead in range(1, days + 1)]
    assert sum(each) == people and max(each) - min(each) <= 1


def test_who_cannot_be_called_is_never_due():
    assert next_touch_on(DEFAULT_LADDER, standing(can_be_called=False), NEW_YORK) is None


def test_an_own_number_of_days_goes_before_that_of_the_level():
    assert days_between(DEFAULT_LADDER, "advocate", 200) == 200
    assert days_between(DEFAULT_LADDER, "advocate", None) == 30


@pytest.mark.parametrize("outcome", ["connected", "left_voicemail", "no_answer", "voicemail", "missed", None])
def test_only_a_conversation_is_a_touch_and_a_message_left_where_that_is_set(outcome):
    assert touches(outcome, message_is_touch=False) == (outcome == "connected")
    assert touches(outcome, message_is_touch=True) == (outcome in ("connected", "left_voicemail"))

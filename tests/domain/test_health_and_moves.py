"""Who is on time, drifting or lost, and when talks suggest another level."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import health
from soi_dialer.domain.level import DEFAULT_LADDER, next_down, next_up
from soi_dialer.domain.level_move import Talk, suggest

TODAY = date(2026, 11, 18)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_everybody_is_in_exactly_one_health(due_on):
    there = [one for one in health.HEALTHS if _within(due_on, health.days_of(one, TODAY))]
    assert there == [health.health_of(due_on, TODAY)]


def _within(day: date, span: tuple[date, date]) -> bool:
    return span[0] <= day <= span[1]


@pytest.mark.parametrize(("late", "says"), [(0, "on_time"), (1, "drifting"), (30, "drifting"), (31, "lost")])
def test_somebody_drifts_for_thirty_days_and_is_lost_then(late, says):
    assert health.health_of(TODAY - timedelta(days=late), TODAY) == says


def talks(*said: tuple[int, int]) -> list[Talk]:
    """(days ago, seconds) of each; the id is its place."""
    return [Talk(number, TODAY - timedelta(days=ago), seconds) for number, (ago, seconds) in enumerate(said, 1)]


def test_two_long_talks_within_the_days_of_a_level_suggest_the_one_above():
    found = suggest(DEFAULT_LADDER, "customer", None, talks((80, 400), (2, 300)), TODAY)
    assert (found.to, found.is_up, found.call_id) == ("acquaintance", True, 2)
    assert found.why == "2 talks of five minutes or more within 90 days."


@pytest.mark.parametrize(
    "said", [[(2, 600)], [(2, 600), (95, 600)], [(2, 600), (3, 299)]], ids=["one", "one is long ago", "one is short"]
)
def test_fewer_suggest_nothing(said):
    assert suggest(DEFAULT_LADDER, "customer", None, talks(*said), TODAY) is None


def test_talks_before_the_last_move_count_no_more():
    said = talks((20, 600), (2, 600))
    assert suggest(DEFAULT_LADDER, "customer", None, said, TODAY, moved_on=TODAY - timedelta(days=10)) is None


@pytest.mark.parametrize(("quiet", "says"), [(120, None), (121, "acquaintance")])
def test_twice_the_days_of_a_level_without_a_talk_suggest_the_one_below(quiet, says):
    found = suggest(DEFAULT_LADDER, "friend", None, talks((quiet, 60)), TODAY)
    assert (found and found.to) == says


@given(
    st.sampled_from([rung.name for rung in DEFAULT_LADDER]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3000)), max_size=6),
)
def test_a_move_is_one_step_and_an_answer_to_it_ends_it(name, said):
    found = suggest(DEFAULT_LADDER, name, None, talks(*said), TODAY)
    if found is not None:
        step = next_up(DEFAULT_LADDER, name) if found.is_up else next_down(DEFAULT_LADDER, name)
        assert found.to == step.name
        again = suggest(DEFAULT_LADDER, name, None, talks(*said), TODAY, answered={found.call_id})
        assert again is None


@pytest.mark.parametrize("quiet", [0, 1000])
def test_partners_and_people_never_talked_with_are_not_moved(quiet):
    assert suggest(DEFAULT_LADDER, "referral partner", None, talks((quiet, 900), (quiet, 900)), TODAY) is None
    assert suggest(DEFAULT_LADDER, "friend", None, [], TODAY) is None

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.weekly_advice import LastWeek, advice, in_hours

GOOD = LastWeek(
    waiting=0, calls=40, conversations=20, talk_seconds=5 * 3600, planned_seconds=5 * 3600, working_days=5,
    promises_broken=0, customers_a_day=3,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "You kept to your plan: keep the pace, with three past customers a day."),
        ({"waiting": 1}, "One person still waits for a call from you: call them first."),
        ({"waiting": 2, "calls": 0}, "Two people still wait for a call from you: call them first."),
        ({"waiting": 30}, "30 people still wait for a call from you: call them first."),
        ({"calls": 0}, "Nobody was called last week: begin today with three past customers."),
        ({"calls": 0, "customers_a_day": 0}, "Nobody was called last week: begin today with somebody whom you know."),
        # 2 h 10 are 130 minutes; at 10 minutes a talk that is 13 talks, on 5 days 2.6 a day
        (
            {"talk_seconds": 170 * 60, "conversations": 17},
            "You talked 2 h 10 less than planned: three more conversations a day close the gap.",
        ),
        # 20 minutes are two talks in a week of five days
        (
            {"talk_seconds": 280 * 60, "conversations": 28},
            "You talked 20 min less than planned: one more conversation a day closes the gap.",
        ),
        # with two talks nobody knows yet how long theirs are: taken for ten minutes, 200 / 10 / 5
        (
            {"talk_seconds": 100 * 60, "conversations": 2},
            "You talked 3 h 20 less than planned: four more conversations a day close the gap.",
        ),
        (
            {"talk_seconds": 0, "conversations": 0},
            "You talked 5 h less than planned: begin with three more conversations a day.",
        ),
        ({"talk_seconds": 5 * 3600 - 899}, "You kept to your plan: keep the pace, with three past customers a day."),
        (
            {"promises_broken": 2},
            "Two messages were returned late or not at all: return each on the day on which it comes.",
        ),
        ({"planned_seconds": 0}, "Call three past customers a day, and ask what is new before anything else."),
    ],
)
def test_the_most_pressing_thing_is_said(change: dict, sentence: str):
    assert advice(GOOD._replace(**change)) == sentence


@given(st.builds(LastWeek, *[st.integers(0, 10**6)] * 8))
def test_it_is_always_one_sentence(week: LastWeek):
    said = advice(week)
    assert said[0].isupper() or said[0].isdigit()
    assert said.endswith(".") and said.count(".") == 1 and len(said) < 160


def test_hours_are_said_as_a_clock_shows_them():
    said = {0: "0 min", 59: "under a minute", 2700: "45 min", 3600: "1 h", 7859: "2 h 10"}
    assert {seconds: in_hours(seconds) for seconds in said} == said

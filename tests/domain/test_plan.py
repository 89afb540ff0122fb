"""From an income to conversations, by numbers that are the agent's own as soon as there are any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.plan import (
    ASSUMPTIONS,
    BY_NAME,
    COMMON,
    LEAST_WEEKS,
    MEASURED,
    YOURS,
    BadAssumption,
    Measured,
    make_plan,
    needed,
    read_pinned,
)

PINNED = st.fixed_dictionaries({}, optional={one.name: st.floats(one.least, min(one.most, 1e6)) for one in ASSUMPTIONS})
SOME, FEW = st.integers(0, 5000), st.integers(0, 500)
DONE = st.builds(Measured, st.integers(0, 60), SOME, SOME, st.integers(0, 10**6), FEW, FEW)


def test_the_common_plan_on_paper():
    plan = make_plan({}, Measured())
    assert plan.closings_a_year == 60  # 120,000 / 2,000
    assert plan.applications_a_year == pytest.approx(108)  # 60 x 1.8
    assert plan.conversations_a_year == pytest.approx(3564)  # 108 x 33
    assert plan.conversations_a_week == pytest.approx(74.25)  # 3564 / 48
    assert plan.conversations_a_day == pytest.approx(14.85)  # 74.25 / 5
    assert plan.talk_seconds_a_day == 6682  # 14.85 x 7.5 min = 1 h 51 min 22.5 s, rounded to even
    assert (plan.conversations_in(1), plan.conversations_in(5)) == (15, 75)
    assert {known.source for known in plan.known.values()} == {COMMON}


def test_after_eight_weeks_ones_own_ratios_take_over_and_say_so():
    done = Measured(8, 300, measured_conversations=200, talk_seconds=96_000, applications=12, closings=8)
    plan = make_plan({}, done)
    assert plan.value("conversations_per_application") == 25  # 300 / 12
    assert plan.value("applications_per_closing") == 1.5  # 12 / 8
    assert plan.value("minutes_per_conversation") == 8  # 96,000 s / 60 / 200
    assert plan.known["applications_per_closing"] == (1.5, MEASURED, "yours, measured over 8 weeks")
    assert plan.known["income_goal"].source == COMMON


def test_before_eight_weeks_common_numbers_stand():
    done = Measured(LEAST_WEEKS - 1, 300, 200, 96_000, 12, 8)
    assert make_plan({}, done) == make_plan({}, Measured())


def test_what_was_never_noted_cannot_be_measured():
    plan = make_plan({}, Measured(20, 300, 300, 96_000, applications=0, closings=0))
    assert plan.known["conversations_per_application"].source == COMMON
    assert plan.known["minutes_per_conversation"].source == MEASURED


def test_the_agents_own_word_goes_before_everything():
    plan = make_plan({"conversations_per_application": 10}, Measured(20, 300, 300, 96_000, 12, 8))
    assert plan.known["conversations_per_application"] == (10, YOURS, "your own number")


def test_the_days_of_the_working_hours_are_those_of_the_plan():
    assert make_plan({}, Measured(), working_days=4).value("days_per_week") == 4
    assert make_plan({"days_per_week": 6}, Measured(), working_days=4).value("days_per_week") == 6


@given(PINNED, DONE, st.integers(1, 7))
def test_the_parts_of_a_plan_multiply_to_the_goal(pinned, done, working_days):
    plan = make_plan(pinned, done, working_days)
    a_day = plan.conversations_a_day
    a_year = a_day * plan.value("days_per_week") * plan.value("weeks_per_year")
    earned = a_year / plan.value("conversations_per_application") / plan.value("applications_per_closing")
    assert earned * plan.value("income_per_closing") == pytest.approx(plan.value("income_goal"))
    assert plan.conversations_in(1) >= a_day - 1e-6
    assert all(BY_NAME[name].least <= known.value <= BY_NAME[name].most for name, known in plan.known.items())


@given(PINNED, st.sampled_from(["income_goal", "applications_per_closing", "conversations_per_application"]))
def test_wanting_more_never_means_fewer_conversations(pinned, name):
    less, more = pinned | {name: 2.0}, pinned | {name: 3.0}
    assert make_plan(less, Measured()).conversations_a_week < make_plan(more, Measured()).conversations_a_week


def test_numbers_are_read_as_people_write_them():
    typed = {"income_goal": " $150,000 ", "applications_per_closing": "1.5", "weeks_per_year": "", "nonsense": "1"}
    assert read_pinned(typed) == {"income_goal": 150_000, "applications_per_closing": 1.5}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("income_goal", "much"), ("income_goal", "0"), ("income_goal", "-5"), ("income_goal", "1.5"),
        ("income_goal", "9" * 30), ("income_goal", "1e9"), ("weeks_per_year", "53"), ("days_per_week", "8"),
        ("applications_per_closing", "0.5"), ("applications_per_closing", "nan"), ("minutes_per_conversation", "1.2.3"),
        ("conversations_per_application", "٣٣"), ("conversations_per_application", "."), ("income_per_closing", "\0"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused_by_its_name(name, text):
    with pytest.raises(BadAssumption) as refused:
        read_pinned({name: text})
    assert refused.value.name == name
    assert str(refused.value).startswith(BY_NAME[name].label)


def test_nobody_has_half_a_conversation():
    assert [needed(number) for number in (0, 0.1, 1, 14.85, 15.0000000001)] == [0, 1, 1, 15, 15]

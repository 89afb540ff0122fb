"""Four working hours from now, in a week with nights, weekends and changing clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soi_dialer.domain.wall_clock import BadZone
from soi_dialer.domain.working_hours import BadWorkingHours, WorkingHours

USUAL = "Mon-Fri 08:00-18:00; Sat 09:00-12:00"
ZONES = [
    "America/New_York",
    "America/Phoenix",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
]
TEXTS = [
    USUAL,
    "Mon-Sun 00:00-24:00",
    "Sun 02:15-02:45",
    "Fri 22:00-24:00; Sat 00:00-06:00",
    "Wed 23:00-23:01",
    "Mon-Fri 08:00-12:00, 13:00-17:00",
    "Sat-Mon 01:00-03:00",
]
RULES = st.builds(WorkingHours.parse, st.sampled_from(TEXTS), st.sampled_from(ZONES))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
HOURS = st.integers(0, 30)


def in_new_york(*clock: int) -> datetime:
    return datetime(*clock, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


@pytest.fixture
def usual() -> WorkingHours:
    return WorkingHours.parse(USUAL, "America/New_York")


@pytest.mark.parametrize(
    ("left_at", "due_at"),
    [
        (in_new_york(2026, 11, 18, 9, 30), in_new_york(2026, 11, 18, 13, 30)),  # a plain Wednesday
        (in_new_york(2026, 11, 18, 3, 0), in_new_york(2026, 11, 18, 12, 0)),  # at night: from the opening
        (in_new_york(2026, 11, 18, 16, 0), in_new_york(2026, 11, 19, 10, 0)),  # over night
        (in_new_york(2026, 11, 20, 17, 0), in_new_york(2026, 11, 23, 8, 0)),  # Friday evening, three on Saturday
        (in_new_york(2026, 11, 21, 11, 0), in_new_york(2026, 11, 23, 11, 0)),  # Saturday
        (in_new_york(2026, 11, 22, 12, 0), in_new_york(2026, 11, 23, 12, 0)),  # Sunday
        (in_new_york(2026, 11, 18, 14, 0), in_new_york(2026, 11, 19, 8, 0)),  # out at closing: the next opening
        (in_new_york(2026, 10, 31, 11, 0), in_new_york(2026, 11, 2, 11, 0)),  # clocks go back in between
        (in_new_york(2027, 3, 13, 11, 0), in_new_york(2027, 3, 15, 11, 0)),  # clocks go forward in between
    ],
)
def test_a_message_is_due_four_working_hours_later(usual, left_at, due_at):
    assert usual.add(left_at) == due_at


@given(RULES, INSTANTS, HOURS)
@example(WorkingHours.parse("Sun 02:15-02:45", "America/New_York"), in_new_york(2027, 3, 14, 0, 0), 0)
def test_a_due_time_is_inside_working_hours_and_not_before(rule, instant, hours):
    due_at = rule.add(instant, hours)
    assert rule.is_open(due_at)
    assert due_at >= instant + timedelta(hours=hours)


@given(RULES, INSTANTS, HOURS, HOURS)
def test_adding_twice_is_adding_the_sum(rule, instant, first, second):
    assert rule.add(rule.add(instant, first), second) == rule.add(instant, first + second)


@given(RULES, INSTANTS, st.integers(0, 500_000), HOURS)
def test_a_later_message_is_never_due_sooner(rule, instant, seconds, hours):
    assert rule.add(instant, hours) <= rule.add(instant + timedelta(seconds=seconds), hours)


@given(RULES, INSTANTS)
def test_the_next_opening_is_now_when_open_and_the_first_open_instant_otherwise(rule, instant):
    opening = rule.next_opening(instant)
    assert rule.is_open(opening)
    assert (opening == instant) == rule.is_open(instant)
    if opening > instant:
        assert not rule.is_open(opening - timedelta(seconds=1))
        assert not rule.is_open(instant + (opening - instant) / 2)


@given(RULES, INSTANTS, st.integers(1, 40))
def test_working_days_follow_each_other_and_never_repeat(rule, instant, days):
    opening = rule.add_working_days(instant, days)
    assert rule.is_open(opening)
    assert opening.astimezone(rule.zone).date() > instant.astimezone(rule.zone).date()
    assert rule.add_working_days(opening, 1) == rule.add_working_days(instant, days + 1)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (in_new_york(2026, 11, 18, 16, 0), in_new_york(2026, 11, 19, 8, 0)),
        (in_new_york(2026, 11, 18, 0, 30), in_new_york(2026, 11, 19, 8, 0)),
        (in_new_york(2026, 11, 20, 16, 0), in_new_york(2026, 11, 21, 9, 0)),
        (in_new_york(2026, 11, 21, 16, 0), in_new_york(2026, 11, 23, 8, 0)),
        (in_new_york(2027, 3, 13, 16, 0), in_new_york(2027, 3, 15, 8, 0)),
    ],
)
def test_tomorrow_morning_is_the_next_working_morning(usual, now, morning):
    assert usual.tomorrow_morning(now) == morning


def test_two_working_days_after_a_thursday_is_saturday_for_who_works_then(usual):
    assert usual.add_working_days(in_new_york(2026, 11, 19, 10, 0), 2) == in_new_york(2026, 11, 21, 9, 0)


def test_hours_that_a_jump_of_the_clocks_swallows_are_no_opening():
    rule = WorkingHours.parse("Sun 02:15-02:45", "America/New_York")
    the_week_after = in_new_york(2027, 3, 21, 2, 15)
    assert rule.next_opening(in_new_york(2027, 3, 14, 0, 0)) == the_week_after
    assert rule.tomorrow_morning(in_new_york(2027, 3, 13, 12, 0)) == the_week_after


def test_the_closing_instant_is_closed(usual):
    assert usual.is_open(in_new_york(2026, 11, 18, 8, 0))
    assert not usual.is_open(in_new_york(2026, 11, 18, 18, 0))
    assert not usual.is_open(in_new_york(2026, 11, 22, 10, 0))


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("monday-FRIDAY 8:00-18:00;Saturday 09:00-12:00;", USUAL),
        ("Sat 09:00-12:00; Mon-Fri 08:00\u201318:00", USUAL),
        ("Mon, Wed-Thu 09:00-10:00", "Mon 09:00-10:00; Wed-Thu 09:00-10:00"),
        ("Tue 13:00-17:00, 08:00-12:00", "Tue 08:00-12:00, 13:00-17:00"),
        ("Tue 08:00-12:00, 12:00-17:00", "Tue 08:00-12:00, 12:00-17:00"),
        ("Sun-Mon 09:00-10:00", "Mon 09:00-10:00; Sun 09:00-10:00"),
    ],
)
def test_hours_may_be_written_in_usual_ways(text, same_as):
    rule = WorkingHours.parse(text, "America/New_York")
    assert str(rule) == same_as
    assert WorkingHours.parse(str(rule), "America/New_York") == rule


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" ; ;", "empty"),
        ("Mon-Fri", "days and times"),
        ("08:00-18:00", "days and times"),
        ("Mon- 08:00-18:00", "days and times"),
        ("Mon,, 08:00-18:00", "days and times"),
        ("Mon-Fri 18:00-08:00", "no span of hours"),
        ("Mon-Fri 08:00-08:00", "no span of hours"),
        ("Mon-Fri 08:00-25:00", "no span of hours"),
        ("Mon 08:00-09:00-10:00", "no span of hours"),
        ("Mon 8-18", "no span of hours"),
        ("Foo 08:00-18:00", "not a weekday"),
        ("Mo 08:00-18:00", "not a weekday"),
        ("Mon 08:00-12:00, 11:00-13:00", "overlap"),
        ("Mon-Fri 08:00-12:00; Tue 11:00-13:00", "overlap"),
    ],
)
def test_wrong_hours_are_one_clear_line(text, says):
    with pytest.raises(BadWorkingHours, match=says) as refusal:
        WorkingHours.parse(text, "America/New_York")
    assert "\n" not in str(refusal.value)


def test_a_wrong_zone_is_named():
    with pytest.raises(BadZone):
        WorkingHours.parse(USUAL, "Mars/Base")


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf"), 1e9])
def test_senseless_hours_are_refused_instead_of_counted_for_ever(usual, hours):
    with pytest.raises(ValueError, match="hours"):
        usual.add(in_new_york(2026, 11, 18, 9, 0), hours)


@pytest.mark.parametrize("days", [0, -1, 10**9])
def test_senseless_days_are_refused_instead_of_counted_for_ever(usual, days):
    with pytest.raises(ValueError, match="days"):
        usual.add_working_days(in_new_york(2026, 11, 18, 9, 0), days)

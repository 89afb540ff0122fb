"""No contact's phone rings at night, wherever the contact may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import calling_hours
from soi_dialer.domain.calling_hours import BadHours, CallingHours, OutsideHours
from soi_dialer.domain.wall_clock import BadZone

HOURS = CallingHours.parse("08:00-20:00")
NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
US_ZONES = [NEW_YORK, "America/Chicago", "America/Denver", "America/Phoenix", LOS_ANGELES, "Pacific/Honolulu"]


def in_new_york(*clock: int) -> datetime:
    return datetime(*clock, tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (in_new_york(2026, 11, 20, 7, 59, 59), False),
        (in_new_york(2026, 11, 20, 8, 0, 0), True),
        (in_new_york(2026, 11, 20, 19, 59, 59), True),
        (in_new_york(2026, 11, 20, 20, 0, 0), False),
        (in_new_york(2026, 11, 20, 20, 59, 50), False),
        # The day before and after clocks change, eight o'clock is still eight o'clock.
        (in_new_york(2027, 3, 13, 8, 0), True),
        (in_new_york(2027, 3, 14, 8, 0), True),
        (in_new_york(2027, 3, 14, 7, 59), False),
        (in_new_york(2026, 11, 1, 8, 0), True),
        (in_new_york(2026, 11, 1, 20, 0), False),
    ],
)
def test_the_start_is_inside_and_the_end_is_not(now, allowed):
    if allowed:
        calling_hours.check(now, [NEW_YORK], HOURS)
    else:
        with pytest.raises(OutsideHours):
            calling_hours.check(now, [NEW_YORK], HOURS)


def test_one_zone_that_sleeps_is_enough_to_wait():
    morning = in_new_york(2026, 11, 20, 9, 0)
    calling_hours.check(morning, [NEW_YORK], HOURS)
    with pytest.raises(OutsideHours) as refusal:
        calling_hours.check(morning, [NEW_YORK, LOS_ANGELES], HOURS)
    assert refusal.value.reason == "It is 06:00 in Los Angeles, where calls are allowed from 08:00 to 20:00."
    assert refusal.value.opens_at == in_new_york(2026, 11, 20, 11, 0)


def test_in_the_evening_the_next_morning_is_named():
    with pytest.raises(OutsideHours) as refusal:
        calling_hours.check(in_new_york(2026, 10, 31, 21, 0), [NEW_YORK], HOURS)
    assert refusal.value.opens_at == in_new_york(2026, 11, 1, 8, 0)


def test_zones_without_a_common_hour_never_open():
    hours = CallingHours.parse("08:00-09:00")
    with pytest.raises(OutsideHours) as refusal:
        calling_hours.check(in_new_york(2026, 11, 20, 8, 30), [NEW_YORK, LOS_ANGELES], hours)
    assert refusal.value.opens_at is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=4),
)
def test_the_opening_is_allowed_and_nothing_sooner_is(now, zones):
    try:
        calling_hours.check(now, zones, HOURS)
    except OutsideHours as refusal:
        opens_at = refusal.opens_at
    else:
        return
    calling_hours.check(opens_at, zones, HOURS)
    for sooner in (opens_at - timedelta(minutes=minutes) for minutes in range(1, 1440, 7)):
        if sooner >= now:
            with pytest.raises(OutsideHours):
                calling_hours.check(sooner, zones, HOURS)


@pytest.mark.parametrize(
    ("stated", "e164", "zones"),
    [
        ("America/Chicago", "+12125551234", ("America/Chicago",)),  # a person who moved and kept the number
        (None, "+12125551234", (NEW_YORK,)),
        ("", "+16055551234", ("America/Denver", "America/North_Dakota/Center")),
        (None, "+18005551234", (LOS_ANGELES,)),
        (None, None, (LOS_ANGELES,)),
    ],
)
def test_a_statement_beats_the_prefix_and_the_agents_zone_is_the_last_resort(stated, e164, zones):
    assert calling_hours.zones_for(stated, e164, LOS_ANGELES) == zones


@pytest.mark.parametrize("text", ["08:00-20:00", "8:00 - 20:00", "08:00\u201320:00", "08:00 to 20:00"])
def test_the_setting_may_be_written_in_usual_ways(text):
    assert CallingHours.parse(text) == HOURS
    assert str(HOURS) == "08:00-20:00"


@pytest.mark.parametrize("text", ["", "8-20", "20:00-08:00", "08:00-08:00", "08:00", "always", "08:00-25:00", "-"])
def test_a_wrong_setting_is_one_clear_line(text):
    with pytest.raises(BadHours, match="08:00-20:00"):
        CallingHours.parse(text)


def test_the_whole_day_can_be_allowed():
    calling_hours.check(in_new_york(2026, 11, 20, 23, 59, 59), [NEW_YORK], CallingHours.parse("00:00-24:00"))


def test_an_unknown_place_is_not_allowed_by_accident():
    with pytest.raises(BadZone):
        calling_hours.check(in_new_york(2026, 11, 20, 12, 0), ["Mars/Base"], HOURS)
    with pytest.raises(ValueError, match="at least one"):
        calling_hours.check(in_new_york(2026, 11, 20, 12, 0), [], HOURS)

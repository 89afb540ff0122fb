"""Clocks that skip, repeat and jump, in every zone of the world."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import wall_clock

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
DATES = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("on", "wall", "instant"),
    [
        (date(2027, 3, 14), time(1, 59), datetime(2027, 3, 14, 6, 59, tzinfo=UTC)),
        (date(2027, 3, 14), time(2, 30), datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),  # skipped: 03:30 summer time
        (date(2027, 3, 14), time(3, 0), datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # twice: the first
        (date(2026, 11, 1), time(1, 30, fold=1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(2, 0), datetime(2026, 11, 1, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_written_time_is_one_instant_even_when_clocks_skip_or_repeat_it(on, wall, instant):
    assert wall_clock.as_written(on, wall, ZoneInfo("America/New_York")) == instant


@pytest.mark.parametrize(
    ("zone", "on", "first"),
    [
        ("America/New_York", date(2026, 11, 23), datetime(2026, 11, 23, 5, tzinfo=UTC)),
        ("America/Santiago", date(2026, 9, 6), datetime(2026, 9, 6, 4, tzinfo=UTC)),  # midnight is skipped
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22, tzinfo=UTC)),  # midnight is skipped
        ("Asia/Beirut", date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC)),  # midnight is skipped
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),  # the whole day is skipped
    ],
)
def test_a_day_begins_at_its_first_existing_instant(zone, on, first):
    assert wall_clock.first_at_or_after(on, 0, ZoneInfo(zone)) == first


def test_a_border_in_a_skipped_hour_is_the_jump_itself():
    jump = datetime(2027, 3, 14, 7, 0, tzinfo=UTC)
    assert wall_clock.first_at_or_after(date(2027, 3, 14), 150, ZoneInfo("America/New_York")) == jump


@given(st.sampled_from(ZONES), DATES, st.integers(0, 1440))
def test_nothing_before_a_border_shows_its_time_and_the_border_does(zone, on, minute):
    named = ZoneInfo(zone)
    border = wall_clock.first_at_or_after(on, minute, named)
    target = datetime.combine(on, time.min) + timedelta(minutes=minute)
    assert border.astimezone(named).replace(tzinfo=None) >= target
    assert (border - timedelta(seconds=1)).astimezone(named).replace(tzinfo=None) < target


@given(st.sampled_from(ZONES), DATES, st.integers(0, 1439), st.integers(1, 1440))
def test_later_times_have_later_borders(zone, on, minute, more):
    named = ZoneInfo(zone)
    later = min(1440, minute + more)
    assert wall_clock.first_at_or_after(on, minute, named) <= wall_clock.first_at_or_after(on, later, named)


NO_ZONES = ["", "Mars/Base", "Etc/GMT+25", "../../etc/passwd", "America", "a\x00b", "/etc/passwd"]


@pytest.mark.parametrize("name", NO_ZONES)
def test_a_name_that_is_no_zone_is_one_clear_line(name):
    with pytest.raises(wall_clock.BadZone, match="America/New_York"):
        wall_clock.zone_named(name)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("08:00", 480), ("8:00", 480), ("00:00", 0), ("24:00", 1440), ("23:59", 1439)]
    + [(bad, None) for bad in ("", "8", "08:60", "24:01", "-1:00", "08:0", "008:00", "08.00", "٠٨:٠٠", "aa:bb")],
)
def test_times_of_day_are_read_strictly(text, minutes):
    assert wall_clock.minutes_of(text) == minutes


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="naive"):
        wall_clock.local_date(datetime(2026, 11, 22), ZoneInfo("America/New_York"))

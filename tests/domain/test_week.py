"""Weeks tile time, in every zone of the world."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soi_dialer.domain.wall_clock import BadZone
from soi_dialer.domain.week import BadWeek, Week

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
ODD_ZONES = ["America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Asia/Gaza", "America/New_York"]
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
WEEKS = INSTANTS.map(lambda instant: Week.containing(instant.date()))


@given(st.sampled_from(ZONES), WEEKS)
@example("America/Santiago", Week(2026, 36))
@example("Africa/Cairo", Week(2026, 17))
@example("Asia/Beirut", Week(2026, 13))
def test_each_week_ends_where_the_next_begins_and_so_do_its_days(zone, week):
    starts_at, ends_at = week.instants(zone)
    days = week.day_bounds(zone)
    assert ends_at == week.next().instants(zone)[0]
    assert (days[0].starts_at, days[-1].ends_at) == (starts_at, ends_at)
    assert all(one.ends_at == other.starts_at for one, other in pairwise(days))
    assert [day.on for day in days] == list(week.days())


@given(st.sampled_from(ZONES), INSTANTS)
def test_every_instant_is_in_the_week_it_belongs_to(zone, instant):
    starts_at, ends_at = Week.of(instant, zone).instants(zone)
    assert starts_at <= instant < ends_at


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_five_years_of_weeks_leave_no_gap(zone):
    week, expected = Week(2024, 1), Week(2024, 1).instants(zone)[0]
    while week.year < 2029:
        starts_at, expected_next = week.instants(zone)
        assert starts_at == expected
        assert expected_next - starts_at in (timedelta(hours=167), timedelta(hours=168), timedelta(hours=169))
        week, expected = week.next(), expected_next


@pytest.mark.parametrize(("text", "hours"), [("2026-W10", 167), ("2026-W44", 169), ("2026-W47", 168)])
def test_a_week_is_as_long_as_the_clocks_make_it(text, hours):
    starts_at, ends_at = Week.parse(text).instants("America/New_York")
    assert ends_at - starts_at == timedelta(hours=hours)


@given(WEEKS)
def test_a_week_reads_back_as_itself_and_has_its_neighbours(week):
    assert Week.parse(str(week)) == week
    assert week.next().previous() == week
    assert week.previous() < week < week.next()
    assert week.ends_on + timedelta(days=1) == week.next().starts_on


@pytest.mark.parametrize(
    ("on", "text"),
    [(date(2027, 1, 3), "2026-W53"), (date(2024, 12, 30), "2025-W01"), (date(2026, 11, 22), "2026-W47")],
)
def test_around_new_year_the_iso_year_counts(on, text):
    assert str(Week.containing(on)) == text


def test_the_agents_zone_decides_to_which_week_sunday_night_belongs():
    instant = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert str(Week.of(instant, "America/New_York")) == "2026-W47"
    assert str(Week.of(instant, "Europe/London")) == "2026-W48"
    assert Week.parse("2026-W47").starts_on == date(2026, 11, 16)


@pytest.mark.parametrize("text", ["", "2026", "2026-47", "2026-W7", "2026-W00", "2026-W54", "2025-W53", "0001-W01",
                                  "9999-W52", "2026-W47x", "W47-2026", "٢٠٢٦-W47", "2026-W47'; DROP"])  # fmt: skip
def test_what_is_no_week_is_one_clear_line(text):
    with pytest.raises(BadWeek) as refusal:
        Week.parse(text)
    assert "\n" not in str(refusal.value) and str(refusal.value).endswith(".")


def test_a_wrong_zone_and_a_naive_instant_are_refused():
    with pytest.raises(BadZone):
        Week(2026, 47).instants("Mars/Base")
    with pytest.raises(ValueError, match="naive"):
        Week.of(datetime(2026, 11, 22), "America/New_York")

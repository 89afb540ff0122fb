"""Spans tile time, in every zone, also where clocks change."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import wall_clock
from soi_dialer.domain.span import LONGEST_DAYS, BadSpan, Span
from soi_dialer.domain.week import Week

ZONES = sorted(zoneinfo.available_timezones() - {"Factory", "localtime"})
FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
DATES = st.dates(date(1971, 1, 1), date(2198, 12, 31))
HOUR = timedelta(hours=1)


def a_span(on: date, kind: str, first_weekday: int = 0, length: int = 1) -> Span:
    if kind == "days":
        return Span("days", on, on + timedelta(days=length))
    return {"month": Span.month_of, "quarter": Span.quarter_of}.get(kind, lambda day: Span.week_of(day, first_weekday))(
        on
    )


KINDS = st.sampled_from(["week", "month", "quarter", "days"])
SPANS = st.builds(a_span, DATES, KINDS, st.integers(0, 6), st.integers(1, LONGEST_DAYS))


@pytest.mark.parametrize(
    ("text", "starts_on", "last_on"),
    [
        ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15"),
        ("2026-11-15..2026-11-15", "2026-11-15", "2026-11-15"),
        (" 2026-Q1 ", "2026-01-01", "2026-03-31"),
        ("1970-W01", "1969-12-29", "1970-01-04"),
    ],
)
def test_a_span_is_read_as_people_write_it(text, starts_on, last_on):
    span = Span.parse(text)
    assert (str(span.starts_on), str(span.last_on), str(span)) == (starts_on, last_on, text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "", "last", "2026-W54", "2027-W53", "2026-13", "2026-00", "2026-Q5", "2026", "0000-W01", "2026-W4\n7",
        "2026-11-15..2026-11-14", "2026-02-30..2026-03-01", "2026-11-15..", "9999-12", "1969-01",
        "9999-12-31..9999-12-31", "2201-Q1",
        "2020-01-01..2026-11-15", "2026-11-01...2026-11-15", "٢٠٢٦-11", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_span_is_refused_in_one_line(text):
    with pytest.raises(BadSpan) as refused:
        Span.parse(text)
    assert "\n" not in str(refused.value)


@given(DATES, st.integers(0, 6))
def test_a_week_has_seven_days_and_begins_on_the_agents_first(on, first_weekday):
    week = Span.week_of(on, first_weekday)
    assert on in week
    assert (week.starts_on.weekday(), week.length) == (first_weekday, 7)


@given(DATES)
def test_weeks_from_monday_are_those_of_the_outside_contract(on):
    assert str(Span.week_of(on)) == str(Week.containing(on))
    assert Span.week_of(on).instants("Asia/Kathmandu") == Week.containing(on).instants("Asia/Kathmandu")


@given(SPANS)
def test_a_span_is_found_again_by_its_name(span):
    assert Span.parse(str(span)) == span


@given(SPANS, st.sampled_from(ZONES))
def test_spans_of_a_kind_tile_time(span, zone):
    assert span.next().previous() == span.previous().next() == span
    assert span.next().starts_on == span.until_on
    assert span.previous().instants(zone)[1] == span.instants(zone)[0]
    assert span.next().instants(zone)[0] == span.instants(zone)[1]


@given(st.builds(a_span, st.dates(FIRST, LAST), st.sampled_from(["week", "month", "quarter"])), st.sampled_from(ZONES))
def test_the_days_tile_their_span(span, zone):
    days = span.day_bounds(zone)
    assert [day.on for day in days] == list(span.days())
    assert (days[0].starts_at, days[-1].ends_at) == span.instants(zone)
    assert all(one.ends_at == other.starts_at for one, other in zip(days, days[1:], strict=False))


@given(SPANS)
def test_the_year_before_has_the_same_weekdays_or_the_same_months(span):
    before = span.a_year_before()
    assert before.kind == span.kind
    if span.kind in ("week", "days"):
        assert (before.length, before.starts_on.weekday()) == (span.length, span.starts_on.weekday())
    else:
        assert (before.starts_on.month, before.starts_on.day) == (span.starts_on.month, 1)


def test_in_every_zone_each_instant_of_a_week_with_another_clock_lies_in_one_day_of_it():
    """Every week of 2024 to 2028 in which clocks change, wherever they do."""
    changed, odd = 0, set()
    for name in ZONES:
        zone = zoneinfo.ZoneInfo(name)
        for week in weeks_that_change(zone):
            changed += 1
            days = week.day_bounds(name)
            assert all(one.ends_at == other.starts_at for one, other in zip(days, days[1:], strict=False))
            for day in days:
                assert wall_clock.local_date(day.starts_at, zone) == day.on
                assert wall_clock.local_date(day.ends_at - timedelta(seconds=1), zone) <= day.on
            starts_at, ends_at = week.instants(name)
            odd.add((ends_at - starts_at) / HOUR)
    assert changed > 1000
    assert {167, 169} <= odd <= {166, 167, 167.5, 168, 168.5, 169, 170}


def test_no_call_at_a_change_of_clocks_or_at_the_end_of_its_week_is_in_two_weeks_or_in_none():
    """For each change of 2024 to 2028 in every zone, and for weeks from Monday and from Sunday."""
    tried = 0
    for name in ZONES:
        zone = zoneinfo.ZoneInfo(name)
        for changes_at in changes_of(zone):
            for first_weekday in (0, 6):
                week = Span.week_of(wall_clock.local_date(changes_at, zone), first_weekday)
                weeks = [one.instants(name) for one in (week.previous(), week, week.next())]
                borders = [changes_at, *weeks[1]]
                for call_at in (border + timedelta(seconds=n) for border in borders for n in (-1, 0, 1)):
                    assert sum(starts_at <= call_at < ends_at for starts_at, ends_at in weeks) == 1, (name, call_at)
                tried += 1
    assert tried > 2000


def changes_of(zone: zoneinfo.ZoneInfo) -> list[datetime]:
    """The instants, to the second, at which its clocks are put to another time."""
    found, begins = [], datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(5 * 53):
        early, late = begins + timedelta(weeks=number), begins + timedelta(weeks=number + 1)
        if early.astimezone(zone).utcoffset() == late.astimezone(zone).utcoffset():
            continue
        before = early.astimezone(zone).utcoffset()
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) // 2
            early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
        found.append(late.replace(microsecond=0))
    return found


def weeks_that_change(zone: zoneinfo.ZoneInfo) -> list[Span]:
    found, noon = [], datetime(2024, 1, 1, 12, tzinfo=UTC)
    for number in range(261):
        monday = noon + timedelta(weeks=number)
        offsets = {(monday + timedelta(days=day)).astimezone(zone).utcoffset() for day in (-1, 7)}
        if len(offsets) > 1:
            found.append(Span.week_of(monday.date()))
    return found


@pytest.mark.parametrize(
    ("text", "hours"), [("2026-W10", 167), ("2026-W44", 169), ("2026-W47", 168), ("2026-03", 743), ("2026-11", 721)]
)
def test_a_span_over_a_change_of_clocks_is_an_hour_shorter_or_longer(text, hours):
    starts_at, ends_at = Span.parse(text).instants("America/New_York")
    assert (ends_at - starts_at) == hours * HOUR


def test_a_week_from_sunday_holds_the_night_in_which_clocks_change_at_its_start():
    week = Span.week_of(date(2026, 3, 10), 6)
    assert str(week) == "2026-03-08..2026-03-14"
    starts_at, ends_at = week.instants("America/New_York")
    assert (ends_at - starts_at) == 167 * HOUR

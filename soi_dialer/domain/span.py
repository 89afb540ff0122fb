"""Spans of days that a report is about: a week, a month, a quarter, or any days, by the clocks of the agent's zone.

A span is made of whole days and knows no zone until it is asked for instants. Spans of a kind tile time: where one ends
the next begins. Weeks of the outside contract begin on Monday and are named 2026-W47; a week that begins on another day
is a span of seven days.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date, datetime, timedelta

from soi_dialer.domain import wall_clock
from soi_dialer.domain.week import BadWeek, Day, Week

WEEK, MONTH, QUARTER, DAYS = "week", "month", "quarter", "days"

LONGEST_DAYS = 1100
"""Three years: more than anybody compares, and few enough to be read at once."""

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
_FIRST_ON, _UNTIL_ON = date(1969, 12, 29), date(2200, 1, 6)  # those of the ISO years 1970 to 2199


class BadSpan(ValueError):
    """Not a span of days. One line, for the person who wrote it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """The days from `starts_on` to before `until_on`."""

    kind: str
    starts_on: date
    until_on: date

    @classmethod
    def parse(cls, text: str) -> Span:
        """From "2026-W47", "2026-11", "2026-Q4" or "2026-11-01..2026-11-15", the last day included.

        Raises `BadSpan` for anything else, for more than `LONGEST_DAYS`, and outside the years 1970 to 2199.
        """
        text = text.strip()[:40]
        try:
            span = _week(text) or _month(text) or _quarter(text) or _days(text)
        except BadWeek as wrong:
            raise BadSpan(str(wrong)) from None
        except (ValueError, OverflowError):
            span = None
        if span is None or not _FIRST_ON <= span.starts_on < span.until_on <= _UNTIL_ON:
            raise BadSpan("A span is written like 2026-W47, 2026-11, 2026-Q4 or 2026-11-01..2026-11-15.")
        if span.length > LONGEST_DAYS:
            raise BadSpan("That is too long; a span has three years at most.")
        return span

    @classmethod
    def week_of(cls, on: date, first_weekday: int = 0) -> Span:
        """The week in which a day lies; weeks begin on `first_weekday`, 0 for Monday to 6 for Sunday."""
        starts_on = on - timedelta(days=(on.weekday() - first_weekday) % 7)
        return cls(WEEK if first_weekday == 0 else DAYS, starts_on, starts_on + timedelta(days=7))

    @classmethod
    def month_of(cls, on: date) -> Span:
        return cls(MONTH, on.replace(day=1), _months_after(on, 1))

    @classmethod
    def quarter_of(cls, on: date) -> Span:
        starts_on = date(on.year, on.month - (on.month - 1) % 3, 1)
        return cls(QUARTER, starts_on, _months_after(starts_on, 3))

    def __str__(self) -> str:
        """What `parse` reads."""
        if self.kind == WEEK:
            return str(Week.containing(self.starts_on))
        if self.kind == MONTH:
            return f"{self.starts_on:%Y-%m}"
        if self.kind == QUARTER:
            return f"{self.starts_on.year:04d}-Q{(self.starts_on.month + 2) // 3}"
        return f"{self.starts_on}..{self.last_on}"

    @property
    def last_on(self) -> date:
        """Its last day."""
        return self.until_on - timedelta(days=1)

    @property
    def length(self) -> int:
        """In days."""
        return (self.until_on - self.starts_on).days

    def __contains__(self, on: date) -> bool:
        return self.starts_on <= on < self.until_on

    def days(self) -> tuple[date, ...]:
        """Its dates, in order."""
        return tuple(self.starts_on + timedelta(days=number) for number in range(self.length))

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """Its first instant and the first one after it, aware UTC."""
        named = wall_clock.zone_named(zone)
        first, last = (wall_clock.first_at_or_after(on, 0, named) for on in (self.starts_on, self.until_on))
        return first, last

    def day_bounds(self, zone: str) -> tuple[Day, ...]:
        """Its days with their borders; each ends where the next starts. A day has 23 to 25 hours, or none at all."""
        named = wall_clock.zone_named(zone)
        borders = [wall_clock.first_at_or_after(on, 0, named) for on in (*self.days(), self.until_on)]
        return tuple(Day(*day) for day in zip(self.days(), borders[:-1], borders[1:], strict=True))

    def next(self) -> Span:
        """The one of its kind that begins where this one ends."""
        return self._of_kind(self.until_on)

    def previous(self) -> Span:
        """The one of its kind that ends where this one begins."""
        if self.kind == DAYS:
            return Span(DAYS, self.starts_on - timedelta(days=self.length), self.starts_on)
        return self._of_kind(self.starts_on - timedelta(days=1))

    def a_year_before(self) -> Span:
        """The same days of the week 52 weeks earlier; of months and quarters, those of the year before."""
        if self.kind in (MONTH, QUARTER):
            return self._of_kind(self.starts_on.replace(year=self.starts_on.year - 1))
        return Span(self.kind, self.starts_on - timedelta(weeks=52), self.until_on - timedelta(weeks=52))

    def _of_kind(self, on: date) -> Span:
        if self.kind == MONTH:
            return Span.month_of(on)
        if self.kind == QUARTER:
            return Span.quarter_of(on)
        if self.kind == WEEK:
            return Span.week_of(on)
        return Span(DAYS, on, on + timedelta(days=self.length))


def weeks_until(span: Span, today: date, first_weekday: int, count: int) -> list[Span]:
    """So many weeks, the last one that in which the span ends, or the present one where it has not ended."""
    last = Span.week_of(min(span.last_on, max(today, span.starts_on)), first_weekday)
    firsts = [last.starts_on - timedelta(weeks=number) for number in reversed(range(count))]
    return [Span.week_of(first, first_weekday) for first in firsts]


def _week(text: str) -> Span | None:
    return Span.week_of(Week.parse(text).starts_on) if "-W" in text else None


def _month(text: str) -> Span | None:
    match = _MONTH.fullmatch(text)
    return Span.month_of(date(int(match[1]), int(match[2]), 1)) if match else None


def _quarter(text: str) -> Span | None:
    match = _QUARTER.fullmatch(text)
    return Span.quarter_of(date(int(match[1]), 3 * int(match[2]) - 2, 1)) if match else None


def _days(text: str) -> Span | None:
    match = _DAYS.fullmatch(text)
    if not match:
        return None
    return Span(DAYS, date.fromisoformat(match[1]), date.fromisoformat(match[2]) + timedelta(days=1))


def _months_after(on: date, months: int) -> date:
    """The first of the month that many months after that of `on`."""
    years, month = divmod(on.month - 1 + months, 12)
    return date(on.year + years, month + 1, 1)

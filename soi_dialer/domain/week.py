"""ISO weeks as an agent lives them: Monday to Sunday by the clocks of the agent's zone.

A week is 168 hours except when clocks change (167 or 169); a day begins at its first existing instant, because some
zones skip midnight. Weeks and days tile time: each end is the next start.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from soi_dialer.domain import wall_clock

_FORM = re.compile(r"([0-9]{4})-W([0-9]{2})")
_YEARS = range(1970, 2200)


class BadWeek(ValueError):
    """Not an ISO week. One line, for the person who wrote it."""


class Day(NamedTuple):
    """One day of a zone: its date and its borders as aware UTC instants, the start included and the end not."""

    on: date
    starts_at: datetime
    ends_at: datetime


@dataclasses.dataclass(frozen=True, order=True, slots=True)
class Week:
    """An ISO 8601 week. `year` is the ISO year, which differs from the calendar's around New Year."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Week:
        """From "2026-W47". Raises `BadWeek` for another form and for a week that the year does not have."""
        match = _FORM.fullmatch(text.strip())
        if not match:
            raise BadWeek("A week is written like 2026-W47.")
        year, number = int(match[1]), int(match[2])
        if year not in _YEARS:
            raise BadWeek(f"Weeks are known from {_YEARS.start} to {_YEARS.stop - 1}.")
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError:
            raise BadWeek(f"The year {year} has no week {number}.") from None
        return cls(year, number)

    @classmethod
    def of(cls, instant: datetime, zone: str) -> Week:
        """The week in which that instant falls by the clocks of `zone`."""
        return cls.containing(wall_clock.local_date(instant, wall_clock.zone_named(zone)))

    @classmethod
    def containing(cls, on: date) -> Week:
        """The week of a date."""
        year, number, _ = on.isocalendar()
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def starts_on(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def ends_on(self) -> date:
        """Its Sunday."""
        return self.starts_on + timedelta(days=6)

    def days(self) -> tuple[date, ...]:
        """Its seven dates, Monday first."""
        return tuple(self.starts_on + timedelta(days=number) for number in range(7))

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """Its first instant and the first one after it, aware UTC."""
        named = wall_clock.zone_named(zone)
        return (
            wall_clock.first_at_or_after(self.starts_on, 0, named),
            wall_clock.first_at_or_after(self.starts_on + timedelta(days=7), 0, named),
        )

    def day_bounds(self, zone: str) -> tuple[Day, ...]:
        """Its seven days with their borders; each ends where the next starts."""
        named = wall_clock.zone_named(zone)
        dates = [self.starts_on + timedelta(days=number) for number in range(8)]
        borders = [wall_clock.first_at_or_after(on, 0, named) for on in dates]
        return tuple(Day(*day) for day in zip(dates[:7], borders[:7], borders[1:], strict=True))

    def previous(self) -> Week:
        """The week before."""
        return Week.containing(self.starts_on - timedelta(days=7))

    def next(self) -> Week:
        """The week after."""
        return Week.containing(self.starts_on + timedelta(days=7))

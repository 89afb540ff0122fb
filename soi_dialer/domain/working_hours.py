"""An agent's working hours: what four working hours from now means, and when the next working morning begins.

A rule by the wall clock: 8:00 is 8:00 all year, and a working hour is an hour that really passes. A day's span begins
at the first instant whose clocks show its start or later, so a skipped hour only shortens it.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from soi_dialer.domain import wall_clock

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_WORKING_DAYS = 1000
MOST_WORKING_HOURS = 8000

_EXAMPLE = 'such as "Mon-Fri 08:00-18:00; Sat 09:00-12:00"'
_RULE = re.compile(r"(?P<days>[a-z, \-]*[a-z])\s+(?P<spans>\d[\d:, \-]*)", re.IGNORECASE)

Span = tuple[int, int]
"""Minutes after midnight, the start included and the end not."""


class BadWorkingHours(ValueError):
    """The text is not a set of working hours. One line, for the person who wrote it."""


@dataclasses.dataclass(frozen=True, slots=True)
class WorkingHours:
    """The open spans of each weekday, Monday first, by the clocks of `zone`. At least one day has one.

    `is_off` tells the dates on which nobody works whatever the weekday: holidays, a leave. It must have an end.
    """

    days: tuple[tuple[Span, ...], ...]
    zone: ZoneInfo
    is_off: Callable[[date], bool] | None = dataclasses.field(default=None, compare=False)

    @classmethod
    def parse(cls, text: str, time_zone: str) -> WorkingHours:
        """From "Mon-Fri 08:00-18:00; Sat 09:00-12:00". Raises `BadWorkingHours` or `wall_clock.BadZone`."""
        days: list[list[Span]] = [[] for _ in DAY_NAMES]
        for rule in filter(None, (part.strip() for part in text.replace("\u2013", "-").split(";"))):
            match = _RULE.fullmatch(rule)
            if not match:
                raise BadWorkingHours(f"Working hours need days and times, {_EXAMPLE}.")
            spans = _spans_of(match["spans"])
            for day in _days_of(match["days"]):
                days[day].extend(spans)
        if not any(days):
            raise BadWorkingHours(f"Working hours are empty; write them {_EXAMPLE}.")
        in_order = tuple(_in_order(spans, name) for spans, name in zip(days, DAY_NAMES, strict=True))
        return cls(in_order, wall_clock.zone_named(time_zone))

    def without(self, is_off: Callable[[date], bool]) -> WorkingHours:
        """The same hours, but for these dates as well."""
        before = self.is_off
        both = is_off if before is None else lambda on: before(on) or is_off(on)
        return dataclasses.replace(self, is_off=both)

    def is_open(self, instant: datetime) -> bool:
        """Whether that instant is inside working hours; the closing instant is not."""
        return next(self._spans_from(instant))[0] <= instant

    def next_opening(self, instant: datetime) -> datetime:
        """The first instant inside working hours at or after this one: itself when it is inside."""
        return max(instant, next(self._spans_from(instant))[0])

    def add(self, instant: datetime, hours: float = 4) -> datetime:
        """The instant when so many working hours have passed; always inside working hours.

        Time that runs out exactly at closing is due at the next opening. Raises ValueError unless 0 to 8000.
        """
        if not 0 <= hours <= MOST_WORKING_HOURS:
            raise ValueError(f"working hours are added from 0 to {MOST_WORKING_HOURS}")
        left = timedelta(hours=hours)
        for opens_at, closes_at in self._spans_from(instant):
            start = max(instant, opens_at)
            if start + left < closes_at:
                return start + left
            left -= closes_at - start
        raise AssertionError("spans never end")

    def add_working_days(self, instant: datetime, days: int) -> datetime:
        """The opening of the n-th working day after the local date of `instant`. Raises ValueError unless 1 to 1000."""
        if not 1 <= days <= MOST_WORKING_DAYS:
            raise ValueError(f"working days are counted from 1 to {MOST_WORKING_DAYS}")
        today = wall_clock.local_date(instant, self.zone)
        openings = (spans[0][0] for spans in map(self._spans_on, _dates_from(today + timedelta(days=1))) if spans)
        return next(itertools.islice(openings, days - 1, None))

    def tomorrow_morning(self, instant: datetime) -> datetime:
        """The opening of the next working day: on Friday, Monday's when the weekend is free."""
        return self.add_working_days(instant, 1)

    def __str__(self) -> str:
        """The same rule again, days with the same hours together: parsing it gives an equal value."""
        runs = itertools.groupby(range(7), key=lambda day: self.days[day])
        parts = [(list(days), spans) for spans, days in runs if spans]
        return "; ".join(f"{_days_text(days)} {_spans_text(spans)}" for days, spans in parts)

    def _spans_from(self, instant: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans that end after `instant`, in order, without end."""
        today = wall_clock.local_date(instant, self.zone)
        for on in _dates_from(today):
            yield from (span for span in self._spans_on(on) if span[1] > instant)

    def _spans_on(self, on: date) -> list[tuple[datetime, datetime]]:
        if self.is_off is not None and self.is_off(on):
            return []
        borders = (
            tuple(wall_clock.first_at_or_after(on, minute, self.zone) for minute in span)
            for span in self.days[on.weekday()]
        )
        return [(opens_at, closes_at) for opens_at, closes_at in borders if opens_at < closes_at]


def _dates_from(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in itertools.count())


def _days_of(text: str) -> list[int]:
    """Weekday numbers of "Mon-Fri", "Mon, Wed" or "Saturday"; "Sat-Mon" goes over the weekend."""
    numbers = []
    for part in text.split(","):
        first_name, dash, last_name = part.partition("-")
        first = _day_number(first_name)
        length = (_day_number(last_name) - first) % 7 + 1 if dash else 1
        numbers += [(first + ahead) % 7 for ahead in range(length)]
    return numbers


def _day_number(name: str) -> int:
    for number, full in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")):
        if len(name.strip()) >= 3 and full.startswith(name.strip().lower()):
            return number
    raise BadWorkingHours(f'"{name.strip()}" is not a weekday; write Mon, Tue, Wed, Thu, Fri, Sat or Sun.')


def _spans_of(text: str) -> list[Span]:
    spans = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        start, end = wall_clock.minutes_of(first), wall_clock.minutes_of(last)
        if start is None or end is None or start >= end:
            raise BadWorkingHours(f'"{part.strip()}" is no span of hours; write them like 08:00-18:00.')
        spans.append((start, end))
    return spans


def _days_text(days: list[int]) -> str:
    names = DAY_NAMES[days[0]], DAY_NAMES[days[-1]]
    return names[0] if len(days) == 1 else "-".join(names)


def _spans_text(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{wall_clock.clock_text(start)}-{wall_clock.clock_text(end)}" for start, end in spans)


def _in_order(spans: list[Span], day_name: str) -> tuple[Span, ...]:
    spans = sorted(spans)
    if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(spans)):
        raise BadWorkingHours(f"Two spans of working hours overlap on {day_name}.")
    return tuple(spans)

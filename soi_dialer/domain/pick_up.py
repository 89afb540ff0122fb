"""When people pick up: of the calls that rang somebody, how many were answered, by weekday and hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

RANG = ("connected", "left_voicemail", "machine", "no_answer", "busy")
"""Outcomes of calls out that rang somebody."""

LEAST_CALLS = 3
"""Of fewer calls in an hour no share is named: it would be chance."""


class Hour(NamedTuple):
    """The calls of one hour of one weekday, over all weeks."""

    rang: int = 0
    answered: int = 0

    @property
    def percent(self) -> int | None:
        """None when there were too few."""
        return round(self.answered * 100 / self.rang) if self.rang >= LEAST_CALLS else None

    @property
    def step(self) -> int:
        """How strongly it is drawn: 0 for no share, 1 to 5 for up to 20, 40, 60, 80 and 100 percent."""
        return 0 if self.percent is None else max(1, -(-self.percent // 20))


class Grid(NamedTuple):
    """Hours of the day, and a row of weekdays with an `Hour` for each of them."""

    hours: Sequence[int]
    rows: Sequence[tuple[int, Sequence[Hour]]]  # the weekday, 0 for Monday

    @property
    def best(self) -> tuple[int, int, Hour] | None:
        """Weekday, hour and figures of the hour in which people pick up most; the busier one of two alike."""
        cells = [
            (one.percent, one.rang, day, hour, one)
            for day, row in self.rows
            for hour, one in zip(self.hours, row, strict=True)
            if one.percent
        ]
        return max(cells, key=lambda cell: cell[:2])[2:] if cells else None


def by_hour(calls: Iterable[tuple[datetime, str]], zone: ZoneInfo, first_weekday: int = 0) -> Grid:
    """From when calls were placed and what came of them; the hours from the earliest to the latest, weekdays with any
    call, from the agent's first one on."""
    counts: dict[tuple[int, int], list[int]] = {}
    offsets: dict[date, timedelta | None] = {}
    for placed_at, outcome in calls:
        on = placed_at.date()
        if on not in offsets:
            offsets[on] = _offset(on, zone)
        local = placed_at.astimezone(zone) if offsets[on] is None else placed_at + offsets[on]
        cell = counts.setdefault((local.weekday(), local.hour), [0, 0])
        cell[0] += 1
        cell[1] += outcome == "connected"
    if not counts:
        return Grid((), ())
    hours = range(min(hour for _, hour in counts), max(hour for _, hour in counts) + 1)
    days = sorted({day for day, _ in counts}, key=lambda day: (day - first_weekday) % 7)
    return Grid(hours, [(day, [Hour(*counts.get((day, hour), ())) for hour in hours]) for day in days])


def _offset(on: date, zone: ZoneInfo) -> timedelta | None:
    """What to add to any instant of that UTC day, quicker than asking the zone for each; None where it varies."""
    first, last = (datetime.combine(on, at, UTC).astimezone(zone).utcoffset() for at in (time.min, time.max))
    return first if first == last else None

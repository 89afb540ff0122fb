"""People whom the agent has not called for a while: their last talk lies before the weeks that are told in full.

Some have a day near, so that the newcomer's first list shows what a list can say.
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from soi_dialer.domain import wall_clock
from soi_dialer.domain.fact_kinds import month_day
from soi_dialer.flows.demo.people import PEOPLE
from soi_dialer.flows.demo.script import Planned


@dataclasses.dataclass(frozen=True, slots=True)
class Quiet:
    """Somebody with their last talk so many days and minutes ago, and perhaps a yearly day so many days ahead."""

    name: str
    days_ago: int
    minutes: int
    kind: str = ""
    words: str = ""
    ahead: int = 0
    years: int = 0  # ago


_QUIET = (
    Quiet("Samuel Greene", 124, 11),
    Quiet("Yuki Tanaka", 117, 7),
    Quiet("Ivan Petrov", 109, 14, "closing", "The house on Cherry Street", 6, 2),
    Quiet("Rosa Delgado", 104, 9, "birthday", "", 2, 41),
    Quiet("Paul Brennan", 98, 6),
    Quiet("Sophie Martin", 81, 12),
    Quiet("Karen Whitfield", 60, 8),
)

INDICES = frozenset(index for index, person in enumerate(PEOPLE) if person.name in {one.name for one in _QUIET})
"""Their places in PEOPLE: the weeks leave them alone."""


def talks(now: datetime, zone: ZoneInfo) -> list[Planned]:
    """Their last talks, the oldest first."""
    return [
        Planned(_morning(now, one.days_ago, zone), _index(one), "outbound", "connected", one.minutes * 60)
        for one in _QUIET
    ]


def days(today: date) -> list[tuple[int, dict[str, Any]]]:
    """The days that are near: the person's place in PEOPLE, and the columns of the fact."""
    return [(_index(one), _fact(one, today)) for one in _QUIET if one.kind]


def _fact(one: Quiet, today: date) -> dict[str, Any]:
    back = today + timedelta(days=one.ahead)
    about_on = date(back.year - one.years, back.month, min(back.day, 28))
    return {"kind": one.kind, "text": one.words, "about_on": about_on, "month_day": month_day(one.kind, about_on)}


def _morning(now: datetime, days_ago: int, zone: ZoneInfo) -> datetime:
    """Around ten on the working day at or before it."""
    on = wall_clock.local_date(now, zone) - timedelta(days=days_ago)
    on -= timedelta(days=max(0, on.weekday() - 4))
    return wall_clock.as_written(on, time(10, days_ago % 60), zone)


def _index(one: Quiet) -> int:
    return next(index for index, person in enumerate(PEOPLE) if person.name == one.name)

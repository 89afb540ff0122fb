"""Working days in a row on which enough past customers were called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta


def streak(
    reached: Mapping[date, int],
    wanted: int,
    is_working: Callable[[date], bool],
    last_on: date,
    today: date,
    since: date,
) -> int:
    """How many working days up to `last_on` had `wanted` people or more, counted back to `since` at most.

    Days off neither add nor break; one on which enough people were reached all the same adds. Today breaks nothing
    before it is over.
    """
    days, on = 0, last_on
    while on >= since:
        if reached.get(on, 0) >= wanted:
            days += 1
        elif is_working(on) and on != today:
            break
        on -= timedelta(days=1)
    return days

"""Working days in a row on which enough past customers were called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta


def streak_days(
    reached: Mapping[date, int],
    wanted: int,
    is_working: Callable[[date], bool],
    last_on: date,
    today: date,
    since: date,
) -> list[date]:
    """The days in a row up to `last_on` that had `wanted` people or more, newest first, back to `since` at most.

    Days off neither add nor break; one on which enough people were reached all the same adds. Today breaks nothing
    before it is over.
    """
    days, on = [], last_on
    while on >= since:
        if reached.get(on, 0) >= wanted:
            days.append(on)
        elif is_working(on) and on != today:
            break
        on -= timedelta(days=1)
    return days

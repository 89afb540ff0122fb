"""How a whole network stands: who is on time, who is drifting, who is lost.

Somebody is on time until the day of their next call has passed, drifts for thirty days after it, and is lost from then
on. The thirty days are the same for everybody: the closer somebody is, the sooner their day comes anyway, and one
border for all is one that an agent can keep in mind.
"""

from __future__ import annotations

from datetime import date, timedelta

ON_TIME, DRIFTING, LOST = "on_time", "drifting", "lost"
HEALTHS = (LOST, DRIFTING, ON_TIME)
DRIFTS_FOR_DAYS = 30

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 12, 31)


def health_of(next_touch_on: date, today: date) -> str:
    """Of somebody whose next call is due on that day."""
    late = (today - next_touch_on).days
    if late <= 0:
        return ON_TIME
    return DRIFTING if late <= DRIFTS_FOR_DAYS else LOST


def days_of(health: str, today: date) -> tuple[date, date]:
    """The first and the last day on which the next call of such people is due; together they tile time."""
    drifting_from = today - timedelta(days=DRIFTS_FOR_DAYS)
    return {
        ON_TIME: (today, LAST_DAY),
        DRIFTING: (drifting_from, today - timedelta(days=1)),
        LOST: (FIRST_DAY, drifting_from - timedelta(days=1)),
    }[health]

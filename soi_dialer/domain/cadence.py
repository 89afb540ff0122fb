"""When somebody is to be called next: so many days after the last touch, by the calendar of the agent.

Only a connected call is a touch, in either direction and self-reported too; a message left is one where the agent's
setting says so. A person's own number of days goes before that of their level.

Whoever was never talked with counts as if they had been, before they came in, each on another day of their cadence: so
an address book that comes in at once falls due a few people a day, and nobody later than a cadence after they came in.
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from soi_dialer.domain import wall_clock
from soi_dialer.domain.level import MOST_DAYS, Ladder, rung_of

TOUCHES = frozenset({"connected"})
TOUCHES_BY_SETTING = frozenset({"left_voicemail"})


def touches(outcome: str | None, message_is_touch: bool) -> bool:
    """Whether a call with that outcome sets the clock back."""
    return outcome in TOUCHES or (message_is_touch and outcome in TOUCHES_BY_SETTING)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """What decides about one person. `can_be_called` is false for the archived, the do-not-call and those without a
    number, and for a caller whom nobody has given a name yet. `contact_id` tells apart those who came in together."""

    level: str
    own_days: int | None
    touched_at: datetime | None
    known_since: datetime
    can_be_called: bool = True
    contact_id: int = 0


def days_between(ladder: Ladder, level: str, own_days: int | None) -> int:
    """Days that may pass between two talks, 1 to 730."""
    return min(max(own_days or rung_of(ladder, level).days, 1), MOST_DAYS)


def next_touch_on(ladder: Ladder, person: Standing, zone: ZoneInfo) -> date | None:
    """The day on which a call is due; None for whoever is not to be called by themselves."""
    if not person.can_be_called:
        return None
    days = days_between(ladder, person.level, person.own_days)
    touched_on = wall_clock.local_date(person.touched_at, zone) if person.touched_at else None
    known_on = wall_clock.local_date(person.known_since, zone)
    return counts_from(touched_on, known_on, days, person.contact_id) + timedelta(days=days)


def counts_from(touched_on: date | None, known_on: date, days: int, contact_id: int) -> date:
    """The day of the last touch; of somebody who was never talked with, one of the last `days` before they came in.

    People of one import have ids in a row, so each day of their cadence has as many of them as any other.
    """
    return touched_on or known_on - timedelta(days=contact_id % days)

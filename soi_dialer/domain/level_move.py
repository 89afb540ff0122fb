"""When talks say that somebody has come closer, or has drifted a step away. A suggestion only: the agent decides.

Two talks of five minutes or more within the days of a level suggest the rung above; twice those days without any talk
suggest the rung below. Each suggestion names the call that caused it, and an answer to it counts for that call alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from soi_dialer.domain.cadence import days_between
from soi_dialer.domain.level import Ladder, next_down, next_up, rung_of

LONG_TALK_SECONDS = 300
TALKS_UP = 2
MISSED_DOWN = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Talk:
    """A connected call. Self-reported ones count with the minutes that the agent gave."""

    call_id: int
    on: date
    seconds: int


@dataclasses.dataclass(frozen=True, slots=True)
class Suggestion:
    """`to` is the level's name; `call_id` the talk that caused it: the last one."""

    to: str
    is_up: bool
    call_id: int
    why: str


def suggest(
    ladder: Ladder,
    level: str,
    own_days: int | None,
    talks: Sequence[Talk],
    today: date,
    *,
    moved_on: date | None = None,
    answered: Collection[int] = (),
) -> Suggestion | None:
    """The move that talks and lengths say, or None.

    Args:
        talks: in any order.
        moved_on: the last move, from which talks count anew.
        answered: ids of calls whose suggestion was accepted or declined already.
    """
    days = days_between(ladder, level, own_days)
    ordered = sorted(talks, key=lambda talk: (talk.on, talk.call_id))
    if not ordered or ordered[-1].call_id in answered:
        return None
    up = _up(ladder, level, days, ordered, today, moved_on)
    return up or _down(ladder, level, days, ordered[-1], today, moved_on)


def _up(
    ladder: Ladder, level: str, days: int, talks: list[Talk], today: date, moved_on: date | None
) -> Suggestion | None:
    above = next_up(ladder, level)
    since = max(today - timedelta(days=days), moved_on or date.min)
    long = [talk for talk in talks if talk.on > since and talk.seconds >= LONG_TALK_SECONDS]
    if above is None or len(long) < TALKS_UP:
        return None
    why = f"{len(long)} talks of five minutes or more within {days} days."
    return Suggestion(above.name, True, talks[-1].call_id, why)


def _down(ladder: Ladder, level: str, days: int, last: Talk, today: date, moved_on: date | None) -> Suggestion | None:
    below = next_down(ladder, level)
    quiet = (today - max(last.on, moved_on or date.min)).days
    if below is None or quiet <= MISSED_DOWN * days:
        return None
    name = rung_of(ladder, level).name
    why = f"{(today - last.on).days} days without a talk; with a level of {name} it is every {days}."
    return Suggestion(below.name, False, last.call_id, why)

"""Phone tag: after three attempts, another hour of the day, or the question whether a call is still needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

ATTEMPTS = 3

_PARTS = (("in the morning", 0, 12), ("in the afternoon", 12, 17), ("in the early evening", 17, 24))
_OR_WAIVE = "Or waive it, with a reason."


def advice(attempts: int, tried: Sequence[datetime], picked_up: datetime | None) -> str | None:
    """What to try next, in one or two sentences; None while there is no need for advice.

    `tried` are the attempts and `picked_up` the start of the last conversation, all by the agent's clocks.
    """
    if attempts < ATTEMPTS:
        return None
    if picked_up is not None and all(_hours_apart(picked_up, one) >= 1 for one in tried):
        return f"They last picked up on a {picked_up:%A} {_about(picked_up)}. Try that hour. {_OR_WAIVE}"
    untried = next((name for name, *_ in _PARTS if name not in {_part(one) for one in tried}), None)
    if untried is None:
        return f"You tried at every time of the day. A text or an e-mail may do. {_OR_WAIVE}"
    return f"You have not tried {untried} yet. {_OR_WAIVE}"


def _part(at: datetime) -> str:
    return next(name for name, start, end in _PARTS if start <= at.hour < end)


def _hours_apart(one: datetime, other: datetime) -> float:
    """By the clock on the wall, whatever the day."""
    apart = abs((one.hour * 60 + one.minute) - (other.hour * 60 + other.minute)) / 60
    return min(apart, 24 - apart)


def _about(at: datetime) -> str:
    hour = (at.hour + (at.minute >= 30)) % 24
    return f"at about {hour % 12 or 12} {'am' if hour < 12 else 'pm'}"

"""The week in hours: what an agent's calls and callbacks add up to, from the figures of its days.

A call belongs to the local day on which it was placed, with all of its talk, also when the talk ran past midnight. What
agents say of calls made elsewhere counts as conversations, but its time stands apart: `talk_seconds` are measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from soi_dialer.domain import wall_clock
from soi_dialer.domain.call import OUTCOMES
from soi_dialer.domain.day_figures import DayFigures
from soi_dialer.domain.week import Week

RETURNED_WITHIN = ("1h", "same_day", "next_day", "later")
"""How fast a message was returned, in the agent's local days; each returned callback is in the first that fits."""


class CallbackFigures(NamedTuple):
    """What the report needs to know of one callback."""

    state: str
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None = None
    reason: str = ""  # voicemail, missed_call, text, requested, follow_up
    id: int = 0


def weekly(
    week: Week,
    zone: str,
    days: Iterable[DayFigures],
    calls: Mapping[tuple[str, str], int],
    callbacks: Iterable[CallbackFigures],
) -> dict[str, Any]:
    """The report of one agent's week, as plain JSON values. `days` are those of the week that had calls, and `calls`
    how many there were by direction and outcome."""
    known = {day.on: day for day in days}
    whole = [known.get(on) or DayFigures(on) for on in week.days()]
    return {
        "week": str(week),
        "starts_on": week.starts_on.isoformat(),
        "time_zone": zone,
        "talk_seconds": sum(day.talk_seconds for day in whole),
        "self_reported_seconds": sum(day.self_reported_seconds for day in whole),
        "self_reported_calls": sum(day.self_reported_calls for day in whole),
        "calls": by_outcome(calls),
        "callbacks": _callbacks(callbacks, *week.instants(zone), zone),
        "days": [_day(day) for day in whole],
    }


def by_outcome(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Every outcome that there is, also those that did not happen."""
    return {
        direction: {outcome: counts.get((direction, outcome), 0) for outcome in outcomes}
        for direction, outcomes in OUTCOMES.items()
    }


def _day(day: DayFigures) -> dict[str, Any]:
    return {
        "date": day.on.isoformat(),
        "talk_seconds": day.talk_seconds,
        "connected": day.conversations,
        "self_reported_seconds": day.self_reported_seconds,
    }


def _callbacks(
    callbacks: Iterable[CallbackFigures], starts_at: datetime, ends_at: datetime, zone: str
) -> dict[str, Any]:
    """`still_open` is the stock at the week's end, older debts included; until then, the stock of now."""
    known = [debt for debt in callbacks if debt.opened_at < ends_at]
    closed = [debt for debt in known if debt.closed_at and starts_at <= debt.closed_at < ends_at]
    returned = [debt for debt in closed if debt.state == "returned"]
    speed = Counter(returned_within(debt, zone) for debt in returned)
    return {
        "opened": sum(starts_at <= debt.opened_at for debt in known),
        "returned": len(returned),
        "waived": sum(debt.state == "waived" for debt in closed),
        "still_open": sum(debt.closed_at is None or debt.closed_at >= ends_at for debt in known),
        "returned_within": {name: speed[name] for name in RETURNED_WITHIN},
    }


def returned_within(debt: CallbackFigures, zone: str) -> str:
    """Which of `RETURNED_WITHIN` a returned one is."""
    if debt.closed_at - debt.opened_at <= timedelta(hours=1):
        return "1h"
    named = wall_clock.zone_named(zone)
    days = (wall_clock.local_date(debt.closed_at, named) - wall_clock.local_date(debt.opened_at, named)).days
    return {0: "same_day", 1: "next_day"}.get(days, "later")

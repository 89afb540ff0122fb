"""The week in hours: what an agent's calls and callbacks add up to, counted from the rows and from nothing else.

A call belongs to the local day on which it was placed, with all of its talk, also when the talk ran past midnight. What
agents say of calls made elsewhere counts as conversations, but its time stands apart: `talk_seconds` are measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from soi_dialer.domain import wall_clock
from soi_dialer.domain.call import OUTCOMES
from soi_dialer.domain.week import Week

RETURNED_WITHIN = ("1h", "same_day", "next_day", "later")
"""How fast a message was returned, in the agent's local days; each returned callback is in the first that fits."""


class CallFigures(NamedTuple):
    """What the report needs to know of one call. `outcome` is None while the call is not over."""

    direction: str
    outcome: str | None
    placed_at: datetime
    talk_seconds: int
    self_reported: bool = False  # made elsewhere, so the time is the agent's word

    @property
    def measured_seconds(self) -> int:
        return 0 if self.self_reported else self.talk_seconds

    @property
    def said_seconds(self) -> int:
        return self.talk_seconds if self.self_reported else 0


class CallbackFigures(NamedTuple):
    """What the report needs to know of one callback."""

    state: str
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None = None
    reason: str = ""  # voicemail, missed_call, text, requested, follow_up


def weekly(week: Week, zone: str, calls: Iterable[CallFigures], callbacks: Iterable[CallbackFigures]) -> dict[str, Any]:
    """The report of one agent's week, as plain JSON values. Calls outside the week are left out."""
    starts_at, ends_at = week.instants(zone)
    within = [call for call in calls if starts_at <= call.placed_at < ends_at]
    return {
        "week": str(week),
        "starts_on": week.starts_on.isoformat(),
        "time_zone": zone,
        "talk_seconds": sum(call.measured_seconds for call in within),
        "self_reported_seconds": sum(call.said_seconds for call in within),
        "self_reported_calls": sum(call.self_reported for call in within),
        "calls": _by_outcome(within),
        "callbacks": _callbacks(callbacks, starts_at, ends_at, zone),
        "days": _days(week, zone, within),
    }


def _by_outcome(calls: list[CallFigures]) -> dict[str, dict[str, int]]:
    """Every outcome that there is, also those that did not happen."""
    counts = Counter((call.direction, call.outcome) for call in calls)
    return {
        direction: {outcome: counts[direction, outcome] for outcome in outcomes}
        for direction, outcomes in OUTCOMES.items()
    }


def _days(week: Week, zone: str, calls: list[CallFigures]) -> list[dict[str, Any]]:
    talk: Counter[date] = Counter()
    said: Counter[date] = Counter()
    connected: Counter[date] = Counter()
    named = wall_clock.zone_named(zone)
    for call in calls:
        on = wall_clock.local_date(call.placed_at, named)
        talk[on] += call.measured_seconds
        said[on] += call.said_seconds
        connected[on] += call.outcome == "connected"
    return [
        {
            "date": on.isoformat(),
            "talk_seconds": talk[on],
            "connected": connected[on],
            "self_reported_seconds": said[on],
        }
        for on in week.days()
    ]


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

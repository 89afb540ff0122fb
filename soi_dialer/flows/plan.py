"""An agent's plan: what it asks for, what they changed in it, and where they stand against it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.day_figures import DayFigures
from soi_dialer.domain.plan import MOST_WEEKS, BadAssumption, Measured, Plan, make_plan, needed, read_pinned
from soi_dialer.domain.span import Span
from soi_dialer.domain.working_hours import WorkingHours
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.store import figures, plans
from soi_dialer.store.scope import Scope


@dataclasses.dataclass(frozen=True, slots=True)
class Worked:
    """A plan worked out for today. `pinned` are the agent's own numbers; `days` their figures from `since` to today.

    `begun_on` is the day on which they came here, or called the first time.
    """

    plan: Plan
    measured: Measured
    pinned: Mapping[str, float]
    agent: Mapping[str, Any]
    today: date
    since: date
    begun_on: date
    days: list[DayFigures]

    @property
    def zone(self) -> ZoneInfo:
        return wall_clock.zone_named(self.agent["time_zone"])

    def works_on(self, on: date) -> bool:
        """Whether that weekday is in the working hours. Holidays and leave are not looked at: a plan is for a year."""
        return bool(_working_hours(self.agent).days[on.weekday()])

    def has_asked_on(self, on: date) -> bool:
        """Whether the plan has asked something of them by the end of today for that day, as on no day before theirs."""
        return self.begun_on <= on <= self.today and self.works_on(on)


def work_out(conn: Connection, scope: Scope, now: datetime, weeks: int = MOST_WEEKS) -> Worked:
    """In two queries, with the days of so many weeks. Raises `NotFound` for an agent who is not of that office."""
    known = plans.known(conn, scope, now.date() - timedelta(weeks=MOST_WEEKS, days=1))
    if known is None:
        raise NotFound("There is no such agent.")
    zone = wall_clock.zone_named(known.agent["time_zone"])
    today = wall_clock.local_date(now, zone)
    since = today - timedelta(weeks=weeks)
    days = figures.by_day(conn, scope, since, today + timedelta(days=1))
    pinned = known.agent["assumptions"] or {}
    measured = _measured(days, known.facts, _weeks(known.first_call_at, today, zone), today)
    working_days = sum(map(bool, _working_hours(known.agent).days))
    begun_at = min(known.agent["created_at"], known.first_call_at or known.agent["created_at"])
    plan = make_plan(pinned, measured, working_days)
    return Worked(
        plan, measured, pinned, known.agent, today, since, begun_on=wall_clock.local_date(begun_at, zone), days=days
    )


def read_plan(dialer: Dialer, scope: Scope) -> Worked:
    """The agent's plan as of now. Raises `NotFound`."""
    with dialer.db.read() as conn:
        return work_out(conn, scope, dialer.clock())


def standing(dialer: Dialer, scope: Scope) -> dict[str, Any]:
    """Where the agent stands in the present week. Two queries.

    Keys: `conversations` and `talk_seconds` (measured) of the week so far; `planned_conversations` and
    `planned_talk_seconds` of the whole week; `conversations_by_tonight`, what the plan asks for up to and including
    today; `is_own`, whether the agent ever put a number in.
    """
    return stands(read_plan(dialer, scope))


def stands(worked: Worked) -> dict[str, Any]:
    """See `standing`."""
    week = Span.week_of(worked.today, worked.agent["first_weekday"])
    done = [day for day in worked.days if day.on in week]
    over = [on for on in week.days() if worked.has_asked_on(on)]
    planned = needed(worked.plan.conversations_a_week)
    return {
        "conversations": sum(day.conversations for day in done),
        "talk_seconds": sum(day.talk_seconds for day in done),
        "planned_conversations": planned,
        "planned_talk_seconds": worked.plan.talk_seconds_a_week,
        "conversations_by_tonight": min(planned, worked.plan.conversations_in(len(over))),
        "is_own": bool(worked.pinned),
    }


def change_plan(dialer: Dialer, scope: Scope, typed: Mapping[str, str]) -> None:
    """Pin the numbers that were typed; those left empty are worked out again.

    Raises:
        BadValue: naming the field; nothing was changed.
    """
    try:
        pinned = read_pinned(typed)
    except BadAssumption as wrong:
        raise BadValue(str(wrong), wrong.name) from None
    with dialer.db.write() as conn:
        plans.keep(conn, scope, pinned, dialer.clock())


def _working_hours(agent: Mapping[str, Any]) -> WorkingHours:
    return _parsed(agent["working_hours"], agent["time_zone"])


_parsed = lru_cache(maxsize=1024)(WorkingHours.parse)


def _weeks(first_call_at: datetime | None, today: date, zone: ZoneInfo) -> int:
    """Whole weeks of calls up to yesterday."""
    if first_call_at is None:
        return 0
    return min(max(0, (today - wall_clock.local_date(first_call_at, zone)).days // 7), MOST_WEEKS)


def _measured(days: Iterable[DayFigures], facts: Iterable[tuple[str, date]], weeks: int, today: date) -> Measured:
    """Of the last `weeks` weeks, today left out: it is not over."""
    first = today - timedelta(weeks=weeks)
    within = [day for day in days if first <= day.on < today]
    kinds = [kind for kind, on in facts if first <= on < today]
    return Measured(
        weeks,
        sum(day.conversations for day in within),
        sum(day.conversations - day.self_reported_conversations for day in within),
        sum(day.talk_seconds for day in within),
        kinds.count("application"),
        kinds.count("closing"),
    )

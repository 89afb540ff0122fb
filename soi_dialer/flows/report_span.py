"""One agent's figures over any days: for the week page, its month and quarter, the files and the programs' door.

All figures come from `store.figures`. A report is read in one transaction, by seven queries whatever the span held, and
by two or three more of a span that is over.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.day_figures import DayFigures
from soi_dialer.domain.messages import Messages, messages
from soi_dialer.domain.pick_up import Grid, by_hour
from soi_dialer.domain.plan import MOST_WEEKS
from soi_dialer.domain.span import DAYS, QUARTER, BadSpan, Span, weeks_until
from soi_dialer.domain.streak import streak_days
from soi_dialer.domain.weekly import by_outcome
from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.plan import Worked, work_out
from soi_dialer.store import figures, reached, said
from soi_dialer.store.scope import Scope

TREND_WEEKS = 12
CLOSED_AFTER = timedelta(days=1)
"""How long after its end a span may still get news of its calls without anybody being told: webhooks come late."""

STREAK_DAYS = (14, 70)
"""How far back a streak is looked for: so far, and where it has no end there, so far and not further."""


@dataclasses.dataclass(frozen=True, slots=True)
class TrendWeek:
    """One week of the trend, and the same week of the year before."""

    week: Span
    figures: DayFigures
    year_before: DayFigures


@dataclasses.dataclass(frozen=True, slots=True)
class SpanReport:
    """Seconds are measured where not said otherwise. `days` has every day of the span, also those without a call."""

    span: Span
    now: datetime
    with_self_reported: bool
    worked: Worked
    days: Sequence[DayFigures]
    total: DayFigures
    calls: Mapping[str, Mapping[str, int]]  # by direction and outcome, all of them named
    levels: Sequence[tuple[str, int]]  # how many people of each were talked with, most first
    messages: Messages
    hours: Grid  # of the twelve weeks of the trend
    trend: Sequence[TrendWeek]
    streak_days: Sequence[tuple[date, int]]  # newest first, with how many past customers were reached on each
    amended: int | None  # calls that were changed after the span was over; None while it is not

    @property
    def zone(self) -> str:
        return self.worked.agent["time_zone"]

    @property
    def streak(self) -> int:
        """How many days in a row had enough past customers."""
        return len(self.streak_days)

    @property
    def streak_may_be_longer(self) -> bool:
        """Whether it goes back to where nobody looked any more."""
        back = Span(DAYS, self.last_on - timedelta(days=STREAK_DAYS[-1] - 1), self.last_on + timedelta(days=1))
        return self.streak >= sum(map(self.worked.works_on, back.days())) - 1

    @property
    def last_on(self) -> date:
        """Its last day, or today."""
        return min(self.span.last_on, self.worked.today)

    @property
    def working_days(self) -> int:
        """Of the span, from the agent's first day up to and including today."""
        return sum(map(self.worked.has_asked_on, self.span.days()))

    @property
    def planned_talk_seconds(self) -> int:
        """For the working days of the span so far."""
        return self.working_days * self.worked.plan.talk_seconds_a_day

    @property
    def planned_conversations(self) -> int:
        return self.worked.plan.conversations_in(self.working_days)


def report_span(dialer: Dialer, scope: Scope, span: Span | None = None, *, self_reported: bool = True) -> SpanReport:
    """The figures of a span; of the present week, from the agent's first weekday on, when none is given.

    Without `self_reported`, calls made elsewhere count nowhere but in what says so. Raises `NotFound`.
    """
    now = dialer.clock()
    with dialer.db.read() as conn:
        worked = work_out(conn, scope, now, weeks=MOST_WEEKS + TREND_WEEKS + 1)
        span = span or Span.week_of(worked.today, worked.agent["first_weekday"])
        return _report(conn, scope, span, worked, now, self_reported)


def named_span(dialer: Dialer, zone: str, name: str | None, kind: str) -> Span:
    """The span of that name, which must be of that kind; the present one of the kind when there is no name.

    Raises `BadValue` with one line.
    """
    try:
        span = Span.parse(name) if name else None
    except BadSpan as wrong:
        raise BadValue(str(wrong), kind) from None
    if span is None:
        today = wall_clock.local_date(dialer.clock(), wall_clock.zone_named(zone))
        return Span.quarter_of(today) if kind == QUARTER else Span.month_of(today)
    if span.kind != kind:
        raise BadValue(f"{name.strip()} is no {kind}.", kind)
    return span


def _report(
    conn: Connection, scope: Scope, span: Span, worked: Worked, now: datetime, self_reported: bool
) -> SpanReport:
    zone = worked.agent["time_zone"]
    starts_at, ends_at = span.instants(zone)
    weeks = weeks_until(span, worked.today, worked.agent["first_weekday"], TREND_WEEKS)
    known = _days(conn, scope, worked, span, weeks)
    if not self_reported:
        left = Counter(
            wall_clock.local_date(left_at, worked.zone)
            for left_at in said.messages_left(conn, scope, starts_at, ends_at)
        )
        known = {on: without_self_reported(day, left[on]) for on, day in known.items()}
    trend_from, trend_until = Span(DAYS, weeks[0].starts_on, weeks[-1].until_on).instants(zone)
    closed_at = ends_at + CLOSED_AFTER
    return SpanReport(
        span=span,
        now=now,
        with_self_reported=self_reported,
        worked=worked,
        days=[known.get(on) or DayFigures(on) for on in span.days()],
        total=total(span.starts_on, (day for on, day in known.items() if on in span)),
        calls=by_outcome(figures.by_outcome(conn, scope, starts_at, ends_at, self_reported=self_reported)),
        levels=_most_first(figures.touched_by_level(conn, scope, starts_at, ends_at, self_reported=self_reported)),
        messages=messages(figures.debts(conn, scope, starts_at, ends_at), starts_at, ends_at, now, zone),
        hours=by_hour(
            figures.pick_up_hours(conn, scope, trend_from, trend_until), worked.zone, worked.agent["first_weekday"]
        ),
        trend=[_trend_week(week, known) for week in weeks],
        streak_days=_streak(conn, scope, span, worked),
        amended=len(figures.amended(conn, scope, starts_at, ends_at, closed_at)) if now > closed_at else None,
    )


def total(first: date, days: Iterable[DayFigures]) -> DayFigures:
    """Days added up; nothing of none."""
    columns = list(zip(*(day[1:] for day in days), strict=True))
    return DayFigures(first, *map(sum, columns))


def _days(conn: Connection, scope: Scope, worked: Worked, span: Span, weeks: list[Span]) -> dict[date, DayFigures]:
    """Those of the span and the trend, and of the trend's weeks a year before; in a query for each that is missing."""
    days = {day.on: day for day in worked.days}
    tomorrow = worked.today + timedelta(days=1)
    for first, until_on in (
        (min(weeks[0].starts_on, span.starts_on), max(weeks[-1].until_on, span.until_on)),
        (weeks[0].a_year_before().starts_on, weeks[-1].a_year_before().until_on),
    ):
        if first < worked.since and first < tomorrow:
            days |= {day.on: day for day in figures.by_day(conn, scope, first, min(until_on, tomorrow))}
    return days


def without_self_reported(day: DayFigures, messages_left: int) -> DayFigures:
    """The measured calls of a day alone, on which so many messages were left elsewhere."""
    return day._replace(
        calls=day.calls - day.self_reported_calls,
        conversations=day.conversations - day.self_reported_conversations,
        self_reported_seconds=0,
        self_reported_calls=0,
        self_reported_conversations=0,
        voicemails_left=day.voicemails_left - messages_left,
    )


def _trend_week(week: Span, known: Mapping[date, DayFigures]) -> TrendWeek:
    before = week.a_year_before()
    return TrendWeek(
        week,
        total(week.starts_on, (known[on] for on in week.days() if on in known)),
        total(before.starts_on, (known[on] for on in before.days() if on in known)),
    )


def _most_first(levels: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(levels.items(), key=lambda level: (-level[1], level[0]))


def _streak(conn: Connection, scope: Scope, span: Span, worked: Worked) -> list[tuple[date, int]]:
    """Up to the end of the span or today."""
    last_on = min(span.last_on, worked.today)
    for days in STREAK_DAYS:
        back = Span(DAYS, last_on - timedelta(days=days - 1), last_on + timedelta(days=1))
        by_day = _reached_by_day(conn, scope, back, worked)
        wanted = worked.agent["customers_a_day"]
        found = streak_days(by_day, wanted, worked.works_on, last_on, worked.today, back.starts_on)
        if len(found) < sum(map(worked.works_on, back.days())) - 1:  # it began within
            break
    return [(on, by_day[on]) for on in found]


def _reached_by_day(conn: Connection, scope: Scope, span: Span, worked: Worked) -> dict[date, int]:
    """How many different people of each day."""
    days = span.day_bounds(worked.agent["time_zone"])
    borders = [day.starts_at for day in days]
    rows = reached.past_customers(conn, scope, borders[0], days[-1].ends_at)
    people = {(bisect_right(borders, placed_at) - 1, contact_id) for placed_at, contact_id in rows}
    return Counter(days[number].on for number, _ in people)

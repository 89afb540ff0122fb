"""The figures of days as reports read them: from the rollup, or from the calls where it is not made yet.

An agent's days are kept by the clocks of one zone, and the rollup says which. As long as that is not the agent's own,
because it was never made or the agent has moved, their days are counted from the calls: the same figures, more slowly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Integer, and_, bindparam, func, or_, select, type_coerce

from soi_dialer.domain import wall_clock
from soi_dialer.domain.day_figures import COUNTED, Counts, DayFigures, added, counts_of
from soi_dialer.store.prepared import Prepared
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call, call_day, rollup

IS_KEPT = and_(rollup.c.agent_id == agent.c.id, rollup.c.time_zone == agent.c.time_zone)

_FIGURES = [call_day.c[name] for name in COUNTED]
_FROM, _UNTIL = (bindparam(name, type_=call_day.c.day_on.type) for name in ("from_on", "until_on"))
_WITHIN = and_(call_day.c.agent_id == agent.c.id, call_day.c.day_on >= _FROM, call_day.c.day_on < _UNTIL)
_OF_OFFICE = agent.c.office_id == bindparam("office")


class MemberFigures(NamedTuple):
    """What a colleague's days add up to, as far as a team compares it; see `DayFigures`."""

    calls: int
    conversations: int
    long_conversations: int
    talk_seconds: int
    self_reported_seconds: int
    voicemails_left: int


class MemberWeek(NamedTuple):
    """What the days of a colleague's week add up to, for a trend. There may be tens of thousands of them."""

    agent_id: int
    week: int  # 0: the first one that was asked for
    calls: int
    conversations: int
    talk_seconds: int


_DAYS = Prepared(
    select(call_day.c.day_on, *_FIGURES)
    .select_from(agent)
    .join(rollup, IS_KEPT)
    .outerjoin(call_day, _WITHIN)
    .where(agent.c.id == bindparam("agent"), _OF_OFFICE)
    .order_by(call_day.c.day_on)
)


def days(conn: Connection, scope: Scope, from_on: date, until_on: date) -> list[DayFigures]:
    """See `figures.by_day`."""
    rows = _DAYS.all(conn, {"agent": scope.agent_id, "office": scope.office_id} | _span(from_on, until_on))
    if not rows:  # days that are kept give one row at least, without figures when there were no calls
        found = counted(conn, scope, from_on, until_on)
        return [DayFigures(on, *found[on]) for on in sorted(found)]
    return [DayFigures(*row.values()) for row in rows if row["calls"]]


def _sums(names: tuple[str, ...]) -> list[Any]:
    return [func.sum(call_day.c[name]) for name in names]


_OF_THOSE_KEPT = and_(
    call_day.c.agent_id.in_(select(agent.c.id).join(rollup, IS_KEPT).where(_OF_OFFICE)),
    call_day.c.day_on >= _FROM,
    call_day.c.day_on < _UNTIL,
)
_MEMBERS = Prepared(
    select(call_day.c.agent_id, *_sums(MemberFigures._fields)).where(_OF_THOSE_KEPT).group_by(call_day.c.agent_id)
)


def members(conn: Connection, office_id: int, from_on: date, until_on: date) -> dict[int, MemberFigures]:
    """See `figures.by_member`."""
    rows = _MEMBERS.tuples(conn, {"office": office_id} | _span(from_on, until_on))
    found = {row[0]: MemberFigures._make(row[1:]) for row in rows if row[1]}
    for agent_id, of in _members_counted(conn, office_id, from_on, until_on):
        if of:
            found[agent_id] = MemberFigures(*_only(MemberFigures._fields, added(of.values())))
    return found


_WEEK = type_coerce(call_day.c.day_on, Integer) - type_coerce(_FROM, Integer)
_OF_A_WEEK = MemberWeek._fields[2:]
_MEMBERS_BY_WEEK = Prepared(
    select(call_day.c.agent_id, (_WEEK // 7).label("week"), *_sums(_OF_A_WEEK))
    .where(_OF_THOSE_KEPT)
    .group_by(call_day.c.agent_id, "week")
    .having(func.sum(call_day.c.calls) > 0)
)


def members_by_week(conn: Connection, office_id: int, from_on: date, weeks: int) -> list[MemberWeek]:
    """See `figures.by_member_and_week`."""
    until_on = from_on + timedelta(weeks=weeks)
    rows = _MEMBERS_BY_WEEK.tuples(conn, {"office": office_id} | _span(from_on, until_on))
    found = list(map(MemberWeek._make, rows))
    for agent_id, of in _members_counted(conn, office_id, from_on, until_on):
        by_week: dict[int, list[Counts]] = defaultdict(list)
        for on, counts in of.items():
            by_week[(on - from_on).days // 7].append(counts)
        found += [MemberWeek(agent_id, week, *_only(_OF_A_WEEK, added(some))) for week, some in by_week.items()]
    return found


def _only(names: tuple[str, ...], counts: Counts) -> list[int]:
    named = dict(zip(COUNTED, counts, strict=True))
    return [named[name] for name in names]


def _span(from_on: date, until_on: date) -> dict[str, date]:
    return {"from_on": from_on, "until_on": until_on}


_NOT_KEPT = (
    select(agent.c.id)
    .outerjoin(rollup, rollup.c.agent_id == agent.c.id)
    .where(or_(rollup.c.agent_id.is_(None), rollup.c.time_zone != agent.c.time_zone))
)


_NOT_KEPT_HERE = Prepared(_NOT_KEPT.where(_OF_OFFICE))


def _members_counted(
    conn: Connection, office_id: int, from_on: date, until_on: date
) -> Iterator[tuple[int, dict[date, Counts]]]:
    """Those whose days are not kept: new here or just moved, few at any time."""
    for (agent_id,) in _NOT_KEPT_HERE.tuples(conn, {"office": office_id}):
        yield agent_id, counted(conn, Scope(office_id, agent_id), from_on, until_on)


def not_kept(conn: Connection, limit: int | None = None) -> list[int]:
    """Agents of any office whose days are not kept by their own clocks."""
    return list(conn.execute(_NOT_KEPT.order_by(agent.c.id).limit(limit)).scalars())


_ZONE = select(agent.c.time_zone).where(agent.c.id == bindparam("agent"), _OF_OFFICE)
COUNTED_OF_A_CALL = (
    "direction", "outcome", "contact_number", "self_reported", "talk_seconds", "voicemail_seconds",
    "agent_leg_seconds", "contact_leg_seconds", "whispered_at", "claimed_at", "ended_at", "placed_at",
)  # fmt: skip
_CALLS = Prepared(
    select(*(call.c[name] for name in COUNTED_OF_A_CALL)).where(
        call.c.office_id == bindparam("office"),
        call.c.agent_id == bindparam("agent"),
        call.c.placed_at >= bindparam("starts_at"),
        call.c.placed_at < bindparam("ends_at"),
        call.c.outcome.is_not(None),
    )
)


def counted(conn: Connection, scope: Scope, from_on: date, until_on: date) -> dict[date, Counts]:
    """The counts of each day on which this agent had calls, from the calls themselves."""
    who = {"agent": scope.agent_id, "office": scope.office_id}
    name = conn.execute(_ZONE, who).scalar()
    if name is None:
        return {}
    zone = wall_clock.zone_named(name)
    starts_at, ends_at = (wall_clock.first_at_or_after(on, 0, zone) for on in (from_on, until_on))
    return count(_CALLS.all(conn, who | {"starts_at": starts_at, "ends_at": ends_at}), zone)


def count(calls: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> dict[date, Counts]:
    """What these calls add up to by local day; a day on which nothing counts is left out."""
    by_day: dict[date, list[Counts]] = defaultdict(list)
    for one in calls:
        counts = counts_of(one)
        if any(counts):
            by_day[wall_clock.local_date(one["placed_at"], zone)].append(counts)
    return {on: added(some) for on, some in by_day.items()}

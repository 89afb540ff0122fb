"""The figures of days, counted from the calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, select

from soi_dialer.domain import wall_clock
from soi_dialer.domain.day_figures import Counts, DayFigures, added, counts_of
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call


def days(conn: Connection, scope: Scope, from_on: date, until_on: date) -> list[DayFigures]:
    """See `figures.by_day`."""
    found = counted(conn, scope, from_on, until_on)
    return [DayFigures(on, *found[on]) for on in sorted(found)]


def members(conn: Connection, office_id: int, from_on: date, until_on: date) -> dict[int, DayFigures]:
    """See `figures.by_member`."""
    sums = {agent_id: _sum(of.values()) for agent_id, of in _office(conn, office_id, from_on, until_on).items()}
    return {agent_id: DayFigures(from_on, *counts) for agent_id, counts in sums.items() if counts}


def members_by_week(
    conn: Connection, office_id: int, from_on: date, weeks: int
) -> dict[tuple[int, int], DayFigures]:
    """See `figures.by_member_and_week`."""
    found: dict[tuple[int, int], DayFigures] = {}
    for number in range(weeks):
        first = from_on + timedelta(weeks=number)
        for agent_id, sums in members(conn, office_id, first, first + timedelta(weeks=1)).items():
            found[agent_id, number] = sums
    return found


def counted(conn: Connection, scope: Scope, from_on: date, until_on: date) -> dict[date, Counts]:
    """The counts of each day that has calls, from the calls themselves."""
    name = conn.execute(
        select(agent.c.time_zone).where(agent.c.id == scope.agent_id, agent.c.office_id == scope.office_id)
    ).scalar()
    if name is None:
        return {}
    zone = wall_clock.zone_named(name)
    starts_at, ends_at = (wall_clock.first_at_or_after(on, 0, zone) for on in (from_on, until_on))
    rows = conn.execute(
        select(call).where(
            call.c.office_id == scope.office_id,
            call.c.agent_id == scope.agent_id,
            call.c.placed_at >= starts_at,
            call.c.placed_at < ends_at,
            call.c.outcome.is_not(None),
        )
    ).mappings()
    by_day: dict[date, list[Counts]] = {}
    for row in rows:
        by_day.setdefault(wall_clock.local_date(row["placed_at"], zone), []).append(counts_of(row))
    sums = {on: added(some) for on, some in by_day.items()}
    return {on: counts for on, counts in sums.items() if any(counts)}


def _sum(some: Iterable[Counts]) -> Counts:
    return added(some)


def _office(conn: Connection, office_id: int, from_on: date, until_on: date) -> dict[int, dict[date, Counts]]:
    ids = conn.execute(select(agent.c.id).where(agent.c.office_id == office_id)).scalars().all()
    found = {agent_id: counted(conn, Scope(office_id, agent_id), from_on, until_on) for agent_id in ids}
    return {agent_id: of for agent_id, of in found.items() if of}

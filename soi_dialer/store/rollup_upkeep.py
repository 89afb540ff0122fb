"""Keeping the figures of days beside the calls, in the transaction that changes a call.

A change adds the difference between what the call counted before and after it, so that it costs the same however many
calls there are. The day is that of the zone by whose clocks the rollup is kept, and whoever makes it anew holds its row
alone: a change that is under way is then either counted with the calls or added afterwards, never both or neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.domain.day_figures import COUNTED, NOTHING, Counts
from soi_dialer.store import rollup as read
from soi_dialer.store.prepared import PreparedChange, PreparedSome
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call_day, rollup

NOT_MADE = ""
"""The zone of a rollup that is yet to be made."""

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_FIRST, _LAST = date(1970, 1, 1), date(2200, 1, 1)

_ZONES = PreparedSome(
    lambda agents: select(rollup.c.agent_id, rollup.c.time_zone)
    .where(rollup.c.agent_id.in_(agents))
    .order_by(rollup.c.agent_id)
    .with_for_update(read=True)
)
_MARK = {name: into(rollup).on_conflict_do_nothing() for name, into in _INSERTS.items()}


def zones(conn: Connection, agent_ids: Iterable[int]) -> dict[int, str]:
    """By whose clocks the days of these agents are kept, which stays so until this transaction ends.

    An agent whose days are not kept is marked: whoever makes them waits until this transaction is over.
    """
    wanted = sorted(set(agent_ids))
    found = _zones(conn, wanted)
    missing = [agent_id for agent_id in wanted if agent_id not in found]
    if missing:
        conn.execute(_MARK[conn.dialect.name], [{"agent_id": one, "time_zone": NOT_MADE} for one in missing])
        found = _zones(conn, wanted)
    return {agent_id: zone for agent_id, zone in found.items() if zone != NOT_MADE}


def _zones(conn: Connection, agent_ids: Iterable[int]) -> dict[int, str]:
    return {row["agent_id"]: row["time_zone"] for row in _ZONES.all(conn, agent_ids)}


def _adding(dialect: str):
    row = _INSERTS[dialect](call_day)
    more = {name: call_day.c[name] + row.excluded[name] for name in COUNTED}
    return row.on_conflict_do_update(index_elements=["agent_id", "day_on"], set_=more)


_ADD = {name: PreparedChange(_adding(name)) for name in _INSERTS}


def add(conn: Connection, differences: Mapping[tuple[int, date], Counts]) -> None:
    """Add to the figures of each (agent, day), always in the same order so that nobody deadlocks."""
    rows = [_row(agent_id, on, differences[agent_id, on]) for agent_id, on in sorted(differences)]
    _ADD[conn.dialect.name].each(conn, rows)


def _row(agent_id: int, on: date, counts: Counts) -> dict[str, object]:
    return {"agent_id": agent_id, "day_on": on, **dict(zip(COUNTED, counts, strict=True))}


_HOLD = select(rollup.c.time_zone).where(rollup.c.agent_id == bindparam("agent")).with_for_update()
_WHO = select(agent.c.office_id, agent.c.time_zone).where(agent.c.id == bindparam("agent"))
_SET_ZONE = update(rollup).where(rollup.c.agent_id == bindparam("agent")).values(time_zone=bindparam("zone"))


def rebuild(conn: Connection, agent_id: int) -> int:
    """Count all of this agent's days anew, by the clocks of the zone that is theirs now; returns how many there are."""
    _hold(conn, agent_id)
    office_id, zone = conn.execute(_WHO, {"agent": agent_id}).one()
    found = read.counted(conn, Scope(office_id, agent_id), _FIRST, _LAST)
    conn.execute(delete(call_day).where(call_day.c.agent_id == agent_id))
    rows = [_row(agent_id, on, found[on]) for on in sorted(found)]
    if rows:
        conn.execute(insert(call_day), rows)
    conn.execute(_SET_ZONE, {"agent": agent_id, "zone": zone})
    return len(rows)


def _hold(conn: Connection, agent_id: int) -> str:
    """Their zone. Nobody adds to these days until the transaction ends, and everybody who has is done."""
    conn.execute(_MARK[conn.dialect.name], {"agent_id": agent_id, "time_zone": NOT_MADE})
    return conn.execute(_HOLD, {"agent": agent_id}).scalar_one()


def wrong_days(
    conn: Connection, scope: Scope, from_on: date = _FIRST, until_on: date = _LAST
) -> list[tuple[date, Counts, Counts]]:
    """Each day whose kept figures are not those of its calls: the day, what is kept, and what the calls say.

    While calls change, a day may only seem wrong; see `surely_wrong_days`.
    """
    right = read.counted(conn, scope, from_on, until_on)
    query = select(call_day).where(
        call_day.c.agent_id == scope.agent_id, call_day.c.day_on >= from_on, call_day.c.day_on < until_on
    )
    kept = {row.day_on: tuple(row)[2:] for row in conn.execute(query)}
    return [
        (on, kept.get(on, NOTHING), right.get(on, NOTHING))
        for on in sorted(kept.keys() | right.keys())
        if kept.get(on, NOTHING) != right.get(on, NOTHING)
    ]


def surely_wrong_days(
    conn: Connection, scope: Scope, from_on: date = _FIRST, until_on: date = _LAST
) -> list[tuple[date, Counts, Counts]]:
    """As `wrong_days`, while nobody changes them. None where the days are not kept by the agent's own clocks."""
    kept_by = _hold(conn, scope.agent_id)
    if kept_by != conn.execute(_WHO, {"agent": scope.agent_id}).one().time_zone:
        return []
    return wrong_days(conn, scope, from_on, until_on)


def mend(conn: Connection, scope: Scope, from_on: date, until_on: date) -> list[date]:
    """Set the wrong days of the span right; returns them."""
    wrong = surely_wrong_days(conn, scope, from_on, until_on)
    for on, _, _ in wrong:
        conn.execute(delete(call_day).where(call_day.c.agent_id == scope.agent_id, call_day.c.day_on == on))
    rows = [_row(scope.agent_id, on, right) for on, _, right in wrong if any(right)]
    if rows:
        conn.execute(insert(call_day), rows)
    return [on for on, _, _ in wrong]

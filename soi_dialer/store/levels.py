"""An agent's ladder of levels, and who moved on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, case, delete, func, insert, select, update

from soi_dialer.domain.level import DEFAULT_LADDER, Ladder, Rung
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import contact, level, level_event

_RUNGS = (
    select(level.c.agent_id, level.c.name, level.c.cadence_days, level.c.is_partner)
    .where(level.c.agent_id.in_(bindparam("agents", expanding=True)))
    .order_by(level.c.agent_id, level.c.position, level.c.id)
)


def ladder(conn: Connection, agent_id: int) -> Ladder:
    """The agent's own rungs, or those that everybody begins with."""
    return ladders(conn, [agent_id])[agent_id]


def ladders(conn: Connection, agent_ids: Iterable[int]) -> dict[int, Ladder]:
    """The ladders of several agents in one query."""
    found: dict[int, list[Rung]] = defaultdict(list)
    wanted = list(agent_ids)
    for agent_id, name, days, is_partner in conn.execute(_RUNGS, {"agents": wanted}):
        found[agent_id].append(Rung(name, days, is_partner))
    return {agent_id: tuple(found[agent_id]) or DEFAULT_LADDER for agent_id in wanted}


def replace(conn: Connection, scope: Scope, rungs: Ladder) -> None:
    """Keep another ladder. The people on it are moved by the caller."""
    conn.execute(delete(level).where(level.c.agent_id == scope.agent_id))
    rows = [
        {
            "office_id": scope.office_id,
            "agent_id": scope.agent_id,
            "name": rung.name,
            "position": position,
            "cadence_days": rung.days,
            "is_partner": rung.is_partner,
        }
        for position, rung in enumerate(rungs)
    ]
    conn.execute(insert(level), rows)


def rename_all(conn: Connection, scope: Scope, names: Mapping[str, str]) -> None:
    """Everybody on a level goes along when it gets another name or ends: all at once, for names may change places."""
    moved = {before.casefold(): after for before, after in names.items() if before != after}
    if not moved:
        return
    on_level = func.lower(contact.c.level)
    mine = update(contact).where(contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id)
    conn.execute(mine.where(on_level.in_(list(moved))).values(level=case(moved, value=on_level)))


def people_by_level(conn: Connection, scope: Scope) -> dict[str, int]:
    """How many are on each level, by its name as it stands with them; the archived left out."""
    query = (
        select(contact.c.level, func.count())
        .where(contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id)
        .where(contact.c.archived_at.is_(None))
        .group_by(contact.c.level)
    )
    return {name: count for name, count in conn.execute(query)}


def add_event(conn: Connection, scope: Scope, **values: object) -> int:
    """A move, dated, with the call that caused it; the names are the columns of `level_event`."""
    row = values | {"office_id": scope.office_id, "agent_id": scope.agent_id}
    return conn.execute(insert(level_event), row).inserted_primary_key[0]


def events_of(conn: Connection, scope: Scope, contact_id: int, limit: int = 50) -> list[RowMapping]:
    """The moves of one person, the newest first."""
    query = (
        select(level_event)
        .where(level_event.c.contact_id == contact_id)
        .where(level_event.c.office_id == scope.office_id, level_event.c.agent_id == scope.agent_id)
        .order_by(level_event.c.at.desc(), level_event.c.id.desc())
        .limit(limit)
    )
    return list(conn.execute(query).mappings())


def moved_since(conn: Connection, scope: Scope, since: datetime, limit: int = 500) -> list[RowMapping]:
    """Who moved, with `name`, the newest first. What was declined is no move."""
    query = (
        select(level_event, contact.c.name)
        .join(contact, contact.c.id == level_event.c.contact_id)
        .where(level_event.c.office_id == scope.office_id, level_event.c.agent_id == scope.agent_id)
        .where(level_event.c.at >= since, level_event.c.from_level != level_event.c.to_level)
        .order_by(level_event.c.at.desc(), level_event.c.id.desc())
        .limit(limit)
    )
    return list(conn.execute(query).mappings())

"""The members of an office and what they returned, for those who may see it: `flows.report_team` decides that."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select

from soi_dialer.store.tables import agent, callback


def members(conn: Connection, office_id: int) -> list[RowMapping]:
    """Everybody who works or worked there: `id`, `name`, `role`, `time_zone`, `first_weekday`, `disabled_at`."""
    wanted = (agent.c.id, agent.c.name, agent.c.role, agent.c.time_zone, agent.c.first_weekday, agent.c.disabled_at)
    return list(conn.execute(select(*wanted).where(agent.c.office_id == office_id).order_by(agent.c.id)).mappings())


def returned(
    conn: Connection, office_id: int, zone: str, starts_at: datetime, ends_at: datetime
) -> dict[int, int]:
    """By agent of the office in that zone how many callbacks were returned in that time."""
    of_zone = select(agent.c.id).where(agent.c.office_id == office_id, agent.c.time_zone == zone)
    wanted = (
        select(callback.c.agent_id, func.count())
        .where(
            callback.c.office_id == office_id,
            callback.c.agent_id.in_(of_zone),
            callback.c.state == "returned",
            callback.c.closed_at >= starts_at,
            callback.c.closed_at < ends_at,
        )
        .group_by(callback.c.agent_id)
    )
    return dict(tuple(row) for row in conn.execute(wanted))

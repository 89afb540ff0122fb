"""The members of an office and their callbacks, for those who may see it: `flows.report_team` decides that."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from soi_dialer.domain.messages import ARRIVALS
from soi_dialer.store.tables import agent, callback


def members(conn: Connection, office_id: int) -> list[RowMapping]:
    """Everybody who works or worked there: `id`, `name`, `role`, `time_zone`, `first_weekday`, `disabled_at`."""
    wanted = (agent.c.id, agent.c.name, agent.c.role, agent.c.time_zone, agent.c.first_weekday, agent.c.disabled_at)
    return list(conn.execute(select(*wanted).where(agent.c.office_id == office_id).order_by(agent.c.id)).mappings())


class Callbacks(NamedTuple):
    """How many of a member's: see `domain.messages`, which says of one agent what each of them is."""

    received: int = 0
    returned: int = 0
    promises_due: int = 0
    promises_kept: int = 0


def callbacks(
    conn: Connection, office_id: int, zone: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> dict[int, Callbacks]:
    """By agent of the office in that zone what became of callbacks in that time."""
    of_zone = select(agent.c.id).where(agent.c.office_id == office_id, agent.c.time_zone == zone)
    at, is_returned = callback.c, callback.c.state == "returned"
    is_due = and_(at.state != "waived", at.due_at >= starts_at, at.due_at < min(ends_at, now))
    counted = (
        and_(at.opened_at >= starts_at, at.reason.in_(ARRIVALS)),
        and_(is_returned, at.closed_at >= starts_at, at.closed_at < ends_at),
        is_due,
        and_(is_due, is_returned, at.closed_at <= at.due_at),
    )
    matters = or_(at.closed_at.is_(None), at.closed_at >= starts_at, at.due_at >= starts_at)
    rows = conn.execute(
        select(at.agent_id, *(func.count().filter(one) for one in counted))
        .where(at.office_id == office_id, at.agent_id.in_(of_zone), at.opened_at < ends_at, matters)
        .group_by(at.agent_id)
    )
    return {row[0]: Callbacks(*row[1:]) for row in rows}

"""What an agent has to do now: open callbacks that are their turn, or due, and not put off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Connection, RowMapping, and_, bindparam, or_, select, text

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, callback


def is_owed(now: datetime | BindParameter) -> ColumnElement[bool]:
    """Of a row of `callback`: the rule of `domain.reminders.is_owed_now`."""
    return and_(
        text("callback.state = 'open'"),  # as it stands in the index
        or_(callback.c.turn == "agent", callback.c.due_at <= now),
        or_(callback.c.snoozed_until.is_(None), callback.c.snoozed_until <= now),
    )


def of_absent(connection: Connection, scope: Scope, now: datetime, limit: int = 50) -> list[RowMapping]:
    """What colleagues owe who are perhaps not there, the longest due first; with `owner_name`."""
    query = (
        select(callback, agent.c.name.label("owner_name"))
        .join(agent, agent.c.id == callback.c.agent_id)
        .where(callback.c.office_id == scope.office_id, callback.c.agent_id != scope.agent_id, is_owed(now))
        .where(or_(agent.c.disabled_at.is_not(None), agent.c.leave_from_on.is_not(None), agent.c.phone == ""))
    )
    return list(connection.execute(query.order_by(callback.c.due_at, callback.c.id).limit(limit)).mappings())


_OWED_NOW = (
    select(callback)
    .where(
        callback.c.office_id == bindparam("office"),
        callback.c.agent_id == bindparam("agent"),
        is_owed(bindparam("now")),
    )
    .order_by(callback.c.due_at, callback.c.id)
    .limit(bindparam("most"))
)


def owed_now(connection: Connection, scope: Scope, now: datetime, limit: int) -> list[RowMapping]:
    """The longest due first."""
    wanted = {"office": scope.office_id, "agent": scope.agent_id, "now": now, "most": limit}
    return list(connection.execute(_OWED_NOW, wanted).mappings())

"""What an agent has to do now: open callbacks that are their turn, or due, and not put off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, or_, select

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import callback


def owed_now(connection: Connection, scope: Scope, now: datetime, limit: int) -> list[RowMapping]:
    """The longest due first."""
    query = select(callback).where(
        callback.c.office_id == scope.office_id,
        callback.c.agent_id == scope.agent_id,
        callback.c.state == "open",
        or_(callback.c.turn == "agent", callback.c.due_at <= now),
        or_(callback.c.snoozed_until.is_(None), callback.c.snoozed_until <= now),
    )
    return list(connection.execute(query.order_by(callback.c.due_at, callback.c.id).limit(limit)).mappings())

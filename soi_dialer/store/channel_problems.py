"""What came last of each channel of an agent, so that one that fails is seen where it is chosen."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from soi_dialer.store.tables import reminder


def channel_problems(conn: Connection, agent_id: int) -> dict[str, str]:
    """For each channel whose last message was not sent, why."""
    mine = reminder.c.agent_id == agent_id
    tried = reminder.c.state.in_(("sent", "failed", "due"))
    last = select(func.max(reminder.c.id)).where(mine, tried).group_by(reminder.c.channel)
    query = select(reminder.c.channel, reminder.c.problem).where(reminder.c.id.in_(last))
    query = query.where(reminder.c.problem.is_not(None))
    return {row.channel: row.problem for row in conn.execute(query)}

"""What calls made elsewhere add to figures that do not keep them apart, so that reports can leave them out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, select

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call


class Said(NamedTuple):
    """Of a member's calls made elsewhere."""

    calls: int = 0
    conversations: int = 0
    voicemails_left: int = 0


_LEFT = call.c.outcome == "left_voicemail"


def messages_left(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """When this agent left each message of which nobody knows but by their word."""
    mine = and_(call.c.office_id == scope.office_id, call.c.agent_id == scope.agent_id)
    return list(conn.execute(select(call.c.placed_at).where(mine, _of_span(starts_at, ends_at), _LEFT)).scalars())


def by_member(
    conn: Connection, office_id: int, zone: str, starts_at: datetime, ends_at: datetime
) -> dict[int, Said]:
    """By agent of the office in that zone; who told of no such call is left out."""
    of_zone = select(agent.c.id).where(agent.c.office_id == office_id, agent.c.time_zone == zone)
    counts = [func.count(), _how_many(call.c.outcome == "connected"), _how_many(_LEFT)]
    rows = conn.execute(
        select(call.c.agent_id, *counts)
        .where(call.c.agent_id.in_(of_zone), call.c.office_id == office_id, _of_span(starts_at, ends_at))
        .group_by(call.c.agent_id)
    )
    return {row[0]: Said(*map(int, row[1:])) for row in rows}


def _of_span(starts_at: datetime, ends_at: datetime):
    within = and_(call.c.placed_at >= starts_at, call.c.placed_at < ends_at)
    return and_(within, call.c.self_reported.is_(True), call.c.outcome.is_not(None))


def _how_many(condition):
    return func.count().filter(condition)

"""Sheets that wait: ended calls with somebody of which the agent has not said what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call

ASKED_FOR = timedelta(days=14)
"""After that nobody remembers; the call can still be opened and its sheet filled in."""


def needs_sheet():
    """Of a row of `call`: it reached somebody or something, or somebody reached the agent, and no sheet is answered."""
    reached = and_(call.c.direction == "outbound", call.c.measured_outcome.in_(("connected", "machine")))
    taken = and_(call.c.direction == "inbound", call.c.outcome == "connected")
    return and_(
        call.c.state == "ended", call.c.wrapped_at.is_(None), call.c.self_reported.is_(False), or_(reached, taken)
    )


def _waiting_of(scope: Scope, now: datetime):
    mine = and_(call.c.office_id == scope.office_id, call.c.agent_id == scope.agent_id)
    return and_(mine, call.c.placed_at > now - ASKED_FOR, needs_sheet())


def waiting(connection: Connection, scope: Scope, now: datetime, limit: int = 20) -> list[RowMapping]:
    """The calls whose sheets wait, the newest first: what was just said is remembered best."""
    query = select(call).where(_waiting_of(scope, now)).order_by(call.c.placed_at.desc(), call.c.id.desc())
    return list(connection.execute(query.limit(limit)).mappings())


def count(connection: Connection, scope: Scope, now: datetime) -> int:
    """How many sheets wait."""
    query = select(func.count()).select_from(call).where(_waiting_of(scope, now))
    return connection.execute(query).scalar_one()


def after(connection: Connection, scope: Scope, now: datetime, call_id: int) -> int | None:
    """The call whose sheet comes next, with the first again after the last; None when no other waits."""
    ids = [row["id"] for row in waiting(connection, scope, now, limit=200)]
    others = [one for one in ids if one != call_id]
    if not others:
        return None
    place = ids.index(call_id) if call_id in ids else 0
    return others[place] if place < len(others) else others[0]

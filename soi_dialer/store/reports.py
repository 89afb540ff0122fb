"""The rows behind a report. Two queries, each along an index."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select

from soi_dialer.domain.weekly import CallbackFigures, CallFigures
from soi_dialer.store.calls import is_with_somebody
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback


def calls_between(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime) -> list[CallFigures]:
    """Calls placed from `starts_at` to before `ends_at`."""
    figures = (call.c.direction, call.c.outcome, call.c.placed_at, call.c.talk_seconds, call.c.self_reported)
    wanted = select(*figures).where(
        call.c.office_id == scope.office_id,
        call.c.agent_id == scope.agent_id,
        call.c.placed_at >= starts_at,
        call.c.placed_at < ends_at,
        is_with_somebody(),
    )
    return [CallFigures(*row) for row in conn.execute(wanted)]


def callbacks_between(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime) -> list[CallbackFigures]:
    """Callbacks that were open at any moment from `starts_at` to before `ends_at`."""
    wanted = select(callback.c.state, callback.c.opened_at, callback.c.closed_at).where(
        callback.c.office_id == scope.office_id,
        callback.c.agent_id == scope.agent_id,
        callback.c.opened_at < ends_at,
        or_(callback.c.closed_at.is_(None), callback.c.closed_at >= starts_at),
    )
    return [CallbackFigures(*row) for row in conn.execute(wanted)]

"""How far behind the work is: a few instants, each found by its index."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, text

from soi_dialer.store import claims
from soi_dialer.store.tables import call_event, callback

_OPEN = text("callback.state = 'open'")  # as it stands in the index


def oldest_unreturned(connection: Connection) -> datetime | None:
    """Since when somebody waits for a call."""
    return connection.execute(select(func.min(callback.c.opened_at)).where(_OPEN)).scalar()


def oldest_unclaimed(connection: Connection, now: datetime) -> datetime | None:
    """Since when a reminder is due that nobody works on."""
    due = claims.is_due(callback, callback.c.remind_at, **claims.at(now))
    query = select(callback.c.remind_at).where(due).order_by(callback.c.remind_at).limit(1)
    return connection.execute(query).scalar()


def count_set_aside(connection: Connection) -> int:
    query = select(func.count()).where(callback.c.state == "open", callback.c.set_aside_at.is_not(None))
    return connection.execute(query).scalar_one()


def last_webhook(connection: Connection) -> datetime | None:
    query = select(call_event.c.received_at).where(call_event.c.source == "webhook")
    return connection.execute(query.order_by(call_event.c.id.desc()).limit(1)).scalar()

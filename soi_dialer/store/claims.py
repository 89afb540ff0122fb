"""Claiming due work: one conditional update with a lease, so that any number of schedulers share it.

What was claimed and not done, because its process died, is due again when the lease is over: at least once. Nobody
claims anything without having read first that something is due, so an idle sweep takes no write lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Table, and_, or_, select, update

from soi_dialer.store.tables import callback, reminder

LEASE = timedelta(seconds=60)
LONGEST_LEASE = 10 * LEASE
"""One that ends later was given by a clock that was wrong. Clocks of several machines, and waiting for a lock, differ
by less."""

MOST_TRIES = 5
"""Work that failed so often is set aside, where it is seen, and not tried any more."""


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether a reminder is to be written. Only reads."""
    return _any(connection, callback, is_due(callback, callback.c.remind_at, now))


def any_delivery_due(connection: Connection, now: datetime, leave: frozenset[str] = frozenset()) -> bool:
    """Whether a message is to be sent by any channel but these. Only reads."""
    due = is_due(reminder, reminder.c.send_at, now)
    return _any(connection, reminder, and_(due, reminder.c.channel.not_in(leave)))


def claim_due(connection: Connection, now: datetime, owner: str, limit: int = 100) -> list[RowMapping]:
    """Callbacks whose next reminder is due, leased to this owner, the longest due first: `id`, `agent_id`, `remind_at`
    and `tries` of each. The rest is read when its turn has come, since it may change until then.

    `owner` is one sweep's own word: what it holds is known by it. Nothing that another one holds is returned.
    """
    wanted = [callback.c.id, callback.c.agent_id, callback.c.remind_at, callback.c.tries]
    return _claim(connection, callback.c.remind_at, now, owner, limit, wanted)


def claim_deliveries(
    connection: Connection, now: datetime, owner: str, limit: int = 1, leave: frozenset[str] = frozenset()
) -> list[RowMapping]:
    """Messages to be sent now, leased to this owner; none of the channels in `leave`."""
    return _claim(connection, reminder.c.send_at, now, owner, limit, reminder.c, reminder.c.channel.not_in(leave))


def done_ahead(connection: Connection, now: datetime) -> list[int]:
    """Open callbacks of which a reminder is marked as done that is still to come."""
    ahead = and_(callback.c.remind_at.is_not(None), callback.c.reminded_at > now)
    return list(connection.execute(select(callback.c.id).where(ahead)).scalars())


def held(connection: Connection, row: RowMapping, owner: str) -> RowMapping | None:
    """A claimed callback as it is now, locked; None when it is no longer this owner's."""
    query = select(callback).where(callback.c.id == row["id"], callback.c.lease_owner == owner).with_for_update()
    return connection.execute(query).mappings().first()


def give_back(connection: Connection, callback_id: int, **values: Any) -> None:
    """End the lease of a callback, with what came of it."""
    done = {"lease_until": None, "lease_owner": None} | values
    connection.execute(update(callback).where(callback.c.id == callback_id).values(**done))


def set_aside(connection: Connection, callback_id: int, now: datetime, problem: str) -> None:
    """Stop reminding of this one and say why; a person sees it and may move it to another time."""
    give_back(connection, callback_id, remind_at=None, set_aside_at=now, problem=problem[:300])


def finish_delivery(connection: Connection, reminder_id: int, owner: str, **values: Any) -> None:
    """What came of a message; nothing changes when the lease has gone to somebody else."""
    mine = and_(reminder.c.id == reminder_id, reminder.c.lease_owner == owner)
    connection.execute(update(reminder).where(mine).values(lease_until=None, lease_owner=None, **values))


def is_due(table: Table, due_at: Column, now: datetime) -> ColumnElement[bool]:
    """What is due and nobody works on."""
    until = table.c.lease_until
    return and_(due_at <= now, or_(until.is_(None), until <= now, until > now + LONGEST_LEASE))


def _any(connection: Connection, table: Table, due: ColumnElement[bool]) -> bool:
    return connection.execute(select(table.c.id).where(due).limit(1)).first() is not None


def _claim(
    connection: Connection, due_at: Column, now: datetime, owner: str, limit: int, wanted: Iterable[Column], *also: Any
) -> list[RowMapping]:
    """On SQLite the transaction is the only writer; on PostgreSQL what another one is claiming is passed over."""
    table = due_at.table
    found = select(table.c.id).where(is_due(table, due_at, now), *also).order_by(due_at).limit(limit)
    query = update(table).where(table.c.id.in_(found.with_for_update(skip_locked=True)))
    query = query.values(lease_until=now + LEASE, lease_owner=owner, tries=table.c.tries + 1).returning(*wanted)
    rows = list(connection.execute(query).mappings())
    return sorted(rows, key=lambda row: (row[due_at.name], row["id"]))

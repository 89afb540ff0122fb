"""Claiming due work: one conditional update with a lease, so that any number of schedulers share it.

What was claimed and not done, because its process died, is due again when the lease is over: at least once. Nobody
claims anything without having read first that something is due, so an idle sweep takes no write lock.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    Update,
    and_,
    bindparam,
    or_,
    select,
    update,
)

from soi_dialer.store.prepared import Prepared
from soi_dialer.store.tables import callback, reminder

LEASE = timedelta(seconds=60)
LONGEST_LEASE = 10 * LEASE
"""One that ends later was given by a clock that was wrong. Clocks of several machines, and waiting for a lock, differ
by less."""

MOST_TRIES = 5
"""Work that failed so often is set aside, where it is seen, and not tried any more."""


def is_due(
    table: Table, due_at: Column, now: datetime | BindParameter, wrong: datetime | BindParameter
) -> ColumnElement[bool]:
    """What is due and nobody works on. A lease that ends after `wrong` was given by a clock that was wrong."""
    until = table.c.lease_until
    return and_(due_at <= now, or_(until.is_(None), until <= now, until > wrong))


def at(now: datetime) -> dict[str, datetime]:
    """The values for `is_due`."""
    return {"now": now, "wrong": now + LONGEST_LEASE}


_NOW, _WRONG = bindparam("now"), bindparam("wrong")
_NOT_LEFT = reminder.c.channel.not_in(bindparam("leave", expanding=True))
_ANY_DUE = Prepared(select(callback.c.id).where(is_due(callback, callback.c.remind_at, _NOW, _WRONG)).limit(1))


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether a reminder is to be written. Only reads."""
    return bool(_ANY_DUE.tuples(connection, at(now)))


def any_delivery_due(connection: Connection, now: datetime, leave: frozenset[str] = frozenset()) -> bool:
    """Whether a message is to be sent by any channel but these. Only reads."""
    return bool(_any_delivery_but(leave).tuples(connection, at(now)))


@functools.cache
def _any_delivery_but(leave: frozenset[str]) -> Prepared:
    others = [reminder.c.channel != channel for channel in sorted(leave)]
    return Prepared(select(reminder.c.id).where(is_due(reminder, reminder.c.send_at, _NOW, _WRONG), *others).limit(1))


def _claiming(due_at: Column, wanted: Iterable[Column], *also: Any) -> Update:
    """On SQLite the transaction is the only writer; on PostgreSQL what another one is claiming is passed over."""
    table = due_at.table
    found = select(table.c.id).where(is_due(table, due_at, _NOW, _WRONG), *also).order_by(due_at)
    taken = found.limit(bindparam("most")).with_for_update(skip_locked=True)
    leased = {"lease_until": bindparam("until"), "lease_owner": bindparam("owner"), "tries": table.c.tries + 1}
    return update(table).where(table.c.id.in_(taken)).values(**leased).returning(*wanted)


_CLAIM_DUE = _claiming(
    callback.c.remind_at, [callback.c.id, callback.c.agent_id, callback.c.remind_at, callback.c.tries]
)
_CLAIM_DELIVERIES = _claiming(reminder.c.send_at, reminder.c, _NOT_LEFT)


def claim_due(connection: Connection, now: datetime, owner: str, limit: int = 100) -> list[RowMapping]:
    """Callbacks whose next reminder is due, leased to this owner, the longest due first: `id`, `agent_id`, `remind_at`
    and `tries` of each. The rest is read when its turn has come, since it may change until then.

    `owner` is one sweep's own word: what it holds is known by it. Nothing that another one holds is returned.
    """
    rows = connection.execute(_CLAIM_DUE, _lease(now, owner, limit)).mappings()
    return sorted(rows, key=lambda row: (row["remind_at"], row["id"]))


def claim_deliveries(
    connection: Connection, now: datetime, owner: str, limit: int = 1, leave: frozenset[str] = frozenset()
) -> list[RowMapping]:
    """Messages to be sent now, leased to this owner; none of the channels in `leave`."""
    rows = connection.execute(_CLAIM_DELIVERIES, _lease(now, owner, limit) | {"leave": list(leave)}).mappings()
    return sorted(rows, key=lambda row: (row["send_at"], row["id"]))


def _lease(now: datetime, owner: str, limit: int) -> dict[str, Any]:
    return at(now) | {"until": now + LEASE, "owner": owner, "most": limit}


_DONE_AHEAD = select(callback.c.id).where(callback.c.remind_at.is_not(None), callback.c.reminded_at > _NOW)
_HELD = (
    select(callback)
    .where(callback.c.id == bindparam("of_callback"), callback.c.lease_owner == bindparam("owner"))
    .with_for_update()
)


def done_ahead(connection: Connection, now: datetime) -> list[int]:
    """Open callbacks of which a reminder is marked as done that is still to come."""
    return list(connection.execute(_DONE_AHEAD, {"now": now}).scalars())


def held(connection: Connection, row: RowMapping, owner: str) -> RowMapping | None:
    """A claimed callback as it is now, locked; None when it is no longer this owner's."""
    return connection.execute(_HELD, {"of_callback": row["id"], "owner": owner}).mappings().first()


def give_back(connection: Connection, callback_id: int, **values: Any) -> None:
    """End the lease of a callback, with what came of it."""
    done = {"lease_until": None, "lease_owner": None} | values
    connection.execute(_giving_back(tuple(done)), {"of_callback": callback_id} | done)


@functools.cache
def _giving_back(columns: tuple[str, ...]) -> Update:
    given = {name: bindparam(name) for name in columns}
    return update(callback).where(callback.c.id == bindparam("of_callback")).values(**given)


def set_aside(connection: Connection, callback_id: int, now: datetime, problem: str) -> None:
    """Stop reminding of this one and say why; a person sees it and may move it to another time."""
    give_back(connection, callback_id, remind_at=None, set_aside_at=now, problem=problem[:300])


def finish_delivery(connection: Connection, reminder_id: int, owner: str, **values: Any) -> None:
    """What came of a message; nothing changes when the lease has gone to somebody else."""
    connection.execute(_finishing(tuple(values)), {"of_reminder": reminder_id, "owner": owner} | values)


@functools.cache
def _finishing(columns: tuple[str, ...]) -> Update:
    mine = reminder.c.id == bindparam("of_reminder"), reminder.c.lease_owner == bindparam("owner")
    given = {name: bindparam(name) for name in columns}
    return update(reminder).where(*mine).values(lease_until=None, lease_owner=None, **given)

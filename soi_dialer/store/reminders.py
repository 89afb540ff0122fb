"""What agents were told and are to be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.store.tables import reminder

_ADD = {
    name: into(reminder).on_conflict_do_nothing()
    for name, into in {"sqlite": sqlite.insert, "postgresql": postgresql.insert}.items()
}


def add(connection: Connection, values: dict[str, Any]) -> None:
    """Once for each callback, rung and channel: a second one is the same one."""
    connection.execute(_ADD[connection.dialect.name], values)


def of_callbacks(connection: Connection, callback_ids: Iterable[int]) -> dict[int, list[RowMapping]]:
    """What was told about each, the newest first."""
    query = select(reminder).where(reminder.c.callback_id.in_(list(callback_ids)))
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(query.order_by(reminder.c.id.desc())).mappings():
        found[row["callback_id"]].append(row)
    return found

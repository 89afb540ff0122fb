"""All rows of a table, for tests that look at everything after each step."""

from __future__ import annotations

import functools

from sqlalchemy import Table, select

from soi_dialer.store.database import Database
from soi_dialer.store.prepared import Prepared, Row


def rows(db: Database, table: Table) -> list[Row]:
    """In the order of their keys."""
    with db.read() as connection:
        return _all_of(table).all(connection, {})


@functools.cache
def _all_of(table: Table) -> Prepared:
    return Prepared(select(table).order_by(*table.primary_key.columns))

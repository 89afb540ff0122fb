"""Queries of the pages that are opened most: compiled once by SQLAlchemy, then handed to the driver as they are.

What SQLAlchemy does around each execution takes five times as long as SQLite takes to answer such a query. Only
that is left out: connections come from the same pool, column types keep their promises (instants go in and come out
as aware UTC), and whoever listens to statements hears of these too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Dialect, Integer, Select, bindparam
from sqlalchemy.sql.selectable import CompoundSelect

from soi_dialer.store.chunks import chunks

Row = dict[str, Any]
_Change = Callable[[Any], Any]


class _Said(NamedTuple):
    """The query in the words of one database."""

    text: str
    order: list[str] | None  # of the values, where they go by position
    given: dict[str, Any]  # values that stand in the query itself
    into: dict[str, _Change]  # by value
    names: list[str]
    out_of: list[tuple[str, _Change]]  # by column

    def bound(self, values: dict[str, Any]) -> Any:
        """The values as the driver wants them."""
        given = self.given | values
        for name, change in self.into.items():
            given[name] = change(given[name])
        return given if self.order is None else tuple([given[name] for name in self.order])


class Prepared:
    """A query that reads, its values named by `bindparam`, the names of its columns all different."""

    def __init__(self, query: Select | CompoundSelect) -> None:
        self._query = query
        self._said: dict[str, _Said] = {}

    def all(self, connection: Connection, values: dict[str, Any]) -> list[Row]:
        """The rows, each a plain dict by column."""
        said = self._of(connection.dialect)
        rows = [dict(zip(said.names, row, strict=False)) for row in _fetch(connection, said.text, said.bound(values))]
        for name, change in said.out_of:
            for row in rows:
                row[name] = change(row[name])
        return rows

    def tuples(self, connection: Connection, values: dict[str, Any]) -> list[tuple]:
        """The rows as the driver gives them, of a query for many rows of plain numbers and text."""
        said = self._of(connection.dialect)
        return _fetch(connection, said.text, said.bound(values))

    def _of(self, dialect: Dialect) -> _Said:
        return self._said.get(dialect.name) or self._said.setdefault(dialect.name, _compile(self._query, dialect))

    def first(self, connection: Connection, values: dict[str, Any]) -> Row | None:
        """Of a query that finds at most one row."""
        rows = self.all(connection, values)
        return rows[0] if rows else None


class PreparedSome:
    """A `Prepared` query about some rows by their ids, asked for `AT_ONCE` at a time.

    `make` gives the query for a list of bound ids; places that are left over ask for 0, which is nobody's, so that one
    compiled text serves however many ids there are.
    """

    AT_ONCE = 16

    def __init__(self, make: Callable[[list[BindParameter[int]]], Select]) -> None:
        self._ids = [bindparam(f"some_{number}", type_=Integer) for number in range(self.AT_ONCE)]
        self._query = Prepared(make(self._ids))

    def all(self, connection: Connection, ids: Iterable[int]) -> list[Row]:
        """The rows of these ids, each id asked for once."""
        pieces = chunks(sorted(set(ids)), self.AT_ONCE)
        return [row for piece in pieces for row in self._query.all(connection, self._named(piece))]

    def _named(self, piece: Sequence[int]) -> dict[str, int]:
        padded = [*piece, *[0] * (self.AT_ONCE - len(piece))]
        return {one.key: row_id for one, row_id in zip(self._ids, padded, strict=True)}


def _fetch(connection: Connection, text: str, parameters: Any) -> list[tuple]:
    """Inside the transaction that is open, or else in one that ends when the connection goes back."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and not driver.in_transaction:
        driver.execute("BEGIN")  # one snapshot for all that is read; other drivers begin by themselves
    cursor = driver.cursor()
    for listener in connection.dispatch.before_cursor_execute:
        text, parameters = listener(connection, cursor, text, parameters, None, False)
    try:
        return cursor.execute(text, parameters).fetchall()
    finally:
        cursor.close()


def _compile(query: Select | CompoundSelect, dialect: Dialect) -> _Said:
    compiled = query.compile(dialect=dialect)
    into = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    out_of = [
        (column.key, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for column in query.selected_columns
    ]
    return _Said(
        compiled.string,
        compiled.positiontup,
        compiled.params,
        {name: change for name, change in into.items() if change},
        [name for name, _ in out_of],
        [(name, change) for name, change in out_of if change],
    )

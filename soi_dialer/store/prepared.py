"""What pages and webhooks ask and change most: compiled once by SQLAlchemy, then handed to the driver as it is.

What SQLAlchemy does around each execution takes five times as long as SQLite takes to answer such a query. Only
that is left out: connections come from the same pool, column types keep their promises (instants go in and come out
as aware UTC), errors are SQLAlchemy's, and whoever listens to statements hears of these too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Column, Connection, Dialect, Insert, Select, Update, bindparam, literal
from sqlalchemy.exc import DBAPIError
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


class _Compiled:
    """A statement, compiled once for each kind of database."""

    def __init__(self, statement: Select | CompoundSelect | Update | Insert) -> None:
        self._statement = statement
        self._said: dict[str, _Said] = {}

    def _of(self, dialect: Dialect) -> _Said:
        return self._said.get(dialect.name) or self._said.setdefault(dialect.name, _compile(self._statement, dialect))


class Prepared(_Compiled):
    """A query that reads, its values named by `bindparam`, the names of its columns all different."""

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

    def first(self, connection: Connection, values: dict[str, Any]) -> Row | None:
        """Of a query that finds at most one row."""
        rows = self.all(connection, values)
        return rows[0] if rows else None


class PreparedSome:
    """A `Prepared` query about some rows by their ids or other keys, asked for `MOST` at a time.

    `make` gives the query for a list of bound keys; places that are left over ask for what is nobody's, so that few
    compiled texts serve however many keys there are.
    """

    SIZES = (4, 16, 64)
    MOST = SIZES[-1]

    def __init__(self, make: Callable[[list[BindParameter]], Select], nobody: int | str = 0) -> None:
        self._nobody = nobody
        self._queries = {size: Prepared(make(self._keys(size))) for size in self.SIZES}

    def all(self, connection: Connection, keys: Iterable[int | str]) -> list[Row]:
        """The rows of these keys, each key asked for once. Up to `MOST` of them are one query with one order."""
        return [row for piece in chunks(sorted(set(keys)), self.MOST) for row in self._some(connection, piece)]

    def _some(self, connection: Connection, keys: Sequence[int | str]) -> list[Row]:
        size = next(size for size in self.SIZES if size >= len(keys))
        padded = [*keys, *[self._nobody] * (size - len(keys))]
        return self._queries[size].all(connection, dict(zip(_NAMES, padded, strict=False)))

    def _keys(self, size: int) -> list[BindParameter]:
        return [bindparam(name, type_=literal(self._nobody).type) for name in _NAMES[:size]]


_NAMES = [f"some_{number}" for number in range(PreparedSome.MOST)]


class PreparedChange(_Compiled):
    """A statement that changes or adds a row for each of many, its values named by `bindparam` or by columns."""

    def each(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """In a writing transaction; every row has all the values."""
        said = self._of(connection.dialect)
        if rows:
            _run(connection, said.text, [said.bound(row) for row in rows], many=True)


class PreparedAdd:
    """An `INSERT` of rows that says which of them were added, in pieces of a few sizes so that few texts serve all.

    `make` gives the statement for a list of rows whose values are bound, with `RETURNING`.
    """

    SIZES = (32, 16, 8, 4, 2, 1)

    def __init__(self, columns: Sequence[Column], make: Callable[[list[dict[str, BindParameter]]], Insert]) -> None:
        self._names = [column.name for column in columns]
        self._statements = {size: Prepared(make(_bound_rows(columns, size))) for size in self.SIZES}

    def all(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> list[tuple]:
        """What the statement returns, as the driver gives it; each row has all the columns."""
        found: list[tuple] = []
        while rows:
            size = next(size for size in self.SIZES if size <= len(rows))
            values = {f"{name}_{n}": row[name] for n, row in enumerate(rows[:size]) for name in self._names}
            found += self._statements[size].tuples(connection, values)
            rows = rows[size:]
        return found


def _bound_rows(columns: Sequence[Column], size: int) -> list[dict[str, BindParameter]]:
    return [{one.name: bindparam(f"{one.name}_{n}", type_=one.type) for one in columns} for n in range(size)]


def _fetch(connection: Connection, text: str, parameters: Any) -> list[tuple]:
    """Inside the transaction that is open, or else in one that ends when the connection goes back."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and not driver.in_transaction:
        driver.execute("BEGIN")  # one snapshot for all that is read; other drivers begin by themselves
    return _run(connection, text, parameters, many=False)


def _run(connection: Connection, text: str, parameters: Any, *, many: bool) -> list[tuple]:
    cursor = connection.connection.dbapi_connection.cursor()
    for listener in connection.dispatch.before_cursor_execute:
        text, parameters = listener(connection, cursor, text, parameters, None, many)
    errors = connection.dialect.loaded_dbapi.Error
    try:
        if many:
            cursor.executemany(text, parameters)
            return []
        return cursor.execute(text, parameters).fetchall()
    except errors as error:  # told as SQLAlchemy tells it, to whoever knows what to do
        raise DBAPIError.instance(
            text, None, error, errors, hide_parameters=True, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def _compile(query: Select | CompoundSelect | Update | Insert, dialect: Dialect) -> _Said:
    compiled = query.compile(dialect=dialect)
    into = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    out_of = [
        (column.key, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for column in getattr(query, "selected_columns", ())
    ]
    return _Said(
        compiled.string,
        compiled.positiontup,
        compiled.params,
        {name: change for name, change in into.items() if change},
        [name for name, _ in out_of],
        [(name, change) for name, change in out_of if change],
    )

"""Where histories are played: the real tables in a SQLite database in memory, emptied for each history.

One connection serves readers and writers in turn, which saves most of what a transaction costs. Its transactions are
real: what a crash undoes is undone by SQLite. Nobody may read beside a transaction that still writes, because on a
connection of their own they would not see it.
"""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import sqlalchemy
from sqlalchemy import Connection

from soi_dialer.flows import place_call
from soi_dialer.store.database import Database
from soi_dialer.store.tables import metadata
from tests.simulation.faults import Crash, Faults

QUICK_DISK = Path("/dev/shm")


@contextlib.contextmanager
def room_for_histories() -> Iterator[Path]:
    """A directory for recordings; meanwhile nobody waits between two tries to place a call: time here is virtual."""
    with (
        patch.object(place_call, "sleep", lambda _seconds: None),
        tempfile.TemporaryDirectory(dir=QUICK_DISK if QUICK_DISK.is_dir() else None, prefix="histories") as directory,
    ):
        yield Path(directory)


class FragileDatabase(Database):
    """A crash may come before a commit, so that all of it is undone, or right after it."""

    def __init__(self) -> None:
        # The driver opens no transaction of its own; ours are opened and ended below.
        self.engine = sqlalchemy.create_engine(
            "sqlite://",
            poolclass=sqlalchemy.pool.StaticPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"cached_statements": 500},  # more than there are: no statement is prepared twice
        )
        self.is_sqlite = True
        self.faults: Faults | None = None
        self.between_steps: Callable[[], None] = _nothing
        self._open = self.engine.connect()
        self._raw = self._open.connection.dbapi_connection
        self._raw.execute("PRAGMA foreign_keys=ON")
        metadata.create_all(self._open)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        assert not self._raw.in_transaction, "somebody reads beside a transaction that still writes"
        try:
            yield self._open
        finally:
            if self._raw.in_transaction:  # begun by a `Prepared` query
                self._raw.execute("COMMIT")

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        self._raw.execute("BEGIN IMMEDIATE")
        try:
            yield self._open
            self._perhaps_crash()
        except BaseException:
            self._raw.execute("ROLLBACK")
            raise
        self._raw.execute("COMMIT")
        self._perhaps_crash()
        self.between_steps()

    def _perhaps_crash(self) -> None:
        if self.faults is not None and self.faults.strikes("crash"):
            raise Crash

    @property
    def count_of_changes(self) -> int:
        """How many rows were ever written."""
        return self._raw.total_changes

    def clear(self) -> None:
        """As if it had just been made; the statements that SQLite has prepared stay good."""
        self.faults, self.between_steps = None, _nothing
        for statement in _deletions():
            self._raw.execute(statement)

    def close(self) -> None:
        self._open.close()
        super().close()


def _nothing() -> None:
    pass


@functools.cache
def _deletions() -> list[str]:
    """Children first, so that foreign keys stay on: switching them makes SQLite prepare every statement anew."""
    emptied = [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]
    return ["UPDATE call SET callback_id = NULL", *emptied]  # calls and callbacks point at each other

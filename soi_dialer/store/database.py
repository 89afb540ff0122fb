"""The database: one engine, readers on their own connections, writers one at a time on SQLite.

SQLite lets only one writer in. Its own queue sleeps and is unfair, so writers of this process wait for a lock here, and
only writers of other processes are left to SQLite's busy handler. Every writing transaction is BEGIN IMMEDIATE: a
transaction that reads first and writes later would fail at once when another one wrote in between.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import sqlalchemy
from sqlalchemy import Connection, Engine, event, text

BUSY_MILLISECONDS = 5000

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # what was answered 200 is never sent again, so it must survive a power cut
    "PRAGMA foreign_keys=ON",
    # 16 MiB instead of 4: whoever fills the log copies it into the database, and one of fifty groups was one too often
    "PRAGMA wal_autocheckpoint=4000",
    "PRAGMA cache_size=-8192",  # 8 MiB instead of 2: an office's week lies on a thousand pages, one for each agent
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
)


class Database:
    """Hands out transactions. `write()` commits at the end of its block or rolls everything back."""

    def __init__(self, url: str, pool_size: int = 16) -> None:
        self.engine = make_engine(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._one_writer = threading.Lock() if self.is_sqlite else nullcontext()

    def read(self) -> AbstractContextManager[Connection]:
        """A snapshot for reading; it never waits for a writer."""
        return self.engine.connect()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A writing transaction. Never ask a carrier anything inside one."""
        with self._one_writer, self.engine.connect() as connection:
            writing = connection.execution_options(soi_writes=True) if self.is_sqlite else connection
            with writing.begin():
                yield writing

    def close(self) -> None:
        self.engine.dispose()


def make_engine(url: str, pool_size: int = 16) -> Engine:
    if not url.startswith("sqlite"):
        return sqlalchemy.create_engine(
            url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
    engine = sqlalchemy.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        poolclass=sqlalchemy.pool.QueuePool,
        pool_use_lifo=True,  # the connection that wrote last has the pages that the next writer needs
        hide_parameters=True,  # errors go to logs, and parameters are people's names, numbers and words
        connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False},
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(dbapi_connection, _record) -> None:
    dbapi_connection.isolation_level = None  # no implicit BEGIN by the driver: `_on_begin` emits ours
    cursor = dbapi_connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("soi_writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not connection.connection.dbapi_connection.in_transaction:  # a `Prepared` query may have begun to read
        connection.exec_driver_sql("BEGIN")


def ping(database: Database) -> None:
    """Raises what the driver raises when the database does not answer."""
    with database.read() as connection:
        connection.execute(text("SELECT 1"))

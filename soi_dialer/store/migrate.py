"""Bring a database to the newest tables. Safe when several processes start together: one works, the others wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event

from soi_dialer.store.database import make_engine

_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_LOCK = 0x50190D1A  # any number, as long as all of us use the same one
PATIENCE_MILLISECONDS = 60_000
"""How long to wait for another process that migrates; on a busy machine it takes longer than any other writer."""


def upgrade(url: str, to: str = "head") -> None:
    """Apply every migration that is missing, all of them or none. Makes the directory of a SQLite file."""
    make_room(url)
    with migrating(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def is_current(url: str) -> bool:
    """Whether the tables are the ones this version of the program was written for."""
    return _revision(url) == ScriptDirectory.from_config(_config()).get_current_head()


def is_empty(url: str) -> bool:
    """Whether no version of the program has ever set this database up."""
    return _revision(url) is None


def _revision(url: str) -> str | None:
    engine = make_engine(url, 1)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def make_room(url: str) -> None:
    """The directory in which a SQLite file will lie, readable by the owner alone."""
    parsed = sqlalchemy.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """The one transaction in which tables are changed."""
    engine = make_engine(url, 1)
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        event.listen(engine, "connect", _on_connect)
    try:
        with engine.connect() as connection:
            writing = connection.execution_options(soi_writes=True) if is_sqlite else connection
            with writing.begin():
                if not is_sqlite:
                    writing.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield writing
    finally:
        engine.dispose()


def _on_connect(raw, _record) -> None:
    # A table that is rebuilt is dropped first, and with this on, its children would be deleted along with it.
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute(f"PRAGMA busy_timeout={PATIENCE_MILLISECONDS}")

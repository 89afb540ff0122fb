"""The migrations make exactly the tables that the program was written for, on both databases."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from soi_dialer.store.database import make_engine
from soi_dialer.store.migrate import is_current, upgrade
from soi_dialer.store.tables import metadata

_SQLITE_DDL = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
_POSTGRESQL_DDL = """
    SELECT 'column', table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '')
           || coalesce(character_maximum_length, 0)
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes
     WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
"""


def _definitions(url: str) -> set[tuple]:
    """Every table, column, index and constraint as the database itself describes it, in any order."""
    engine = make_engine(url, 1)
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if not is_sqlite:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32))")
        rows = [tuple(row) for row in connection.exec_driver_sql(_SQLITE_DDL if is_sqlite else _POSTGRESQL_DDL)]
    engine.dispose()
    return {(kind, name, _normal(sql)) for kind, name, sql in rows}


def _normal(sql: str | None) -> tuple[str, ...]:
    sql = (sql or "").replace('"', "")  # SQLite puts quotes around the name of a table that was rebuilt
    sql = re.sub(r", (?=[a-z_]+ [A-Z])", "\n", sql)  # and writes a column that was added behind the one before it
    lines = [" ".join(line.split()).strip(" ,") for line in sql.replace("(\n", "(\n\n").split("\n")]
    return tuple(sorted(line for line in lines if line))


def test_migrating_an_empty_database_gives_exactly_the_tables_of_the_program(empty_database_url):
    upgrade(empty_database_url)
    engine = make_engine(empty_database_url, 1)
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert difference == []


def test_indexes_conditions_and_constraints_are_the_same_as_the_programs_own(empty_database_url, tmp_path):
    upgrade(empty_database_url)
    migrated = _definitions(empty_database_url)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    if empty_database_url.startswith("postgresql"):
        other = empty_database_url
        _empty(empty_database_url)
    _create(other)
    assert migrated == _definitions(other)


def _empty(url: str) -> None:
    engine = make_engine(url, 1)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def _create(url: str) -> None:
    """From a copy: making the circle of foreign keys on PostgreSQL leaves a mark in the metadata of this process."""
    copy = sqlalchemy.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(copy)
    engine = make_engine(url, 1)
    copy.create_all(engine)
    engine.dispose()


def test_a_page_of_callbacks_has_room_for_leases_on_postgresql(empty_postgresql_url):
    upgrade(empty_postgresql_url)
    engine = make_engine(empty_postgresql_url, 1)
    with engine.connect() as connection:
        options = connection.exec_driver_sql("SELECT reloptions FROM pg_class WHERE relname = 'callback'").scalar_one()
    engine.dispose()
    assert options == ["fillfactor=90"]


def test_a_database_knows_whether_it_is_current(empty_database_url):
    assert not is_current(empty_database_url)
    upgrade(empty_database_url)
    assert is_current(empty_database_url)


def test_migrating_twice_changes_nothing(empty_database_url):
    upgrade(empty_database_url)
    before = _definitions(empty_database_url)
    upgrade(empty_database_url)
    assert _definitions(empty_database_url) == before


def test_processes_that_migrate_at_the_same_time_do_not_disturb_each_other(empty_database_url):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_upgrade_in_a_process, [empty_database_url] * 4))
    assert is_current(empty_database_url)


def _upgrade_in_a_process(url: str) -> None:
    """Alembic keeps its context in the module, so only processes may migrate side by side."""
    import subprocess
    import sys

    code = "import sys; from soi_dialer.store.migrate import upgrade; upgrade(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_kept_before_reminders_came_is_there_after(empty_database_url):
    upgrade(empty_database_url, "0001")
    engine = make_engine(empty_database_url, 1)
    with engine.begin() as connection:
        for statement in _A_DEBT_OF_THE_FIRST_VERSION:
            connection.exec_driver_sql(statement)
    upgrade(empty_database_url)
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT due_at = remind_at, note, tries FROM callback").all()
        events = connection.exec_driver_sql("SELECT callback_id, kind FROM callback_event").all()
    engine.dispose()
    assert [tuple(row) for row in kept] == [(True, "about the house", 0)]
    assert [tuple(row) for row in events] == [(1, "requested")]


_AT = "'2026-11-18T15:00:00.000000'"
_A_DEBT_OF_THE_FIRST_VERSION = (
    f"INSERT INTO office (id, name, created_at) VALUES (1, 'Ours', {_AT})",
    "INSERT INTO agent (id, office_id, name, email, phone, time_zone, password_hash, created_at)"
    f" VALUES (1, 1, 'Ann', 'ann@example.com', '+12025550101', 'America/New_York', 'none', {_AT})",
    "INSERT INTO callback (id, office_id, agent_id, reason, due_at, state, turn, note, opened_at)"
    f" VALUES (1, 1, 1, 'requested', {_AT}, 'open', 'agent', 'about the house', {_AT})",
    f"INSERT INTO callback_event (id, callback_id, kind, at, body) VALUES (1, 1, 'requested', {_AT}, '{{}}')",
)


def test_the_directory_of_a_sqlite_file_is_made(tmp_path):
    upgrade(f"sqlite:///{tmp_path / 'a' / 'b' / 'soi.db'}")
    assert (tmp_path / "a" / "b" / "soi.db").exists()


def test_a_database_that_does_not_answer_is_an_error_not_a_silence():
    with pytest.raises(sqlalchemy.exc.OperationalError):
        upgrade("postgresql+psycopg://nobody@127.0.0.1:1/nothing")

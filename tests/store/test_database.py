from __future__ import annotations

import threading

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, select, text, update

from soi_dialer.store.database import Database, ping

metadata = MetaData()
counter = Table("counter", metadata, Column("id", Integer, primary_key=True), Column("value", Integer))


@pytest.fixture
def db(database_url: str):
    database = Database(database_url)
    metadata.create_all(database.engine)
    with database.write() as connection:
        connection.execute(counter.insert().values(id=1, value=0))
    yield database
    database.close()


def value(db: Database) -> int:
    with db.read() as connection:
        return connection.execute(select(counter.c.value)).scalar_one()


def together(act, times: int) -> list[BaseException]:
    gate, errors = threading.Barrier(times), []

    def run() -> None:
        gate.wait()
        try:
            act()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_eight_threads_that_read_and_then_write_lose_nothing(db: Database):
    """On SQLite a transaction that reads first and writes later would fail at once when another one wrote between."""

    def add_ten() -> None:
        for _ in range(10):
            with db.write() as connection:
                seen = connection.execute(select(counter.c.value).with_for_update()).scalar_one()
                connection.execute(update(counter).values(value=seen + 1))

    assert together(add_ten, 8) == []
    assert value(db) == 80


def test_two_programs_that_read_and_then_write_lose_nothing(sqlite_url: str):
    """Each has its own lock inside, so only the database stands between them."""
    one, other = Database(sqlite_url), Database(sqlite_url)
    metadata.create_all(one.engine)
    with one.write() as connection:
        connection.execute(counter.insert().values(id=1, value=0))
    turns = iter([one, other] * 4)

    def add_ten() -> None:
        program = next(turns)
        for _ in range(10):
            with program.write() as connection:
                seen = connection.execute(select(counter.c.value)).scalar_one()
                connection.execute(update(counter).values(value=seen + 1))

    assert together(add_ten, 8) == []
    assert value(one) == 80
    one.close()
    other.close()


def test_of_many_claims_at_once_one_succeeds(db: Database):
    won = []

    def claim() -> None:
        with db.write() as connection:
            claimed = connection.execute(update(counter).where(counter.c.value == 0).values(value=1))
            won.append(claimed.rowcount)

    assert together(claim, 8) == []
    assert sorted(won) == [0] * 7 + [1]


def test_what_fails_inside_is_undone_as_a_whole(db: Database):
    with pytest.raises(ZeroDivisionError), db.write() as connection:
        connection.execute(update(counter).values(value=5))
        1 / 0  # noqa: B018
    assert value(db) == 0


def test_a_reader_sees_one_moment_and_waits_for_no_writer(sqlite_url: str):
    db = Database(sqlite_url)
    metadata.create_all(db.engine)
    with db.write() as connection:
        connection.execute(counter.insert().values(id=1, value=0))
    with db.write() as writing:
        writing.execute(update(counter).values(value=1))
        assert value(db) == 0
    assert value(db) == 1
    db.close()


def test_every_connection_to_sqlite_is_set_up_alike(sqlite_url: str):
    db = Database(sqlite_url, pool_size=4)
    connections = [db.engine.connect() for _ in range(6)]
    for connection in connections:
        asked = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in SET_UP}
        assert asked == SET_UP
        connection.close()
    db.close()


SET_UP = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
"""2 is FULL: what was answered as taken survives a power cut."""


def test_a_database_that_is_there_answers(db: Database):
    assert ping(db) is None

"""PostgreSQL breaks connections off in the middle: what was answered is there, what is not there was not answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from sqlalchemy.exc import DBAPIError

from soi_dialer.store.database import Database
from soi_dialer.store.group_commit import GroupWriter
from tests.world import OUR_NUMBER, World, make_world

metadata = MetaData()
kept = Table("kept", metadata, Column("id", Integer, primary_key=True), Column("word", String, unique=True))

BREAK_OFF = """
    SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
"""Returns when they are gone; a count of those that were broken off."""


class Breaker:
    """Somebody else at the same database, who ends everybody's connections."""

    def __init__(self, url: str) -> None:
        self.engine = sqlalchemy.create_engine(
            url, poolclass=sqlalchemy.pool.NullPool, isolation_level="AUTOCOMMIT"
        )

    def __call__(self) -> int:
        with self.engine.connect() as connection:
            return connection.exec_driver_sql(BREAK_OFF).scalar_one()


@pytest.fixture
def break_off(postgresql_url: str) -> Breaker:
    return Breaker(postgresql_url)


@pytest.fixture
def db(postgresql_url: str) -> Iterator[Database]:
    made = Database(postgresql_url)
    metadata.create_all(made.engine)
    yield made
    made.close()


def words(db: Database) -> set[str]:
    with db.read() as connection:
        return set(connection.execute(select(kept.c.word)).scalars())


def submit(writer: GroupWriter, word: str) -> bool:
    """Whether it was answered as written."""
    try:
        return writer.submit(word) == word
    except DBAPIError:
        return False


@pytest.mark.parametrize("moment", ["before it writes", "before it commits"])
def test_a_group_that_is_broken_off_loses_nothing_that_was_answered(db: Database, break_off: Breaker, moment: str):
    writing, may_go_on, broken = threading.Event(), threading.Event(), []

    def apply(connection, items):
        connection.exec_driver_sql("SELECT 1")
        if moment == "before it commits":
            connection.execute(insert(kept), [{"word": word} for word in items])
        if not broken:
            writing.set()
            assert may_go_on.wait(30)
            broken.append(break_off())
        if moment == "before it writes":
            connection.execute(insert(kept), [{"word": word} for word in items])
        return items

    writer, answers = GroupWriter(db, apply), {}
    threads = [
        threading.Thread(target=lambda word=word: answers.update({word: submit(writer, word)}))
        for word in ("first", "second", "third", "fourth")
    ]
    threads[0].start()
    assert writing.wait(30)
    for thread in threads[1:]:
        thread.start()
    may_go_on.set()
    for thread in threads:
        thread.join()

    assert broken[0] >= 1
    assert words(db) == {word for word, is_written in answers.items() if is_written} == {"second", "third", "fourth"}
    assert submit(writer, "first") and "first" in words(db)  # as the carrier does, which was not answered


@pytest.fixture
def world(tmp_path: Path, postgresql_url: str) -> Iterator[World]:
    made = make_world(tmp_path, postgresql_url)
    yield made
    made.close()


def test_after_all_connections_broke_the_next_requests_are_served_and_none_is_lost(world: World, break_off: Breaker):
    """A request that is answered 5xx is sent again; every one is taken once."""
    for number in range(3):
        params = {"MessageSid": f"SM{number:032x}", "From": f"+1212555014{number}", "To": OUR_NUMBER, "Body": "Hello"}
        statuses = [world.post("/webhooks/sms/inbound", params).status_code]
        assert break_off() >= 1
        while statuses[-1] >= 500 or len(statuses) < 2:
            statuses.append(world.post("/webhooks/sms/inbound", params).status_code)
            assert len(statuses) < 4, statuses
    assert len(world.callbacks()) == 3

"""Due work is shared: each piece by one, again when that one died, and none of it costs an idle sweep a lock."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from soi_dialer.store import claims
from soi_dialer.store.database import Database
from soi_dialer.store.tables import callback
from tests.cast import START, Cast, cast


@pytest.fixture
def db(database_url):
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def people(db) -> Cast:
    return cast(db)


def owe(db: Database, people: Cast, count: int, remind_at: datetime | None = START, **more) -> None:
    values = {
        "office_id": people.owner.office_id,
        "agent_id": people.owner.agent_id,
        "reason": "voicemail",
        "due_at": START,
        "state": "open",
        "turn": "agent",
        "opened_at": START,
        "remind_at": remind_at,
    }
    with db.write() as connection:
        connection.execute(insert(callback), [values | more for _ in range(count)])


def claim(db: Database, owner: str, now: datetime = START, limit: int = 100) -> list[int]:
    with db.write() as connection:
        return [row["id"] for row in claims.claim_due(connection, now, owner, limit)]


def test_what_is_claimed_is_nobody_elses_until_its_lease_is_over(db, people):
    owe(db, people, 1)
    (mine,) = claim(db, "one")
    assert claim(db, "two") == []
    assert claim(db, "two", START + claims.LEASE - timedelta(seconds=1)) == []
    assert claim(db, "two", START + claims.LEASE) == [mine]


def test_a_lease_given_by_a_clock_that_ran_ahead_is_no_lease(db, people):
    owe(db, people, 1)
    claim(db, "one", START + timedelta(days=365))
    assert len(claim(db, "two", START)) == 1


def test_who_waited_for_the_lock_does_not_take_a_lease_given_meanwhile(db, people):
    owe(db, people, 1)
    claim(db, "one", START + timedelta(seconds=30))
    assert claim(db, "two", START) == []


def test_the_longest_due_comes_first_and_what_is_not_due_stays(db, people):
    owe(db, people, 1, START)
    owe(db, people, 1, START - timedelta(hours=1))
    owe(db, people, 1, START + timedelta(seconds=1))
    owe(db, people, 1, None)
    assert claim(db, "one", limit=1) == [2]
    assert claim(db, "one") == [1]


def test_each_of_a_thousand_is_claimed_once_by_four_that_sweep_side_by_side(db, people):
    owe(db, people, 1000)
    together = threading.Barrier(4)

    def sweep(owner: str) -> list[int]:
        together.wait()
        return [one for _ in range(25) for one in claim(db, owner, limit=40)]

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(sweep, "abcd"))
    everything = [one for share in shares for one in share]
    assert len(everything) == len(set(everything))
    assert set(everything) | set(claim(db, "rest", limit=1000)) == set(range(1, 1001))


def test_looking_whether_anything_is_due_waits_for_no_writer(db, people):
    owe(db, people, 1, START + timedelta(hours=1))
    with db.write() as writer:
        writer.execute(text("UPDATE callback SET note = 'writing'"))
        with db.read() as connection:
            assert not claims.any_due(connection, START)
            assert claims.any_due(connection, START + timedelta(hours=1))


def test_who_lost_the_lease_has_nothing_to_hold(db, people):
    owe(db, people, 1)
    with db.write() as connection:
        (row,) = claims.claim_due(connection, START, "one", 1)
    claim(db, "two", START + claims.LEASE)
    with db.write() as connection:
        assert claims.held(connection, row, "one") is None
        assert claims.held(connection, row, "two")["id"] == row["id"]


def test_what_is_set_aside_is_not_claimed_and_says_why(db, people):
    owe(db, people, 1)
    with db.write() as connection:
        claims.set_aside(connection, 1, START, "It failed.")
    assert claim(db, "one", START + timedelta(days=1)) == []
    with db.read() as connection:
        row = connection.execute(select(callback)).mappings().one()
    assert (row["set_aside_at"], row["problem"]) == (START, "It failed.")


def test_the_due_ones_are_found_by_their_index(db, people):
    owe(db, people, 5)
    with db.read() as connection:
        if db.is_sqlite:
            query = "EXPLAIN QUERY PLAN SELECT id FROM callback WHERE remind_at <= '2026' ORDER BY remind_at LIMIT 100"
        else:
            connection.execute(text("SET enable_seqscan = off"))
            query = "EXPLAIN SELECT id FROM callback WHERE remind_at <= now() ORDER BY remind_at LIMIT 100"
        plan = " ".join(str(row) for row in connection.execute(text(query)))
    assert "ix_callback_remind" in plan

"""Open callbacks by the million: ten thousand are made one by one, and the rest are copies of these."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection, case, insert, literal, select

from bench.installation import AT, agent
from soi_dialer.store import migrate, tables
from soi_dialer.store.database import Database

FIRST, AGENTS = 10_000, 200
DUE = 5000
"""So many are due, however many are open: what is measured is how much the others are in the way."""

_NOTE = (
    "Asked whether the fence belongs to the lot and who is to mend it before the closing; call after the school run. "
    "Her brother may be looking for something smaller next spring, so ask how his move went and whom he works with now."
)


def fill(url: str, count: int, tell: Callable[[str], None] = lambda _: None) -> Database:
    """Make the tables, some agents and `count` callbacks, at least `FIRST`, each on a page of its own if it is due."""
    migrate.upgrade(url)
    database = Database(url)
    with database.write() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA cache_size=-262144")  # what is written in one go is to stay in memory
        connection.execute(insert(tables.office), [{"id": 1, "name": "Bench", "created_at": AT}])
        connection.execute(insert(tables.agent), [agent(n) for n in range(1, AGENTS + 1)])
        _without_indexes(connection, lambda: _add(connection, count, tell))
        if not database.is_sqlite:
            connection.exec_driver_sql("ANALYZE callback")  # the server's own housekeeping does it within a minute
    return database


def _without_indexes(connection: Connection, work: Callable[[], None]) -> None:
    """An index of a million rows is made in a fraction of the time that its upkeep takes."""
    indexes = sorted(tables.callback.indexes, key=lambda index: index.name)
    for index in indexes:
        index.drop(connection)
    work()
    for index in indexes:
        index.create(connection)


def _add(connection: Connection, count: int, tell: Callable[[str], None]) -> None:
    due_every = max(2, count // DUE)
    _add_first(connection, due_every)
    for made in range(FIRST, count, FIRST):
        _add_copies(connection, made // FIRST, due_every)
        if made % (count // 5) == 0:
            tell(f"  {made:,} of {count:,} callbacks")


def _add_first(connection: Connection, due_every: int) -> None:
    chance = random.Random(7)
    connection.execute(insert(tables.callback), [_one(n, n % due_every == 0, chance) for n in range(1, FIRST + 1)])


def _one(number: int, is_due: bool, chance: random.Random) -> dict:
    seconds = chance.random() * 1200
    arrived_at = AT - timedelta(seconds=seconds)
    return {
        "office_id": 1,
        "agent_id": 1 + number % AGENTS,
        "contact_number": f"+1212555{number % 10_000:04}",
        "reason": "voicemail",
        "due_at": AT + timedelta(hours=4, seconds=seconds),
        "state": "open",
        "turn": "agent",
        "note": f"{_NOTE} {number}",
        "opened_at": arrived_at,
        "arrived_at": arrived_at,
        "remind_at": arrived_at if is_due else AT + timedelta(hours=1, seconds=seconds),
    }


def _add_copies(connection: Connection, turn: int, due_every: int) -> None:
    """The first ones again. Others among them are due, so that these lie everywhere in the table."""
    first, minutes = tables.callback, 1 + turn * 7 % 20
    arrived_at = literal(AT - timedelta(minutes=minutes), first.c.remind_at.type)
    to_come = literal(AT + timedelta(hours=1, minutes=minutes), first.c.remind_at.type)
    same = [column for column in first.c if column.name not in ("id", "remind_at")]
    remind_at = case((first.c.id % due_every == turn % due_every, arrived_at), else_=to_come)
    copies = select(*same, remind_at).where(first.c.id <= FIRST)
    connection.execute(insert(first).from_select([*same, first.c.remind_at], copies))

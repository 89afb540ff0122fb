"""Search as one types: what the server does for each pause, with fifty thousand people, on both databases."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, insert

from bench import servers
from bench.installation import AT, agent
from bench.table import Figure
from soi_dialer.domain import names
from soi_dialer.store import contacts, migrate, tables, tags
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope

PEOPLE, TAGS, ROWS, ROUNDS = 50_000, 40, 26, 9
MOST_MILLISECONDS = 50
SCOPE = Scope(1, 1)

ASKED = ("mary", "mary kalo", "zzzqqq", "212", "(212) 555-1234", "kalo mary 212", "nobody@example.org", "tag7", "j")
"""Many fit, few, none; a number, a part of one, an address, a tag, one letter."""

_FIRST = (
    "James",
    "Mary",
    "Robert",
    "Patricia",
    "John",
    "Jennifer",
    "Michael",
    "Linda",
    "David",
    "Zoë",
    "José",
    "Susan",
)
_PARTS = ("ka", "lo", "mi", "ren", "tor", "vas", "bel", "dun", "har", "gri", "ost", "pen", "qui", "sal", "wen", "yor")
_NOTE = "Closed on the house in spring; the children go to the school around the corner. " * 2
_CHUNK = 5000


def figures(scratch: Path, tell: Callable[[str], None]) -> Iterator[Figure]:
    """The slowest of these questions on each database, as the list's rows are read for it."""
    yield _figure("SQLite", f"sqlite:///{scratch / 'people.db'}", tell)
    with servers.postgresql(scratch) as url:
        yield _figure("PostgreSQL", url, tell)


def _figure(database: str, url: str, tell: Callable[[str], None]) -> Figure:
    db = fill(url)
    taken = {search: _milliseconds(db, search) for search in ASKED}
    db.close()
    for search, spent in taken.items():
        tell(f"  {database}: {search!r} {spent:.1f} ms")
    slowest = max(taken, key=lambda search: taken[search])
    return Figure(
        f"Search among {PEOPLE:,} people on {database}: milliseconds for the slowest question",
        f"median {statistics.median(taken.values()):.1f} ms",
        f"{taken[slowest]:.1f} ms for “{slowest}”",
        taken[slowest],
        MOST_MILLISECONDS,
        most=True,
        unit=" ms",
    )


def _milliseconds(db: Database, search: str) -> float:
    """The median of several rounds: the rows, their numbers and their tags."""
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with db.read() as connection:
            rows = contacts.page(connection, SCOPE, search=search, archived=False, limit=ROWS)
            contacts.phones(connection, [row["id"] for row in rows])
            tags.names_of(connection, [row["id"] for row in rows])
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def fill(url: str, people: int = PEOPLE) -> Database:
    """Make the tables and one agent who knows so many; every third has two numbers, every second a tag."""
    migrate.upgrade(url)
    db, dice = Database(url), random.Random(5)
    with db.write() as connection:
        connection.execute(insert(tables.office), [{"id": 1, "name": "Bench", "created_at": AT}])
        connection.execute(insert(tables.agent), [agent(1)])
        connection.execute(insert(tables.tag), [_tag(number) for number in range(1, TAGS + 1)])
        for start in range(1, people + 1, _CHUNK):
            _add(connection, range(start, min(start + _CHUNK, people + 1)), dice)
    if not db.is_sqlite:  # the server's own housekeeping does it within a minute
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    return db


def _add(connection: Connection, numbers: range, dice: random.Random) -> None:
    connection.execute(insert(tables.contact), [_person(number, dice) for number in numbers])
    phones = [_phone(number, place, dice) for number in numbers for place in range(2 if number % 3 == 0 else 1)]
    connection.execute(insert(tables.contact_phone), phones)
    tagged = [{"contact_id": number, "tag_id": dice.randint(1, TAGS)} for number in numbers if number % 2 == 0]
    connection.execute(insert(tables.contact_tag), tagged)


def _tag(number: int) -> dict:
    return {"id": number, "office_id": 1, "agent_id": 1, "name": f"tag{number}", "search_name": f"tag{number}"}


def _person(number: int, dice: random.Random) -> dict:
    surname = "".join(dice.choices(_PARTS, k=dice.randint(2, 4))).title()
    name = f"{dice.choice(_FIRST)} {surname}"
    row = {"id": number, "office_id": 1, "agent_id": 1, "name": name, "search_name": names.search_form(name)}
    email = f"{surname.lower()}{number}@example.com"
    return row | {"email": email, "note": _NOTE, "created_at": AT, "updated_at": AT}


def _phone(number: int, place: int, dice: random.Random) -> dict:
    digits = f"+1{dice.randint(201, 989)}{dice.randint(2_000_000, 9_999_999)}"
    return {"office_id": 1, "agent_id": 1, "contact_id": number, "number": digits, "position": place}

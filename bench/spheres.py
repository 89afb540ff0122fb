"""Three agents: one with fifty thousand people and two million calls, one with as many and fewer due, a small one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import Connection, insert, text

from bench import installation
from bench.installation import AT
from soi_dialer.domain.day_figures import COUNTED
from soi_dialer.domain.level import DEFAULT_LADDER
from soi_dialer.store import migrate, tables
from soi_dialer.store.database import Database

TODAY = AT.date()
_CHUNK = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class Sphere:
    """One agent's. `due` people have waited since up to sixty days; the others are due within ninety."""

    agent_id: int
    people: int
    due: int
    calls: int

    @property
    def first_id(self) -> int:
        return self.agent_id * 1_000_000


LARGE = Sphere(1, 50_000, 1_000, 2_000_000)
FEW_DUE = Sphere(2, 50_000, 100, 100_000)
SMALL = Sphere(3, 5_000, 1_000, 100_000)
ALL = (LARGE, FEW_DUE, SMALL)


def fill(database_url: str, tell: Callable[[str], None]) -> None:
    """Make the tables and everybody in them."""
    migrate.upgrade(database_url)
    database = Database(database_url)
    with database.write() as connection:
        connection.execute(insert(tables.office), [{"id": 1, "name": "Bench", "created_at": AT}])
        connection.execute(insert(tables.agent), [installation.agent(one.agent_id) for one in ALL])
        connection.execute(
            insert(tables.rollup), [{"agent_id": one.agent_id, "time_zone": installation.ZONE} for one in ALL]
        )
    with database.write() as connection:
        for index in tables.call.indexes:  # made at the end, all at once: that is ten times as fast
            index.drop(connection)
        for one in ALL:
            _people(connection, one)
            connection.execute(text(_CALLS[connection.dialect.name]), _numbers(one))
            connection.execute(insert(tables.call_day), [_day(one, days) for days in range(1, 500)])
            tell(f"  {one.people:,} people and {one.calls:,} calls")
        for index in tables.call.indexes:
            index.create(connection)
        if not database.is_sqlite:  # SQLite plans without, as it does in an installation
            connection.exec_driver_sql("ANALYZE")
    database.close()


def _people(connection: Connection, sphere: Sphere) -> None:
    for start in range(0, sphere.people, _CHUNK):
        numbers = range(start, min(start + _CHUNK, sphere.people))
        connection.execute(insert(tables.contact), [_contact(sphere, number) for number in numbers])
        connection.execute(insert(tables.contact_phone), [_phone(sphere, number) for number in numbers])
        connection.execute(insert(tables.fact), [_closing(sphere, number) for number in numbers])


def _contact(sphere: Sphere, number: int) -> dict:
    late = 1 + number % 60 if number < sphere.due else -1 - number % 90
    days = DEFAULT_LADDER[number % len(DEFAULT_LADDER)].days
    touched_at = AT - timedelta(days=days + late) if late + days > 0 else AT - timedelta(days=8)
    return installation.contact(sphere.first_id + number) | {
        "agent_id": sphere.agent_id,
        "level": DEFAULT_LADDER[number % len(DEFAULT_LADDER)].name,
        "last_talked_at": touched_at,
        "touched_at": touched_at,
        "next_touch_on": TODAY - timedelta(days=late),
    }


def _own(sphere: Sphere, number: int) -> dict:
    return {"office_id": 1, "agent_id": sphere.agent_id, "contact_id": sphere.first_id + number}


def _phone(sphere: Sphere, number: int) -> dict:
    return _own(sphere, number) | {"number": f"+1{2120000000 + sphere.agent_id * 100_000 + number}"}


def _closing(sphere: Sphere, number: int) -> dict:
    """Somebody's comes round every day."""
    about_on = date(2024, 1, 1) + timedelta(days=number * 7 % 366)
    yearly = {"kind": "closing", "text": "The house", "about_on": about_on, "created_at": AT}
    return _own(sphere, number) | yearly | {"month_day": about_on.month * 100 + about_on.day}


def _day(sphere: Sphere, days_ago: int) -> dict:
    same = {name: 4 for name in COUNTED}
    return same | {"agent_id": sphere.agent_id, "day_on": TODAY - timedelta(days=days_ago)}


def _numbers(sphere: Sphere) -> dict:
    """The calls are spread evenly over five years, up to yesterday; the text of instants is that of `UtcDateTime`."""
    return {
        "agent": sphere.agent_id,
        "first": sphere.first_id,
        "people": sphere.people,
        "last": sphere.calls - 1,
        "newest": int((AT - timedelta(days=1)).timestamp()),
        "apart": 5 * 365 * 86_400 // sphere.calls,
    }


_COLUMNS = """INSERT INTO call (office_id, agent_id, contact_id, ref, direction, contact_number, agent_number,
    twilio_number, placement, state, outcome, measured_outcome, outcome_source, disposition, talk_seconds, placed_at,
    last_fact_at) """
_VALUES = """SELECT 1, :agent, :first + i % :people * 7919 % :people, {ref}, 'outbound', '+12125550147', '+12025550101',
    '+12025550100', 'placed', 'ended', outcome, outcome, 'measured', outcome, 240, {at}, {at}
    FROM (SELECT i, CASE WHEN i % 3 = 0 THEN 'connected' ELSE 'no_answer' END AS outcome FROM {numbers}) AS made"""

_CALLS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
    + _COLUMNS
    + _VALUES.format(
        ref="printf('%032x', :first * 100 + i)",
        at="strftime('%Y-%m-%dT%H:%M:%S', :newest - i * :apart, 'unixepoch') || '.000000'",
        numbers="n",
    ),
    "postgresql": _COLUMNS
    + _VALUES.format(
        ref="lpad(to_hex(:first * 100 + i), 32, '0')",
        at="to_timestamp(:newest - i::bigint * :apart)",
        numbers="generate_series(0, :last) AS n(i)",
    ),
}

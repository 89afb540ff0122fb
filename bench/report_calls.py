"""Two years of an office's calls by the million, in rows as wide as real ones, made by the database itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import Connection, insert, text

from bench.installation import AT, agent, contact
from soi_dialer.store import migrate, rollup_upkeep, tables
from soi_dialer.store.database import Database

FIRST_ON, WORKING_DAYS = date(2024, 11, 18), 520
"""A Monday, and the working days of two years from then on. Calls are placed from 9 to 5 where the agents are."""

_BATCH = 200_000
_PEOPLE = 20

_ROWS = """
INSERT INTO call (
    office_id, agent_id, contact_id, ref, direction, contact_number, agent_number, twilio_number, placement, state,
    outcome, outcome_source, measured_outcome, talk_seconds, voicemail_seconds, agent_leg_seconds, contact_leg_seconds,
    answered_by, agent_sid, contact_sid, claimed_at, placed_at, posted_at, ended_at, last_fact_at, reconcile_tries,
    repaired, self_reported, note, version)
SELECT 1, who, who * {people} - n % {people}, {ref}, CASE WHEN k < 90 THEN 'outbound' ELSE 'inbound' END,
    '+1212555' || (1000 + n % 9000), '+12025550101', '+12025550100', 'placed', 'ended',
    outcome, 'measured', outcome, talk, CASE WHEN outcome = 'left_voicemail' THEN 25 ELSE 0 END, talk + 60, talk + 30,
    CASE WHEN k < 38 THEN 'human' ELSE 'machine' END, 'CA' || {ref}, 'CB' || {ref}, {claimed}, {placed}, {placed},
    {ended}, {ended}, 0, {false}, {false},
    CASE WHEN k < 38 THEN 'They are well; asked about the house and when to refinance. Call again in spring. ' || n
    ELSE '' END, 9
FROM (
    SELECT n, who, k, at, outcome, CASE WHEN outcome = 'connected' THEN 60 + n * 31 % 1500 ELSE 0 END AS talk
    FROM (
        SELECT n, 1 + n % {agents} AS who, n * 7919 % 100 AS k,
            {epoch} + (n / {a_day} / 5 * 7 + n / {a_day} % 5) * 86400 + n % {a_day} * 28800 / {a_day} AS at,
            CASE WHEN n * 7919 % 100 < 38 THEN 'connected' WHEN n * 7919 % 100 < 52 THEN 'left_voicemail'
                WHEN n * 7919 % 100 < 90 THEN 'no_answer' WHEN n * 7919 % 100 < 95 THEN 'voicemail'
                ELSE 'missed' END AS outcome
        FROM {numbers}
    ) AS named
) AS made
"""

_SQLITE = {
    "ref": "printf('%032x', n)",
    "claimed": "strftime(:stamp, at + 10, 'unixepoch')",
    "placed": "strftime(:stamp, at, 'unixepoch')",
    "ended": "strftime(:stamp, at + talk + 70, 'unixepoch')",
    "false": "0",
    "numbers": "(WITH RECURSIVE series(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM series WHERE n < :last)"
    " SELECT n FROM series)",
}
_POSTGRESQL = {
    "ref": "lpad(to_hex(n), 32, '0')",
    "claimed": "to_timestamp(at + 10)",
    "placed": "to_timestamp(at)",
    "ended": "to_timestamp(at + talk + 70)",
    "false": "false",
    "numbers": "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS series(n)",
}


def fill(url: str, calls: int, agents: int, tell: Callable[[str], None]) -> Database:
    """Make the tables, so many agents and their calls, and the figures of their days."""
    migrate.upgrade(url)
    database = Database(url)
    with database.write() as connection:
        connection.execute(insert(tables.office), [{"id": 1, "name": "Bench", "created_at": AT}])
        connection.execute(insert(tables.agent), [agent(n) for n in range(1, agents + 1)])
        people = [contact(n) | {"agent_id": 1 + (n - 1) // _PEOPLE} for n in range(1, agents * _PEOPLE + 1)]
        connection.execute(insert(tables.contact), people)
    indexes = sorted(tables.call.indexes, key=lambda index: index.name)
    with database.write() as connection:
        for index in indexes:
            index.drop(connection)
    for first in range(0, calls, _BATCH):
        with database.write() as connection:
            _add(connection, range(first, min(first + _BATCH, calls)), calls, agents)
        if first % (_BATCH * 10) == 0:
            tell(f"  {first:,} of {calls:,} calls")
    for index in indexes:
        with database.write() as connection:
            index.create(connection)
    _count_days(database, agents)
    return database


def _add(connection: Connection, numbers: range, calls: int, agents: int) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    epoch = int(datetime.combine(FIRST_ON, datetime.min.time(), UTC).timestamp()) + 14 * 3600
    words = {"people": _PEOPLE, "agents": agents, "a_day": -(-calls // WORKING_DAYS), "epoch": epoch}
    query = text(_ROWS.format(**words, **(_SQLITE if is_sqlite else _POSTGRESQL)))
    given = {"first": numbers.start, "last": numbers.stop - 1}
    connection.execute(query, given | ({"stamp": "%Y-%m-%dT%H:%M:%S.000000"} if is_sqlite else {}))


def _count_days(database: Database, agents: int) -> None:
    """And tell the planner, as housekeeping does."""
    for number in range(1, agents + 1):
        with database.write() as connection:
            rollup_upkeep.rebuild(connection, number)
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")

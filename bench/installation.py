"""An office with thousands of calls under way, so that every webhook is about a call of its own."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from bench.signed import ACCOUNT, PUBLIC_URL, TOKEN
from soi_dialer.store import migrate, tables
from soi_dialer.store.database import Database

AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"
_BATCH = 2000


def environment(data_dir: Path, database_url: str, **more: str) -> dict[str, str]:
    """The settings of an installation that is on the real carrier, for a process of its own."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG")} | {
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_PHONE_NUMBER": "+12025550100",
        "SECRET_KEY": "a secret key for the benchmark",
        "CALLING_HOURS": "00:00-24:00",
        **more,
    }


def fill(database_url: str, count: int) -> list[str]:
    """Make the tables and `count` outbound calls under way, one for each agent; returns their references."""
    migrate.upgrade(database_url)
    database, refs = Database(database_url), [secrets.token_hex(16) for _ in range(count)]
    with database.write() as connection:
        connection.execute(insert(tables.office), [{"id": 1, "name": "Bench", "created_at": AT}])
        for start in range(0, count, _BATCH):
            _add(connection, range(start + 1, min(start + _BATCH, count) + 1), refs)
    database.close()
    return refs


def _add(connection: Connection, numbers: range, refs: list[str]) -> None:
    connection.execute(insert(tables.agent), [agent(n) for n in numbers])
    connection.execute(insert(tables.rollup), [{"agent_id": n, "time_zone": ZONE} for n in numbers])
    connection.execute(insert(tables.contact), [contact(n) for n in numbers])
    connection.execute(insert(tables.call), [call(n, refs[n - 1]) for n in numbers])


def agent(number: int) -> dict:
    return {
        "id": number,
        "office_id": 1,
        "name": f"Agent {number}",
        "email": f"agent{number}@example.com",
        "phone": "+12025550101",
        "time_zone": ZONE,
        "password_hash": "none",
        "created_at": AT,
    }


def contact(number: int) -> dict:
    name = f"Contact {number}"
    return {
        "id": number,
        "office_id": 1,
        "agent_id": number,
        "name": name,
        "search_name": name.lower(),
        "created_at": AT,
        "updated_at": AT,
    }


def call(number: int, ref: str) -> dict:
    return {
        "office_id": 1,
        "agent_id": number,
        "contact_id": number,
        "ref": ref,
        "direction": "outbound",
        "contact_number": "+12125550147",
        "agent_number": "+12025550101",
        "twilio_number": "+12025550100",
        "placement": "placed",
        "state": "screening",
        "claimed_at": AT,
        "placed_at": AT,
        "last_fact_at": AT,
    }


def kept(database_url: str, refs: set[str]) -> tuple[int, int, int]:
    """Of these calls: how many facts are kept, how many calls have one, and how many calls know their leg by it."""
    database = Database(database_url)
    calls, fact = tables.call, tables.call_event
    knows_a_leg = calls.c.agent_sid.is_not(None) | calls.c.contact_sid.is_not(None)
    with database.read() as connection:
        rows = connection.execute(select(calls.c.id, calls.c.ref)).all()
        mine = {row.id for row in rows if row.ref in refs}
        owners = [row[0] for row in connection.execute(select(fact.c.call_id)) if row[0] in mine]
        known = connection.execute(select(func.count()).where(knows_a_leg))
        found = len(owners), len(set(owners)), known.scalar_one()
    database.close()
    return found

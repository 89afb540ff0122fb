"""Who plays in the tests: an owner, a teammate of the same office, and a stranger of another office."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from sqlalchemy import inspect

from soi_dialer.store import agents
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import metadata

START = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in New York: inside everybody's calling and working hours."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cast:
    owner: Scope
    teammate: Scope
    stranger: Scope


def cast(db: Database) -> Cast:
    """Make two offices and three agents, and the tables where they are not there yet."""
    if not inspect(db.engine).has_table("office"):
        metadata.create_all(db.engine)
    with db.write() as conn:
        ours, theirs = agents.insert_office(conn, "Ours", START), agents.insert_office(conn, "Theirs", START)
        return Cast(
            owner=_agent(conn, ours, "owner", "+12025550101"),
            teammate=_agent(conn, ours, "teammate", "+12025550102"),
            stranger=_agent(conn, theirs, "stranger", "+12025550103"),
        )


def _agent(conn, office_id: int, name: str, phone: str) -> Scope:
    agent_id = agents.insert(
        conn,
        office_id=office_id,
        name=name.title(),
        email=f"{name}@example.com",
        phone=phone,
        time_zone="America/New_York",
        password_hash="none",
        created_at=START,
    )
    return Scope(office_id, agent_id)

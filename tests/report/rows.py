"""Rows of calls and callbacks as reports find them, written straight into the tables."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback, contact


def call_row(scope: Scope, placed_at: datetime, **changes: Any) -> dict[str, Any]:
    """A connected call out of a minute, unless told otherwise."""
    return {
        "office_id": scope.office_id,
        "agent_id": scope.agent_id,
        "ref": secrets.token_hex(16),
        "direction": "outbound",
        "contact_number": "+12125550147",
        "agent_number": "+12025550123",
        "twilio_number": "+12025550100",
        "state": "ended",
        "outcome": "connected",
        "talk_seconds": 60,
        "placed_at": placed_at,
        "ended_at": placed_at + timedelta(minutes=2),
        "last_fact_at": placed_at,
    } | changes


def add_call(conn: Connection, scope: Scope, placed_at: datetime, **changes: Any) -> int:
    return conn.execute(call.insert().values(**call_row(scope, placed_at, **changes))).inserted_primary_key[0]


def add_callback(conn: Connection, scope: Scope, opened_at: datetime, **changes: Any) -> int:
    values = {"reason": "voicemail", "due_at": opened_at, "state": "open", "turn": "agent", "opened_at": opened_at}
    owner = {"office_id": scope.office_id, "agent_id": scope.agent_id}
    return conn.execute(callback.insert().values(**owner, **values | changes)).inserted_primary_key[0]


def add_person(conn: Connection, scope: Scope, at: datetime, level: str = "friend") -> int:
    values = {"name": "A", "search_name": "a", "level": level, "created_at": at, "updated_at": at}
    owner = {"office_id": scope.office_id, "agent_id": scope.agent_id}
    return conn.execute(contact.insert().values(**owner, **values)).inserted_primary_key[0]

"""Tokens of the programs' door. Only their hashes are kept, so a copy of the database opens nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert as insert_into, select

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, api_token


def insert(conn: Connection, scope: Scope, token_hash: str, now: datetime) -> int:
    values = {"office_id": scope.office_id, "agent_id": scope.agent_id, "token_hash": token_hash, "created_at": now}
    return conn.execute(insert_into(api_token).values(**values)).inserted_primary_key[0]


def agent_of(conn: Connection, token_hash: str) -> RowMapping | None:
    """The active agent for whom the token speaks; nothing for one that is unknown or revoked."""
    wanted = (
        select(agent)
        .join(api_token, api_token.c.agent_id == agent.c.id)
        .where(api_token.c.token_hash == token_hash, api_token.c.revoked_at.is_(None), agent.c.disabled_at.is_(None))
    )
    return conn.execute(wanted).mappings().first()

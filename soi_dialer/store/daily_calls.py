"""How often somebody was called, for the limits of a day. Each query goes along an index."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from soi_dialer.domain.callback import ATTEMPTS
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call, callback, contact_phone


def tries_in_vain(connection: Connection, scope: Scope, contact_id: int, number: str, since: datetime) -> int:
    """Calls to this person, by any number, or to this number by anybody of the office, that reached nobody.

    Only those since they were last heard: a conversation, a call or a message of theirs begins the count anew.
    """
    since = max(since, _last_arrival(connection, scope, contact_id) or since)
    query = select(call.c.direction, call.c.outcome, call.c.contact_id, call.c.contact_number).where(
        call.c.contact_id.in_({contact_id, *_who_has(connection, scope, number)}), call.c.placed_at >= since
    )
    tries = 0
    for direction, outcome, person, called in connection.execute(query.order_by(call.c.placed_at, call.c.id)):
        if direction == "inbound" or outcome == "connected":
            tries = 0
        elif outcome in ATTEMPTS and (person == contact_id or called == number):
            tries += 1
    return tries


def _who_has(connection: Connection, scope: Scope, number: str) -> list[int]:
    """Everybody's contacts with this number, in the office."""
    colleagues = select(agent.c.id).where(agent.c.office_id == scope.office_id)
    query = select(contact_phone.c.contact_id).where(
        contact_phone.c.agent_id.in_(colleagues), contact_phone.c.number == number
    )
    return list(connection.execute(query).scalars())


def _last_arrival(connection: Connection, scope: Scope, contact_id: int) -> datetime | None:
    """When they last called or wrote and wait for an answer."""
    query = select(callback.c.arrived_at).where(
        callback.c.agent_id == scope.agent_id, callback.c.contact_id == contact_id, callback.c.state == "open"
    )
    return connection.execute(query).scalar()


def rung_by(connection: Connection, scope: Scope, since: datetime) -> int:
    """Calls in which this agent had a contact rung."""
    query = select(func.count()).where(
        call.c.agent_id == scope.agent_id,
        call.c.placed_at >= since,
        call.c.direction == "outbound",
        call.c.claimed_at.is_not(None),
    )
    return connection.execute(query).scalar_one()

"""How often somebody was called, for the limits of a day. Each query goes along an index."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from soi_dialer.domain.callback import ATTEMPTS
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call, callback, contact_phone

_CALLS = (
    select(call.c.direction, call.c.outcome, call.c.contact_id, call.c.contact_number)
    .where(call.c.contact_id.in_(bindparam("people", expanding=True)), call.c.placed_at >= bindparam("since"))
    .order_by(call.c.placed_at, call.c.id)
)
_WHO_HAS = select(contact_phone.c.contact_id).where(
    contact_phone.c.agent_id.in_(select(agent.c.id).where(agent.c.office_id == bindparam("office"))),
    contact_phone.c.number == bindparam("number"),
)
_LAST_ARRIVAL = select(callback.c.arrived_at).where(
    callback.c.agent_id == bindparam("agent"),
    callback.c.contact_id == bindparam("person"),
    callback.c.state == "open",
)
_RUNG_BY = select(func.count()).where(
    call.c.agent_id == bindparam("agent"),
    call.c.placed_at >= bindparam("since"),
    call.c.direction == "outbound",
    call.c.claimed_at.is_not(None),
)


def tries_in_vain(connection: Connection, scope: Scope, contact_id: int, number: str, since: datetime) -> int:
    """Calls to this person, by any number, or to this number by anybody of the office, that reached nobody.

    Only those since they were last heard: a conversation, a call or a message of theirs begins the count anew.
    """
    since = max(since, _last_arrival(connection, scope, contact_id) or since)
    people = {contact_id, *_who_has(connection, scope, number)}
    tries = 0
    for direction, outcome, person, called in connection.execute(_CALLS, {"people": people, "since": since}):
        if direction == "inbound" or outcome == "connected":
            tries = 0
        elif outcome in ATTEMPTS and (person == contact_id or called == number):
            tries += 1
    return tries


def _who_has(connection: Connection, scope: Scope, number: str) -> list[int]:
    """Everybody's contacts with this number, in the office."""
    return list(connection.execute(_WHO_HAS, {"office": scope.office_id, "number": number}).scalars())


def _last_arrival(connection: Connection, scope: Scope, contact_id: int) -> datetime | None:
    """When they last called or wrote and wait for an answer."""
    return connection.execute(_LAST_ARRIVAL, {"agent": scope.agent_id, "person": contact_id}).scalar()


def rung_by(connection: Connection, scope: Scope, since: datetime) -> int:
    """Calls in which this agent had a contact rung."""
    return connection.execute(_RUNG_BY, {"agent": scope.agent_id, "since": since}).scalar_one()

"""Whom an agent reached: past customers, on which instants."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select

from soi_dialer.domain.level import DEFAULT_LADDER
from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, contact, level

_PARTNERS = [rung.name for rung in DEFAULT_LADDER if rung.is_partner]
_AT = call.c.placed_at.type

# A partner by the agent's own ladder, or by the usual one where they have none of their own.
_OWN = level.c.agent_id == bindparam("of_agent")
_IS_PARTNER = or_(
    exists().where(_OWN, level.c.is_partner, func.lower(level.c.name) == func.lower(contact.c.level)),
    and_(or_(*(contact.c.level == name for name in _PARTNERS)), ~exists().where(_OWN)),
)

_REACHED = Prepared(
    select(call.c.id, call.c.placed_at, call.c.contact_id)
    .join(contact, contact.c.id == call.c.contact_id)
    .where(
        call.c.agent_id == bindparam("of_agent"),
        call.c.office_id == bindparam("of_office"),
        call.c.placed_at >= bindparam("starts", type_=_AT),
        call.c.placed_at < bindparam("ends", type_=_AT),
        or_(call.c.outcome == "connected", call.c.outcome == "left_voicemail"),
        ~_IS_PARTNER,
    )
)


def past_customers(
    conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, int]]:
    """(when, contact) of each call that reached a past customer or left them a message; partners are none."""
    return [(row["placed_at"], row["contact_id"]) for row in _reached(conn, scope, starts_at, ends_at)]


def calls(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime) -> set[int]:
    """These calls themselves."""
    return {row["id"] for row in _reached(conn, scope, starts_at, ends_at)}


def _reached(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime) -> list[Row]:
    asked = {"of_agent": scope.agent_id, "of_office": scope.office_id, "starts": starts_at, "ends": ends_at}
    return _REACHED.all(conn, asked)

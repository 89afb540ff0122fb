"""Who lives together: several people and numbers, and one place on the list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import contact, household


def _of(scope: Scope) -> tuple:
    return household.c.office_id == scope.office_id, household.c.agent_id == scope.agent_id


def get(conn: Connection, scope: Scope, household_id: int) -> RowMapping | None:
    return conn.execute(select(household).where(household.c.id == household_id, *_of(scope))).mappings().one_or_none()


def members(conn: Connection, scope: Scope, household_id: int) -> list[RowMapping]:
    """The people of it by name."""
    mine = contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id
    query = select(contact).where(contact.c.household_id == household_id, *mine)
    return list(conn.execute(query.order_by(contact.c.search_name, contact.c.id)).mappings())


def names(conn: Connection, scope: Scope) -> dict[int, str]:
    """All of this agent's, the oldest first."""
    query = select(household.c.id, household.c.name).where(*_of(scope)).order_by(household.c.id)
    return {row.id: row.name for row in conn.execute(query)}


def named(conn: Connection, scope: Scope, name: str, since: datetime) -> int | None:
    """The one of that name that was made since then."""
    query = select(household.c.id).where(*_of(scope), household.c.name == name, household.c.created_at >= since)
    return conn.execute(query.order_by(household.c.id).limit(1)).scalar()


def add(conn: Connection, scope: Scope, name: str, now: datetime) -> int:
    row = {"office_id": scope.office_id, "agent_id": scope.agent_id, "name": name, "created_at": now}
    return conn.execute(insert(household).values(row)).inserted_primary_key[0]


def rename(conn: Connection, scope: Scope, household_id: int, name: str) -> None:
    conn.execute(update(household).where(household.c.id == household_id, *_of(scope)).values(name=name))


def put_into(conn: Connection, scope: Scope, contact_id: int, household_id: int | None) -> None:
    """This person lives there; None: by themselves."""
    mine = contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id
    conn.execute(update(contact).where(contact.c.id == contact_id, *mine).values(household_id=household_id))


def tidy(conn: Connection, scope: Scope) -> None:
    """A household of one is none."""
    living_in = select(func.count()).select_from(contact).where(contact.c.household_id == household.c.id)
    conn.execute(delete(household).where(*_of(scope), living_in.scalar_subquery() < 2))

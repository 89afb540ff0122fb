"""What is worth remembering about a person. Rows of other agents are never seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, case, delete, insert, select, update

from soi_dialer.domain.fact_kinds import ASK_NEXT, KINDS
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import fact

_DATED = [kind.name for kind in KINDS.values() if kind.dated]

_OF_CONTACT = (
    select(fact).where(fact.c.contact_id == bindparam("person")).order_by(fact.c.created_at.desc(), fact.c.id.desc())
)

_rank = case((fact.c.kind == ASK_NEXT, 0), (fact.c.kind.in_(_DATED), 2), else_=1)
_TO_BRING_UP = (
    select(fact)
    .where(fact.c.contact_id == bindparam("person"), fact.c.done_at.is_(None))
    .order_by(_rank, fact.c.created_at.desc(), fact.c.id.desc())
)


def _of(scope: Scope) -> tuple:
    return fact.c.office_id == scope.office_id, fact.c.agent_id == scope.agent_id


def of_contact(conn: Connection, contact_id: int) -> list[RowMapping]:
    """Everything, the newest first. The caller has checked the scope."""
    return list(conn.execute(_OF_CONTACT, {"person": contact_id}).mappings())


def to_bring_up(conn: Connection, contact_id: int) -> list[RowMapping]:
    """What is not done with: first what to ask next time, then the newest, and what is about a day last."""
    return list(conn.execute(_TO_BRING_UP, {"person": contact_id}).mappings())


def get(conn: Connection, scope: Scope, fact_id: int) -> RowMapping | None:
    return conn.execute(select(fact).where(fact.c.id == fact_id, *_of(scope))).mappings().one_or_none()


def add(conn: Connection, scope: Scope, contact_id: int, values: dict[str, Any], now: datetime) -> int:
    """A fact about a contact of this scope: `values` has at least `kind` and `text`. Returns its id."""
    row = {**values, "contact_id": contact_id, "created_at": now}
    row |= {"office_id": scope.office_id, "agent_id": scope.agent_id}
    return conn.execute(insert(fact).values(row)).inserted_primary_key[0]


def change(conn: Connection, scope: Scope, fact_id: int, values: dict[str, Any]) -> None:
    conn.execute(update(fact).where(fact.c.id == fact_id, *_of(scope)).values(**values))


def remove(conn: Connection, scope: Scope, fact_id: int) -> None:
    conn.execute(delete(fact).where(fact.c.id == fact_id, *_of(scope)))


def move(conn: Connection, from_ids: Collection[int], into_id: int) -> None:
    """All of these people's facts to one contact. The caller has checked the scope."""
    conn.execute(update(fact).where(fact.c.contact_id.in_(from_ids)).values(contact_id=into_id))

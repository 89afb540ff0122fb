"""What is known before one talks with somebody: earlier talks, facts, and who lives with them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, and_, bindparam, insert, select, update

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, contact, fact

MOST_TALKS = 50
MOST_FACTS = 200

_TALKS = (
    select(
        call.c.id, call.c.placed_at, call.c.talk_seconds, call.c.note, call.c.asked_at, call.c.self_reported,
        call.c.outcome,
    )
    .where(
        call.c.contact_id == bindparam("person"),
        call.c.office_id == bindparam("office"),
        call.c.agent_id == bindparam("agent"),
        call.c.outcome == "connected",
    )
    .order_by(call.c.placed_at.desc(), call.c.id.desc())
    .limit(MOST_TALKS)
)  # fmt: skip


def talks(connection: Connection, scope: Scope, contact_id: int) -> list[RowMapping]:
    """Their conversations with this agent, the newest first; not more than fifty."""
    return list(connection.execute(_TALKS, _of(scope, contact_id)).mappings())


_FACTS = (
    select(fact)
    .where(
        fact.c.contact_id == bindparam("person"),
        fact.c.office_id == bindparam("office"),
        fact.c.agent_id == bindparam("agent"),
    )
    .order_by(fact.c.created_at.desc(), fact.c.id.desc())
    .limit(MOST_FACTS)
)


def facts(connection: Connection, scope: Scope, contact_id: int) -> list[RowMapping]:
    """What was ever noted about them, also what is done with (`done_at`), the newest first."""
    return list(connection.execute(_FACTS, _of(scope, contact_id)).mappings())


def household(connection: Connection, scope: Scope, household_id: int, but: int) -> list[RowMapping]:
    """Who else belongs to it: `id` and `name`."""
    query = select(contact.c.id, contact.c.name).where(
        contact.c.office_id == scope.office_id,
        contact.c.agent_id == scope.agent_id,
        contact.c.household_id == household_id,
        contact.c.id != but,
    )
    return list(connection.execute(query.order_by(contact.c.search_name, contact.c.id).limit(20)).mappings())


def learn(
    connection: Connection,
    scope: Scope,
    contact_id: int,
    kind: str,
    text: str,
    now: datetime,
    call_id: int,
    about_on: date | None = None,
) -> bool:
    """Keep what they told in a call; False when the very same was noted in it already."""
    there = select(fact.c.id).where(
        fact.c.contact_id == contact_id,
        fact.c.call_id == call_id,
        fact.c.kind == kind,
        fact.c.text == text,
        fact.c.about_on.is_not_distinct_from(about_on),
    )
    if connection.execute(there).first() is not None:
        return False
    row = {"contact_id": contact_id, "kind": kind, "text": text, "created_at": now, "call_id": call_id}
    row |= {"about_on": about_on, "office_id": scope.office_id, "agent_id": scope.agent_id}
    connection.execute(insert(fact).values(row))
    return True


def set_done(connection: Connection, scope: Scope, contact_id: int, fact_id: int, now: datetime) -> bool:
    """It was asked about: it is kept and not brought up again. False when there is no such fact of theirs."""
    mine = and_(fact.c.office_id == scope.office_id, fact.c.agent_id == scope.agent_id)
    this = and_(fact.c.id == fact_id, fact.c.contact_id == contact_id)
    return connection.execute(update(fact).where(mine, this).values(done_at=now)).rowcount == 1


def _of(scope: Scope, contact_id: int) -> dict[str, int]:
    return {"person": contact_id, "office": scope.office_id, "agent": scope.agent_id}

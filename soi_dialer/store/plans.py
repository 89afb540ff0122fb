"""An agent's plan, and what else it takes to work it out. Each question goes along an index."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select

from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call, fact, plan

COUNTED_FACTS = ("application", "closing")

_FIRST_CALL = (
    select(call.c.placed_at)
    .where(call.c.agent_id == agent.c.id)
    .order_by(call.c.placed_at)
    .limit(1)
    .correlate(agent)
    .scalar_subquery()
)

# One row for each fact, so that the days from which they count can be said in the agent's zone; one without any.
_KNOWN = Prepared(
    select(
        agent.c.time_zone,
        agent.c.working_hours,
        agent.c.holidays,
        agent.c.first_weekday,
        agent.c.customers_a_day,
        agent.c.role,
        agent.c.created_at,
        plan.c.assumptions,
        plan.c.updated_at,
        _FIRST_CALL.label("first_call_at"),
        fact.c.kind,
        fact.c.about_on,
    )
    .outerjoin(plan, plan.c.agent_id == agent.c.id)
    .outerjoin(
        fact,
        and_(
            fact.c.agent_id == agent.c.id,
            or_(*(fact.c.kind == kind for kind in COUNTED_FACTS)),
            fact.c.about_on >= bindparam("since_on", type_=fact.c.about_on.type),
        ),
    )
    .where(agent.c.id == bindparam("of_agent"), agent.c.office_id == bindparam("of_office"))
)


class Known(NamedTuple):
    """`facts` are (kind, day) of applications and closings."""

    agent: Row
    facts: list[tuple[str, date]]
    first_call_at: datetime | None


def known(conn: Connection, scope: Scope, since_on: date) -> Known | None:
    """The agent with their plan, and their applications and closings since that day; None for no such agent.

    Of the agent: `time_zone`, `working_hours`, `holidays`, `first_weekday`, `customers_a_day`, `role`,
    `created_at`, the plan's `assumptions` and when they were `updated_at`, or None for both.
    """
    rows = _KNOWN.all(conn, {"of_agent": scope.agent_id, "of_office": scope.office_id, "since_on": since_on})
    if not rows:
        return None
    facts = [(row["kind"], row["about_on"]) for row in rows if row["kind"]]
    return Known(rows[0], facts, rows[0]["first_call_at"])


def keep(conn: Connection, scope: Scope, assumptions: dict[str, Any], now: datetime) -> None:
    """Instead of the plan before; none at all when nothing is pinned."""
    conn.execute(delete(plan).where(plan.c.agent_id == scope.agent_id, plan.c.office_id == scope.office_id))
    if assumptions:
        owner = {"office_id": scope.office_id, "agent_id": scope.agent_id}
        conn.execute(insert(plan).values(**owner, assumptions=assumptions, updated_at=now))

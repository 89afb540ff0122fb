"""The mail about each agent's week: one row for each that was ever to be sent, so that there is never a second one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.store.claims import LEASE, at, is_due
from soi_dialer.store.tables import agent, weekly_mail

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def wanted_by(conn: Connection) -> list[tuple[RowMapping, date | None]]:
    """Every active agent who wants the mail, and the first day of the last week of which they got one."""
    last = select(func.max(weekly_mail.c.week_on)).where(weekly_mail.c.agent_id == agent.c.id).scalar_subquery()
    query = select(agent, last.label("told_on")).where(agent.c.disabled_at.is_(None), agent.c.weekly_mail.is_(True))
    return [(row, row["told_on"]) for row in conn.execute(query.order_by(agent.c.id)).mappings()]


def add(conn: Connection, row: Mapping[str, Any], week_on: date, now: datetime) -> bool:
    """Write down that this agent is to get the mail about that week; False when it was already, by whomever."""
    values = {"office_id": row["office_id"], "agent_id": row["id"], "week_on": week_on, "state": "due", "send_at": now}
    insert = _INSERTS[conn.dialect.name](weekly_mail).values(**values)
    return conn.execute(insert.on_conflict_do_nothing().returning(weekly_mail.c.id)).scalar() is not None


def any_due(conn: Connection, now: datetime) -> bool:
    """Whether one is to be sent. Only reads."""
    query = select(weekly_mail.c.id).where(_is_due(now)).limit(1)
    return conn.execute(query).first() is not None


def claim(conn: Connection, now: datetime, owner: str) -> RowMapping | None:
    """One that is to be sent, leased to this owner; its state is still the one in which it was found."""
    first = select(weekly_mail.c.id).where(_is_due(now)).order_by(weekly_mail.c.send_at).limit(1)
    query = (
        update(weekly_mail)
        .where(weekly_mail.c.id.in_(first.with_for_update(skip_locked=True)))
        .values(lease_until=now + LEASE, lease_owner=owner, tries=weekly_mail.c.tries + 1)
        .returning(weekly_mail)
    )
    return conn.execute(query).mappings().first()


def _is_due(now: datetime):
    times = at(now)
    return is_due(weekly_mail, weekly_mail.c.send_at, times["now"], times["wrong"])


def change(conn: Connection, mail_id: int, owner: str, **values: Any) -> bool:
    """What came of it; False, and nothing changed, when the lease has gone to somebody else."""
    mine = and_(weekly_mail.c.id == mail_id, weekly_mail.c.lease_owner == owner)
    return conn.execute(update(weekly_mail).where(mine).values(**values)).rowcount == 1


def last(conn: Connection, agent_id: int) -> RowMapping | None:
    """The newest mail of this agent, whatever became of it."""
    query = select(weekly_mail).where(weekly_mail.c.agent_id == agent_id)
    return conn.execute(query.order_by(weekly_mail.c.week_on.desc()).limit(1)).mappings().first()

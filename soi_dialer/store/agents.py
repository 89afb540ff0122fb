"""Agents and the office they belong to. E-mail addresses are given and kept in lower case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, bindparam, insert as insert_into, or_, select, text, update as update_of

from soi_dialer.domain.wall_clock import local_date, zone_named
from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.tables import agent, callback, office


_BY_ID = Prepared(select(agent).where(agent.c.id == bindparam("of_agent")))


def get(conn: Connection, agent_id: int) -> Row | None:
    return _BY_ID.first(conn, {"of_agent": agent_id})


def today(conn: Connection, agent_id: int, now: datetime) -> date:
    """The date where this agent is."""
    return local_date(now, zone_named(get(conn, agent_id)["time_zone"]))


def by_email(conn: Connection, email: str) -> RowMapping | None:
    return conn.execute(select(agent).where(agent.c.email == email)).mappings().first()


_BY_TWILIO_NUMBER = Prepared(
    select(agent).where(agent.c.twilio_number == bindparam("called"), agent.c.disabled_at.is_(None))
)


def by_twilio_number(conn: Connection, number: str) -> Row | None:
    """The active agent to whom the carrier's number belongs."""
    return _BY_TWILIO_NUMBER.first(conn, {"called": number})


_ALL_ACTIVE = Prepared(select(agent).where(agent.c.disabled_at.is_(None)).order_by(agent.c.id))


def all_active(conn: Connection) -> list[Row]:
    """Every agent who is not disabled, the longest here first."""
    return _ALL_ACTIVE.all(conn, {})


def everybody(conn: Connection) -> Sequence[RowMapping]:
    """Every agent there ever was, the longest here first: what they did still counts."""
    return conn.execute(select(agent).order_by(agent.c.id)).mappings().all()


_WAITING = select(callback.c.id).where(callback.c.agent_id == agent.c.id, text("callback.state = 'open'")).exists()
_WHO_MAY_OWE = Prepared(
    select(agent).where(or_(agent.c.disabled_at.is_(None), _WAITING)).order_by(agent.c.id)
)


def who_may_owe(conn: Connection) -> list[Row]:
    """Every active agent, and whoever has left with people still waiting for a call."""
    return _WHO_MAY_OWE.all(conn, {})


def active_in_office(conn: Connection, office_id: int) -> Sequence[RowMapping]:
    """Every agent of the office who is not disabled, the longest here first."""
    wanted = select(agent).where(agent.c.office_id == office_id, agent.c.disabled_at.is_(None))
    return conn.execute(wanted.order_by(agent.c.id)).mappings().all()


_INSERT = insert_into(agent)


def insert(conn: Connection, **values: object) -> int:
    """A new agent; the names are the columns'. Raises IntegrityError for an e-mail or number that is taken."""
    return conn.execute(_INSERT, values).inserted_primary_key[0]


def update(conn: Connection, agent_id: int, **values: object) -> None:
    if values:
        conn.execute(update_of(agent).where(agent.c.id == agent_id).values(**values))


_OTHER_DAY = or_(agent.c.last_digest_on.is_(None), agent.c.last_digest_on != bindparam("on_day"))
_MARK_DIGEST = (
    update_of(agent)
    .where(agent.c.id == bindparam("of_agent"), _OTHER_DAY)
    .values(last_digest_on=bindparam("on_day"))
)


def mark_digest(conn: Connection, agent_id: int, on: date) -> bool:
    """Mark the day's digest of this agent as written; False when it was already, by whomever."""
    return conn.execute(_MARK_DIGEST, {"of_agent": agent_id, "on_day": on}).rowcount == 1


def first_office(conn: Connection, name: str, now: datetime) -> int:
    """The installation's office; made under that name when there is none yet."""
    known = conn.execute(select(office.c.id).order_by(office.c.id).limit(1)).scalar()
    return known if known is not None else insert_office(conn, name, now)


def insert_office(conn: Connection, name: str, now: datetime) -> int:
    return conn.execute(insert_into(office).values(name=name, created_at=now)).inserted_primary_key[0]

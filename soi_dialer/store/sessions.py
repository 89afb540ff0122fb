"""Sign-in sessions, kept on the server so that signing out really ends them, and failed sign-ins for throttling.

Only hashes of session ids, e-mails and addresses are stored: a copied database signs nobody in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from soi_dialer.store.owed import is_owed
from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.tables import agent, callback, heartbeat, session, sign_in_failure

# Built once: every page asks this first.
_FIND = Prepared(
    select(
        session.c.id_hash,
        session.c.data,
        session.c.created_at,
        session.c.seen_at,
        session.c.agent_id,
        agent.c.office_id,
        agent.c.name,
        agent.c.email,
        agent.c.phone,
        agent.c.time_zone,
        agent.c.twilio_number,
        agent.c.working_hours,
        agent.c.callback_hours,
        agent.c.holidays,
        agent.c.channels,
        # Two small things that stand on every page.
        select(heartbeat.c.beat_at).where(heartbeat.c.name == "sweep").scalar_subquery().label("swept_at"),
        select(func.count())
        .where(callback.c.agent_id == agent.c.id, is_owed(bindparam("present", type_=callback.c.due_at.type)))
        .scalar_subquery()
        .label("owed"),
    )
    .join(agent, agent.c.id == session.c.agent_id)
    .where(
        session.c.id_hash == bindparam("of_hash"),
        session.c.seen_at > bindparam("seen_after"),
        session.c.created_at > bindparam("created_after"),
        agent.c.disabled_at.is_(None),
    )
)


def find(
    connection: Connection, id_hash: str, *, now: datetime, seen_after: datetime, created_after: datetime
) -> Row | None:
    """The session with its agent, in one query; None when it has ended, idled too long, or the agent is disabled.

    Columns: `id_hash`, `data`, `created_at`, `seen_at`, and the agent's `agent_id`, `office_id`, `name`, `email`,
    `phone`, `time_zone`, `twilio_number`, `working_hours`, `callback_hours`, `holidays`, `channels`; how many calls
    they owe now, `owed`; and when the scheduler last swept, `swept_at`.
    """
    asked = {"of_hash": id_hash, "present": now, "seen_after": seen_after, "created_after": created_after}
    return _FIND.first(connection, asked)


def add(
    connection: Connection, *, id_hash: str, agent_id: int, data: dict[str, Any], now: datetime, user_agent: str
) -> None:
    values = {"id_hash": id_hash, "agent_id": agent_id, "data": data, "user_agent": user_agent[:200]}
    connection.execute(insert(session).values(**values, created_at=now, seen_at=now))


def change(connection: Connection, id_hash: str, **values: Any) -> None:
    """Keep new `data` or a new `seen_at`."""
    connection.execute(update(session).where(session.c.id_hash == id_hash).values(**values))


def remove(connection: Connection, id_hash: str) -> None:
    connection.execute(delete(session).where(session.c.id_hash == id_hash))


def remove_of_agent(connection: Connection, agent_id: int) -> int:
    """Sign an agent out everywhere. Returns how many sessions that ended."""
    return connection.execute(delete(session).where(session.c.agent_id == agent_id)).rowcount


def remove_stale(connection: Connection, *, seen_before: datetime, created_before: datetime) -> int:
    stale = (session.c.seen_at <= seen_before) | (session.c.created_at <= created_before)
    return connection.execute(delete(session).where(stale)).rowcount


def failures(connection: Connection, subjects: list[str], since: datetime) -> dict[str, tuple[int, datetime]]:
    """For each subject that failed since then: how often, and when last."""
    query = (
        select(sign_in_failure.c.subject, func.count(), func.max(sign_in_failure.c.failed_at))
        .where(sign_in_failure.c.subject.in_(subjects), sign_in_failure.c.failed_at > since)
        .group_by(sign_in_failure.c.subject)
    )
    return {subject: (count, last) for subject, count, last in connection.execute(query)}


def add_failures(connection: Connection, subjects: list[str], now: datetime) -> None:
    connection.execute(insert(sign_in_failure), [{"subject": subject, "failed_at": now} for subject in subjects])


def forget_failures(connection: Connection, subject: str) -> None:
    connection.execute(delete(sign_in_failure).where(sign_in_failure.c.subject == subject))


def forget_failures_before(connection: Connection, before: datetime) -> None:
    connection.execute(delete(sign_in_failure).where(sign_in_failure.c.failed_at <= before))

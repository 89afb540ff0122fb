"""When people were last touched, and the day of the next call: what the cadence is worked out from, and kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, null, or_, select, update

from soi_dialer.store.prepared import PreparedChange, PreparedSome, Row
from soi_dialer.store.tables import agent, call, contact, contact_phone, level

_calls = select(func.max(call.c.placed_at)).where(call.c.contact_id == contact.c.id)
_TALKED = _calls.where(call.c.outcome == "connected").scalar_subquery()
_TALKED_OR_LEFT_WORD = _calls.where(
    or_(call.c.outcome == "connected", and_(call.c.outcome == "left_voicemail", call.c.direction == "outbound"))
).scalar_subquery()

_CAN_BE_CALLED = and_(
    contact.c.do_not_call_at.is_(None),
    contact.c.archived_at.is_(None),
    contact.c.named_by_number.is_(False),
    exists().where(contact_phone.c.contact_id == contact.c.id),
)

_kept = ("id", "agent_id", "level", "cadence_days", "created_at", "last_talked_at", "touched_at", "next_touch_on")

_STANDINGS = (
    select(
        *(contact.c[name] for name in _kept),
        agent.c.time_zone,
        _TALKED.label("talked"),
        agent.c.message_is_touch,
        case((agent.c.message_is_touch, _TALKED_OR_LEFT_WORD), else_=null()).label("touched"),
        _CAN_BE_CALLED.label("can_be_called"),
        exists().where(level.c.agent_id == contact.c.agent_id).label("has_own_ladder"),
    )
    .join(agent, agent.c.id == contact.c.agent_id)
    .order_by(contact.c.id)
)

_OF_EVERYBODY = PreparedSome(lambda people: _STANDINGS.where(contact.c.id.in_(people)))
_WHERE_A_MESSAGE_COUNTS = PreparedSome(
    lambda people: _STANDINGS.where(contact.c.id.in_(people), agent.c.message_is_touch)
)


def standings(conn: Connection, people: Collection[int], *, where_a_message_counts: bool = False) -> list[Row]:
    """What is kept and what is true of these people, in the order of their ids.

    With `where_a_message_counts`, only of those whose agent takes a message left for a touch.
    """
    query = _WHERE_A_MESSAGE_COUNTS if where_a_message_counts else _OF_EVERYBODY
    return query.all(conn, people)


_KEEP = PreparedChange(
    update(contact)
    .where(contact.c.id == bindparam("of_contact"))
    .values(
        last_talked_at=bindparam("talked"), touched_at=bindparam("touched"), next_touch_on=bindparam("next_on")
    )
)


def keep(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write `talked`, `touched` and `next_on` of each `of_contact`."""
    _KEEP.each(conn, rows)


_CHUNK = 500

_UNSET = (
    select(contact.c.id)
    .where(contact.c.id > bindparam("after"), contact.c.next_touch_on.is_(None), _CAN_BE_CALLED)
    .order_by(contact.c.id)
    .limit(_CHUNK)
)


def without_a_day(conn: Connection, after: int) -> list[int]:
    """People of all agents who could be called and have no day for it, above that id: some of them, in order."""
    return list(conn.execute(_UNSET, {"after": after}).scalars())


_OF_AGENT = (
    select(contact.c.id)
    .where(contact.c.agent_id == bindparam("of_agent"), contact.c.id > bindparam("after"))
    .order_by(contact.c.id)
    .limit(_CHUNK)
)


def of_agent(conn: Connection, agent_id: int, after: int) -> list[int]:
    """All of this agent's people above that id, some at a time."""
    return list(conn.execute(_OF_AGENT, {"of_agent": agent_id, "after": after}).scalars())

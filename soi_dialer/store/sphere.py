"""The whole network by health, and the talks that a move on the ladder is read from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, or_, select, tuple_

from soi_dialer.domain.health import HEALTHS, days_of
from soi_dialer.domain.level_move import LONG_TALK_SECONDS, TALKS_UP
from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, contact, level_event

_first = bindparam("first_on", type_=contact.c.next_touch_on.type)
_last = bindparam("last_on", type_=contact.c.next_touch_on.type)
_within = (
    contact.c.agent_id == bindparam("agent"),
    contact.c.next_touch_on.between(_first, _last),
)

_COUNT = Prepared(select(func.count().label("people")).where(*_within))


def count(conn: Connection, scope: Scope, health: str, today: date) -> int:
    """How many stand so, from the index alone."""
    return _COUNT.first(conn, _asked(scope, health, today))["people"]


def counts(conn: Connection, scope: Scope, today: date) -> dict[str, int]:
    """How many stand each way."""
    return {health: count(conn, scope, health, today) for health in HEALTHS}


def _asked(scope: Scope, health: str, today: date) -> dict[str, object]:
    first_on, last_on = days_of(health, today)
    return {"agent": scope.agent_id, "first_on": first_on, "last_on": last_on}


_SHOWN = ("id", "name", "level", "cadence_days", "touched_at", "last_talked_at", "next_touch_on")
_PAGE = (
    select(*(contact.c[name] for name in _SHOWN))
    .where(*_within, contact.c.office_id == bindparam("office"))
    .order_by(contact.c.next_touch_on, contact.c.id)
    .limit(bindparam("most"))
)
_FIRST_PAGE = Prepared(_PAGE)
_NEXT_PAGE = Prepared(
    _PAGE.where(
        tuple_(contact.c.next_touch_on, contact.c.id)
        > tuple_(bindparam("after_on", type_=contact.c.next_touch_on.type), bindparam("after_id"))
    )
)


def page(
    conn: Connection, scope: Scope, health: str, today: date, after: tuple[date, int] | None, limit: int
) -> list[Row]:
    """People who stand so, the longest due first; `after` is the (next_touch_on, id) of the last one seen."""
    asked = _asked(scope, health, today) | {"office": scope.office_id, "most": limit}
    if after is None:
        return _FIRST_PAGE.all(conn, asked)
    return _NEXT_PAGE.all(conn, asked | {"after_on": after[0], "after_id": after[1]})


Talks = dict[int, list[tuple[int, datetime, int]]]


def talks(conn: Connection, contact_ids: Collection[int], limit: int = 20) -> Talks:
    """The last talks with each, the newest first: call, when, seconds; those made elsewhere with the minutes that the
    agent gave."""
    newest_first = (call.c.placed_at.desc(), call.c.id.desc())
    all_of_them = (
        select(call.c.contact_id, call.c.id, call.c.placed_at, call.c.talk_seconds)
        .add_columns(func.row_number().over(partition_by=call.c.contact_id, order_by=newest_first).label("number"))
        .where(call.c.contact_id.in_(list(contact_ids)), call.c.outcome == "connected")
        .subquery()
    )
    query = select(all_of_them).where(all_of_them.c.number <= limit).order_by(all_of_them.c.number)
    found: Talks = {contact_id: [] for contact_id in contact_ids}
    for contact_id, call_id, at, seconds, _ in conn.execute(query):
        found[contact_id].append((call_id, at, seconds))
    return found


def talked_long(conn: Connection, scope: Scope, since: datetime, limit: int = 200) -> list[int]:
    """Who had several long talks since then: those for whom a step up may be due."""
    query = (
        select(call.c.contact_id)
        .where(call.c.office_id == scope.office_id, call.c.agent_id == scope.agent_id, call.c.placed_at >= since)
        .where(call.c.outcome == "connected", call.c.talk_seconds >= LONG_TALK_SECONDS)
        .where(call.c.contact_id.is_not(None))
        .group_by(call.c.contact_id)
        .having(func.count() >= TALKS_UP)
        .order_by(func.max(call.c.placed_at).desc())
        .limit(limit)
    )
    return list(conn.execute(query).scalars())


def long_quiet(
    conn: Connection, scope: Scope, days_of_level: Mapping[str, int], today: date, limit: int = 100
) -> list[int]:
    """Who was talked with once and whose next call is as many days past as it comes after: those for whom a step down
    may be due, the longest first. `days_of_level` has the levels that have one below."""
    on_level = func.lower(contact.c.level)
    past = [
        and_(on_level == name.lower(), contact.c.next_touch_on < today - timedelta(days=days))
        for name, days in days_of_level.items()
    ]
    own = and_(
        contact.c.cadence_days.is_not(None),
        on_level.in_([name.lower() for name in days_of_level]),
        contact.c.next_touch_on < today,
    )
    query = (
        select(contact.c.id)
        .where(contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id)
        .where(contact.c.next_touch_on.is_not(None), contact.c.last_talked_at.is_not(None), or_(own, *past))
        .order_by(contact.c.next_touch_on, contact.c.id)
        .limit(limit)
    )
    return list(conn.execute(query).scalars())


def answers(conn: Connection, contact_ids: Collection[int]) -> dict[int, list[tuple[int | None, datetime, bool]]]:
    """Of each: the call, when, and whether it was a move, of every word on a level."""
    query = select(level_event.c.contact_id, level_event.c.call_id, level_event.c.at).add_columns(
        level_event.c.from_level != level_event.c.to_level
    )
    found: dict[int, list[tuple[int | None, datetime, bool]]] = {contact_id: [] for contact_id in contact_ids}
    for contact_id, call_id, at, is_move in conn.execute(query.where(level_event.c.contact_id.in_(list(found)))):
        found[contact_id].append((call_id, at, bool(is_move)))
    return found

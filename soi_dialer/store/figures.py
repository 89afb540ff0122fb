"""Every figure of every report comes from here: pages, mail, API and command line count nothing themselves.

Instants are aware UTC and each end is left out; days are local dates of the agent's zone, whose last one is left out as
well. Each query goes along an index, and sees one agent, or one office where it says so.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, case, func, or_, select, tuple_

from soi_dialer.domain.day_figures import DayFigures
from soi_dialer.domain.pick_up import RANG
from soi_dialer.domain.weekly import CallbackFigures
from soi_dialer.store import rollup
from soi_dialer.store.calls import is_with_somebody
from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.rollup import MemberFigures, MemberWeek
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, call_event, callback, contact

TALKED = ("connected",)
_FROM_OUTSIDE = ("webhook", "fetched", "agent")


def by_day(conn: Connection, scope: Scope, from_on: date, until_on: date) -> list[DayFigures]:
    """The days on which this agent had calls, in order; a day without any is left out."""
    return rollup.days(conn, scope, from_on, until_on)


def by_member(conn: Connection, office_id: int, from_on: date, until_on: date) -> dict[int, MemberFigures]:
    """By agent of the office what their days add up to, each in their own zone; who had no calls is left out."""
    return rollup.members(conn, office_id, from_on, until_on)


def by_member_and_week(conn: Connection, office_id: int, from_on: date, weeks: int) -> list[MemberWeek]:
    """Each agent's weeks of so many, the first one being the seven days from `from_on`; those without calls are left
    out. In no order."""
    return rollup.members_by_week(conn, office_id, from_on, weeks)


_MINE = and_(call.c.office_id == bindparam("office"), call.c.agent_id == bindparam("agent"))
_STARTS_AT, _ENDS_AT = bindparam("starts_at"), bindparam("ends_at")
_PLACED = and_(_MINE, call.c.placed_at >= _STARTS_AT, call.c.placed_at < _ENDS_AT)
_COUNTED = and_(_PLACED, call.c.outcome.is_not(None), is_with_somebody())


def _given(scope: Scope, starts_at: datetime, ends_at: datetime, **more: object) -> dict[str, object]:
    return {
        "office": scope.office_id, "agent": scope.agent_id, "starts_at": starts_at, "ends_at": ends_at, **more,
    }  # fmt: skip


_OUTCOMES = Prepared(
    select(call.c.direction, call.c.outcome, call.c.self_reported, func.count().label("count"))
    .where(_COUNTED)
    .group_by(call.c.direction, call.c.outcome, call.c.self_reported)
)


def by_outcome(
    conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime, *, self_reported: bool = True
) -> dict[tuple[str, str], int]:
    """How many calls by (direction, outcome); without those made elsewhere unless `self_reported`."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in _OUTCOMES.all(conn, _given(scope, starts_at, ends_at)):
        if self_reported or not row["self_reported"]:
            counts[row["direction"], row["outcome"]] += row["count"]
    return dict(counts)


@functools.cache
def _touched(outcomes: tuple[str, ...], self_reported: bool) -> Prepared:
    wanted = [_COUNTED, or_(*(call.c.outcome == outcome for outcome in outcomes))]
    if not self_reported:
        wanted.append(call.c.self_reported.is_(False))
    return Prepared(
        select(contact.c.level, func.count(call.c.contact_id.distinct()).label("people"))
        .join_from(call, contact, contact.c.id == call.c.contact_id)
        .where(*wanted)
        .group_by(contact.c.level)
    )


def touched_by_level(
    conn: Connection,
    scope: Scope,
    starts_at: datetime,
    ends_at: datetime,
    outcomes: Sequence[str] = TALKED,
    *,
    self_reported: bool = True,
) -> dict[str, int]:
    """How many people of each level a call reached; a level is the one that they have now."""
    rows = _touched(tuple(outcomes), self_reported).all(conn, _given(scope, starts_at, ends_at))
    return {row["level"]: row["people"] for row in rows}


_DEBTS = Prepared(
    select(*(callback.c[name] for name in CallbackFigures._fields)).where(
        callback.c.office_id == bindparam("office"),
        callback.c.agent_id == bindparam("agent"),
        callback.c.opened_at < _ENDS_AT,
        or_(callback.c.closed_at.is_(None), callback.c.closed_at >= _STARTS_AT, callback.c.due_at >= _STARTS_AT),
    )
)


def debts(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime) -> list[CallbackFigures]:
    """Callbacks that were open at any moment of the span, or were to be returned in it and were before."""
    return [CallbackFigures(**row) for row in _DEBTS.all(conn, _given(scope, starts_at, ends_at))]


_PICK_UPS = Prepared(
    select(call.c.placed_at, call.c.outcome).where(
        _COUNTED,
        call.c.direction == "outbound",
        or_(*(call.c.outcome == outcome for outcome in RANG)),
        call.c.self_reported.is_(False),
    )
)


def pick_up_hours(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime) -> list[tuple[datetime, str]]:
    """When each outbound call that rang somebody was placed, and its outcome; calls made elsewhere left out."""
    rows = _PICK_UPS.all(conn, _given(scope, starts_at, ends_at))
    return [(row["placed_at"], row["outcome"]) for row in rows]


_CALLS = Prepared(
    select(call.c.id, call.c.contact_id, *(call.c[name] for name in rollup.COUNTED_OF_A_CALL))
    .where(_COUNTED)
    .order_by(call.c.placed_at.desc(), call.c.id.desc())
)


def counted_calls(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime) -> list[Row]:
    """What each call of the span that is counted at all is counted by, with its id and its person; the newest first."""
    return _CALLS.all(conn, _given(scope, starts_at, ends_at))


_LATE = (
    select(call_event.c.id)
    .where(
        call_event.c.call_id == call.c.id,
        call_event.c.received_at > bindparam("after"),
        or_(*(call_event.c.source == source for source in _FROM_OUTSIDE)),
    )
    .exists()
)
_AMENDED = Prepared(select(call.c.id).where(_COUNTED, _LATE).order_by(call.c.placed_at, call.c.id))


def amended(conn: Connection, scope: Scope, starts_at: datetime, ends_at: datetime, after: datetime) -> list[int]:
    """Calls of the span of which something was heard after that instant, in the order in which they were placed."""
    return [row["id"] for row in _AMENDED.all(conn, _given(scope, starts_at, ends_at, after=after))]


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """Which calls are behind a figure; None leaves a thing open."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    direction: str | None = None
    outcomes: Sequence[str] | None = None  # any of them; empty: none at all
    has_outcome: bool | None = None
    self_reported: bool | None = None
    least_talk_seconds: int | None = None
    level: str | None = None  # the contact's present one
    contact_id: int | None = None
    ids: Sequence[int] | None = None  # of these alone, such as the amended ones


def calls(
    conn: Connection,
    scope: Scope,
    filters: Filters,
    limit: int = 50,
    before: tuple[datetime, int] | None = None,
) -> list[RowMapping]:
    """The calls behind a figure, the newest first; `before` is the (placed_at, id) of the last one seen."""
    wanted = select(call).where(_mine(scope), is_with_somebody(), *_conditions(filters))
    if filters.level is not None:
        wanted = wanted.join(contact, contact.c.id == call.c.contact_id).where(contact.c.level == filters.level)
    if before is not None:
        wanted = wanted.where(tuple_(call.c.placed_at, call.c.id) < _position(before))
    wanted = wanted.order_by(call.c.placed_at.desc(), call.c.id.desc()).limit(limit)
    return list(conn.execute(wanted).mappings())


def sums_of_calls(conn: Connection, scope: Scope, filters: Filters) -> tuple[int, int, int, int]:
    """How many these calls are, with how many people, and the seconds of talk: measured, and self-reported."""
    said = case((call.c.self_reported, call.c.talk_seconds), else_=0)
    sums = [func.coalesce(func.sum(seconds), 0) for seconds in (call.c.talk_seconds - said, said)]
    mine = (_mine(scope), is_with_somebody(), *_conditions(filters))
    wanted = select(func.count(), func.count(call.c.contact_id.distinct()), *sums).select_from(call).where(*mine)
    if filters.level is not None:
        wanted = wanted.join(contact, contact.c.id == call.c.contact_id).where(contact.c.level == filters.level)
    count, people, talked, self_reported = conn.execute(wanted).one()
    return count, people, int(talked), int(self_reported)


def _position(before: tuple[datetime, int]) -> ColumnElement:
    placed_at, call_id = before
    return tuple_(bindparam("placed", placed_at, call.c.placed_at.type), bindparam("call", call_id, call.c.id.type))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    given = (
        (filters.starts_at, lambda at: call.c.placed_at >= at),
        (filters.ends_at, lambda at: call.c.placed_at < at),
        (filters.direction, lambda direction: call.c.direction == direction),
        (filters.outcomes, lambda outcomes: call.c.outcome.in_(outcomes)),
        (filters.has_outcome, lambda has: call.c.outcome.is_not(None) if has else call.c.outcome.is_(None)),
        (filters.self_reported, lambda said: call.c.self_reported.is_(said)),
        (filters.least_talk_seconds, lambda seconds: call.c.talk_seconds >= seconds),
        (filters.contact_id, lambda contact_id: call.c.contact_id == contact_id),
        (filters.ids, lambda ids: call.c.id.in_(ids)),
    )
    return [condition(value) for value, condition in given if value is not None]


def _mine(scope: Scope) -> ColumnElement[bool]:
    return and_(call.c.office_id == scope.office_id, call.c.agent_id == scope.agent_id)

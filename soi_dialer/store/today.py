"""The day's list: what stands on it, and who may come onto it.

People are found through indexes by the day of their next call, each from its beginning and so many at most, so that the
cost follows those who are due and not those who are known.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    RowMapping,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    union,
    update,
)

from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call, callback, contact, contact_phone, do_not_call_number, fact, today_item

HEAD, OF_EACH_LEVEL, LATER, NEAR = 200, 40, 40, 100
"""How many are looked at: the longest due of all, those of each level, some from a place that changes, near days."""

REMEMBERED_DAYS = 60
"""How long it is remembered that somebody was listed."""

_on = bindparam("on", type_=today_item.c.today_on.type)
_since = bindparam("since", type_=call.c.placed_at.type)
_mine = and_(contact.c.office_id == bindparam("office"), contact.c.agent_id == bindparam("agent"))
_my_items = and_(today_item.c.office_id == bindparam("office"), today_item.c.agent_id == bindparam("agent"))

_made = call.alias()
_REACHED = ("connected", "left_voicemail", "machine", "no_answer", "busy")

# What reached their phone; a call that never left the agent's own has tried nobody.
_tried = or_(
    _made.c.outcome.in_([literal_column(f"'{outcome}'") for outcome in _REACHED]),  # written out, to be prepared
    and_(_made.c.outcome.is_(None), _made.c.state != "ended"),
)
_called = (
    select(_made.c.id)
    .where(_made.c.contact_id == today_item.c.contact_id, _made.c.placed_at >= _since, _tried)
    .order_by(_made.c.placed_at.desc(), _made.c.id.desc())
    .limit(1)
)
_number = (
    select(contact_phone.c.number)
    .where(contact_phone.c.contact_id == today_item.c.contact_id)
    .order_by(contact_phone.c.position, contact_phone.c.id)
    .limit(1)
)

_ITEM = ("id", "contact_id", "position", "is_partner", "reason", "state", "until_on", "carried")

_LIST = Prepared(
    select(
        *(today_item.c[name] for name in _ITEM),
        contact.c.name,
        contact.c.level,
        contact.c.household_id,
        _number.scalar_subquery().label("number"),
        call.c.id.label("call_id"),
        call.c.outcome.label("outcome"),
        or_(contact.c.do_not_call_at.is_not(None), contact.c.archived_at.is_not(None)).label("is_gone"),
    )
    .join(contact, contact.c.id == today_item.c.contact_id)
    .join(call, call.c.id == _called.scalar_subquery(), isouter=True)
    .where(_my_items, today_item.c.today_on == _on)
    .order_by(today_item.c.is_partner, today_item.c.position, today_item.c.id)
)


def items(conn: Connection, scope: Scope, on: date, since: datetime) -> list[Row]:
    """The list of that day, partners last, with the person's name, level and first number, and the last call with them
    since that instant (`call_id`, `outcome`). `is_gone`: not to be called any more."""
    return _LIST.all(conn, {"office": scope.office_id, "agent": scope.agent_id, "on": on, "since": since})


def item(conn: Connection, scope: Scope, item_id: int) -> RowMapping | None:
    query = select(today_item).where(today_item.c.id == item_id, _my_items)
    return conn.execute(query, {"office": scope.office_id, "agent": scope.agent_id}).mappings().first()


def add(conn: Connection, scope: Scope, on: date, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Put people on that day's list; each row has `contact_id`, `position`, `is_partner`, `reason`, `carried`."""
    same = {"office_id": scope.office_id, "agent_id": scope.agent_id, "today_on": on, "state": "open"}
    conn.execute(insert(today_item), [row | same | {"until_on": None, "changed_at": now} for row in rows])


def change(conn: Connection, item_id: int, state: str, until_on: date | None, now: datetime) -> None:
    mark = update(today_item).where(today_item.c.id == item_id)
    conn.execute(mark.values(state=state, until_on=until_on, changed_at=now))


def hold(conn: Connection, scope: Scope) -> None:
    """Two pages that open at once write one list."""
    conn.execute(select(agent.c.id).where(agent.c.id == scope.agent_id).with_for_update())


def last_list_on(conn: Connection, scope: Scope, on: date) -> date | None:
    """The day of the list before that day's."""
    query = select(func.max(today_item.c.today_on)).where(today_item.c.agent_id == scope.agent_id)
    return conn.execute(query.where(today_item.c.today_on < on)).scalar()


_LEFT = select(today_item.c.contact_id).where(
    _my_items,
    today_item.c.today_on == _on,
    today_item.c.state.in_(("open", "skipped")),
    today_item.c.carried.is_(False),
    ~_called.exists(),
)


def left_from(conn: Connection, scope: Scope, on: date, since: datetime) -> set[int]:
    """Who was left from that day's list, skipped or not come to, for the first time, and was not called since."""
    wanted = {"office": scope.office_id, "agent": scope.agent_id, "on": on, "since": since}
    return set(conn.execute(_LEFT, wanted).scalars())


_later = today_item.alias()
_PUT_OFF = (
    select(today_item.c.contact_id, today_item.c.until_on)
    .join(contact, contact.c.id == today_item.c.contact_id)
    .where(
        _my_items,
        today_item.c.until_on.is_not(None),
        today_item.c.until_on <= _on,
        today_item.c.until_on >= bindparam("not_before", type_=today_item.c.today_on.type),
        or_(contact.c.touched_at.is_(None), contact.c.touched_at < today_item.c.changed_at),
        ~exists().where(_later.c.contact_id == today_item.c.contact_id, _later.c.today_on > today_item.c.today_on),
    )
)


def put_off_until(conn: Connection, scope: Scope, on: date) -> dict[int, date]:
    """Who was put off to a day that has come, and was neither listed nor talked with since."""
    wanted = {"office": scope.office_id, "agent": scope.agent_id, "on": on}
    wanted |= {"not_before": on - timedelta(days=REMEMBERED_DAYS)}
    return {contact_id: until_on for contact_id, until_on in conn.execute(_PUT_OFF, wanted)}


_LISTED = (
    select(today_item.c.contact_id, contact.c.household_id, func.max(today_item.c.today_on))
    .join(contact, contact.c.id == today_item.c.contact_id)
    .where(_my_items, today_item.c.today_on >= _on)
    .group_by(today_item.c.contact_id, contact.c.household_id)
)


def listed(conn: Connection, scope: Scope, since_on: date) -> list[tuple[int, int | None, date]]:
    """Who was listed since that day: contact, household, the last day."""
    wanted = {"office": scope.office_id, "agent": scope.agent_id, "on": since_on}
    return [tuple(row) for row in conn.execute(_LISTED, wanted)]


_blocked = exists().where(
    contact_phone.c.contact_id == contact.c.id,
    do_not_call_number.c.number == contact_phone.c.number,
    do_not_call_number.c.office_id == contact.c.office_id,
)
_owed = exists().where(
    callback.c.agent_id == contact.c.agent_id,
    callback.c.contact_id == contact.c.id,
    callback.c.state == literal_column("'open'"),  # as it stands in the index
)
_put_off = exists().where(today_item.c.contact_id == contact.c.id, today_item.c.until_on > _on)
_WHO = ("id", "household_id", "level", "cadence_days", "touched_at", "created_at")


_DETAILS = select(*(contact.c[name] for name in _WHO)).where(
    contact.c.id.in_(bindparam("found", expanding=True)),
    contact.c.office_id == bindparam("office"),
    contact.c.agent_id + 0 == bindparam("agent"),  # by id: SQLite would rather walk through all people of the agent
    contact.c.next_touch_on.is_not(None),
    ~_owed,
    ~_put_off,
    ~_blocked,
)


def candidates(
    conn: Connection, scope: Scope, on: date, levels: Sequence[str], near: Collection[int], sure: Collection[int]
) -> list[RowMapping]:
    """Who may come onto that day's list: a bounded number, those that are due the longest among them.

    Nobody who waits for a callback, who is put off to a later day or whose number is blocked. `levels` are the names of
    the agent's ladder, `near` months and days, `sure` people to be looked at in any case. Columns: `id`,
    `household_id`, `level`, `cadence_days`, `created_at` and `touched_at`.
    """
    mine = {"office": scope.office_id, "agent": scope.agent_id}
    wanted = mine | {"later_on": on - timedelta(days=on.toordinal() * 7 % 90)}  # another part of the queue each day
    wanted |= {"near": list(near)} | {f"level_{place}": name for place, name in enumerate(levels)}
    # In two steps: asked for all at once, SQLite looks for each person in each part.
    found = {*conn.execute(_found(len(levels)), wanted).scalars(), *sure}
    return list(conn.execute(_DETAILS, mine | {"on": on, "found": sorted(found)}).mappings())


@lru_cache
def _found(levels: int) -> CompoundSelect:
    """The ids of people due, along the indexes, each part from its beginning."""
    due = select(contact.c.id).where(_mine, text("contact.next_touch_on IS NOT NULL"))
    due = due.order_by(contact.c.next_touch_on, contact.c.id)
    later = due.where(contact.c.next_touch_on >= bindparam("later_on", type_=contact.c.next_touch_on.type))
    of_levels = [
        due.where(contact.c.level == bindparam(f"level_{place}")).limit(OF_EACH_LEVEL) for place in range(levels)
    ]
    near = select(fact.c.contact_id).where(
        fact.c.agent_id == bindparam("agent"),
        text("fact.month_day IS NOT NULL"),
        fact.c.month_day.in_(bindparam("near", expanding=True)),
        fact.c.done_at.is_(None),
    )
    parts = [due.limit(HEAD), later.limit(LATER), near.limit(NEAR), *of_levels]
    return union(*(select(part.subquery().c[0]) for part in parts))


def households_touched(conn: Connection, households: Collection[int]) -> dict[int, datetime]:
    """When anybody of each household was last touched; those where nobody was are left out."""
    if not households:
        return {}
    query = select(contact.c.household_id, func.max(contact.c.touched_at)).where(
        contact.c.household_id.in_(list(households)), contact.c.touched_at.is_not(None)
    )
    return {household: at for household, at in conn.execute(query.group_by(contact.c.household_id))}


_ABOUT = (
    select(fact.c.contact_id, fact.c.kind, fact.c.text, fact.c.about_on, fact.c.month_day)
    .where(
        fact.c.contact_id.in_(bindparam("people", expanding=True)),
        fact.c.done_at.is_(None),
        or_(fact.c.kind.in_(("opening", "ask_next", "closing")), fact.c.month_day.is_not(None)),
    )
    .order_by(fact.c.id.desc())
)


def about(conn: Connection, people: Collection[int]) -> list[RowMapping]:
    """Openings, what to ask next, closings and yearly days of these people, the newest first."""
    return list(conn.execute(_ABOUT, {"people": list(people)}).mappings())

"""Callbacks: the debts, and the events from which each is folded."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.domain.callback import Event
from soi_dialer.store.prepared import Prepared, PreparedSome, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback, callback_event, voicemail

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _scoped(scope: Scope):
    return and_(callback.c.office_id == scope.office_id, callback.c.agent_id == scope.agent_id)


_BY_ID = Prepared(
    select(callback).where(
        callback.c.id == bindparam("of_callback"),
        callback.c.office_id == bindparam("office"),
        callback.c.agent_id == bindparam("agent"),
    )
)


def get(connection: Connection, scope: Scope, callback_id: int) -> Row | None:
    """One callback of this agent."""
    wanted = {"of_callback": callback_id, "office": scope.office_id, "agent": scope.agent_id}
    return _BY_ID.first(connection, wanted)


def of_office(connection: Connection, office_id: int, callback_id: int) -> RowMapping | None:
    """One callback of anybody in the office, for whoever stands in."""
    query = select(callback).where(callback.c.id == callback_id, callback.c.office_id == office_id)
    return connection.execute(query).mappings().first()


_LOCKED = Prepared(select(callback).where(callback.c.id == bindparam("of_callback")).with_for_update())


def lock(connection: Connection, callback_id: int) -> Row | None:
    """The callback, held until the transaction ends. Unscoped: the caller has checked whose it is."""
    return _LOCKED.first(connection, {"of_callback": callback_id})


def page(
    connection: Connection,
    scope: Scope,
    *,
    state: str | None = None,
    contact_id: int | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[RowMapping]:
    """Open ones by due time; otherwise the newest first. `after` is the (time, id) of the last one seen."""
    by_due = state == "open"
    time = callback.c.due_at if by_due else callback.c.opened_at
    query = select(callback).where(_scoped(scope)).limit(limit)
    query = query.order_by(time, callback.c.id) if by_due else query.order_by(time.desc(), callback.c.id.desc())
    if state is not None:
        query = query.where(callback.c.state == state)
    if contact_id is not None:
        query = query.where(callback.c.contact_id == contact_id)
    if after is not None:
        seen = tuple_(bindparam("seen", after[0], time.type), bindparam("seen_id", after[1], callback.c.id.type))
        here = tuple_(time, callback.c.id)
        query = query.where(here > seen if by_due else here < seen)
    return list(connection.execute(query).mappings())


def get_many(connection: Connection, scope: Scope, callback_ids: Iterable[int]) -> list[RowMapping]:
    """Those of these that are this agent's, the newest first."""
    query = select(callback).where(_scoped(scope), callback.c.id.in_(list(callback_ids)))
    return list(connection.execute(query.order_by(callback.c.opened_at.desc(), callback.c.id.desc())).mappings())


def open_ids(connection: Connection, scope: Scope) -> list[int]:
    """Every open callback of this agent."""
    return list(connection.execute(select(callback.c.id).where(_scoped(scope), callback.c.state == "open")).scalars())


_OPEN_FOR_CONTACT = Prepared(
    select(callback).where(
        callback.c.office_id == bindparam("office"),
        callback.c.agent_id == bindparam("agent"),
        callback.c.contact_id == bindparam("person"),
        callback.c.state == literal_column("'open'"),
    )
)


def open_for_contact(connection: Connection, scope: Scope, contact_id: int) -> Row | None:
    wanted = {"office": scope.office_id, "agent": scope.agent_id, "person": contact_id}
    return _OPEN_FOR_CONTACT.first(connection, wanted)


_OF_CALL = (
    select(callback_event.c.callback_id)
    .where(callback_event.c.call_id == bindparam("of_call"))
    .distinct()
    .order_by(callback_event.c.callback_id)
)


def of_call(connection: Connection, call_id: int) -> list[int]:
    """The callbacks in whose history this call stands."""
    return list(connection.execute(_OF_CALL, {"of_call": call_id}).scalars())


_OF_CALLS = PreparedSome(
    lambda calls: select(callback_event.c.call_id).where(callback_event.c.call_id.in_(calls)).distinct()
)
_OPEN_FOR = PreparedSome(
    lambda people: select(callback.c.contact_id).where(
        callback.c.state == literal_column("'open'"), callback.c.contact_id.in_(people)
    )
)


def concerned(
    connection: Connection, call_ids: list[int], contact_ids: list[int | None]
) -> tuple[set[int], set[int]]:
    """Which of these calls stand in a callback's history, and which of these people have an open one."""
    known = [contact_id for contact_id in contact_ids if contact_id is not None]
    calls_there, people = _OF_CALLS.all(connection, call_ids), _OPEN_FOR.all(connection, known)
    return {row["call_id"] for row in calls_there}, {row["contact_id"] for row in people}


def history(connection: Connection, callback_id: int) -> list[RowMapping]:
    query = select(callback_event).where(callback_event.c.callback_id == callback_id)
    return list(connection.execute(query.order_by(callback_event.c.at, callback_event.c.id)).mappings())


_EVENTS = (
    select(callback_event, call.c.outcome)
    .join_from(callback_event, call, callback_event.c.call_id == call.c.id, isouter=True)
    .where(callback_event.c.callback_id == bindparam("of_callback"))
)


def domain_events(connection: Connection, callback_id: int) -> list[Event]:
    """The callback's events with the present outcomes of their calls, ready to be folded."""
    return [
        Event(
            kind=row["kind"],
            at=row["at"],
            call_id=row["call_id"],
            outcome=row["outcome"],
            due_at=datetime.fromisoformat(row["body"]["due_at"]) if row["body"].get("due_at") else None,
            reason=row["body"].get("reason", ""),
        )
        for row in connection.execute(_EVENTS, {"of_callback": callback_id}).mappings()
    ]


def voicemail_ids(connection: Connection, callback_ids: Iterable[int]) -> dict[int, list[int]]:
    """The messages that each callback is about, the oldest first."""
    query = select(voicemail.c.callback_id, voicemail.c.id).where(voicemail.c.callback_id.in_(list(callback_ids)))
    found: dict[int, list[int]] = defaultdict(list)
    for callback_id, voicemail_id in connection.execute(query.order_by(voicemail.c.received_at, voicemail.c.id)):
        found[callback_id].append(voicemail_id)
    return found


_ADD = insert(callback)


def add(connection: Connection, values: dict[str, Any]) -> int:
    return connection.execute(_ADD, values).inserted_primary_key[0]


def change(connection: Connection, callback_id: int, **values: Any) -> None:
    connection.execute(_change_of(tuple(values)), {"of_callback": callback_id} | values)


@functools.cache
def _change_of(columns: tuple[str, ...]) -> Any:
    """The statement that changes these: there are few sets of columns, and building one costs more than running it."""
    values = {name: bindparam(name) for name in columns}
    changed = update(callback).where(callback.c.id == bindparam("of_callback"))
    return changed.values(version=callback.c.version + 1, **values)


_ADD_EVENT = {  # the same is one about the same call, or with the same key
    name: into(callback_event).on_conflict_do_nothing().returning(callback_event.c.id)
    for name, into in _INSERTS.items()
}


def add_event(connection: Connection, callback_id: int, event: Event) -> bool:
    """Keep an event; False when the same one about the same call is there already."""
    due_at = event.due_at.isoformat() if event.due_at else None
    body = {"due_at": due_at, "reason": event.reason, "repaired": event.repaired}
    values = {
        "callback_id": callback_id,
        "kind": event.kind,
        "call_id": event.call_id,
        "key": event.key,
        "at": event.at,
        "body": {name: value for name, value in body.items() if value},
    }
    return connection.execute(_ADD_EVENT[connection.dialect.name], values).first() is not None


def with_event_key(connection: Connection, key: str) -> int | None:
    """The callback that has this event already."""
    query = select(callback_event.c.callback_id).where(callback_event.c.key == key)
    return connection.execute(query).scalar()


def event_keys_among(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Which of these events are here already."""
    query = select(callback_event.c.key).where(callback_event.c.key.in_(list(keys)))
    return set(connection.execute(query).scalars())


def join(connection: Connection, from_id: int, into_id: int) -> None:
    """Move everything of one callback into another and remove the empty one: one open debt for one person."""
    known = select(callback_event.c.kind, callback_event.c.call_id).where(callback_event.c.callback_id == into_id)
    doubled = tuple_(callback_event.c.kind, callback_event.c.call_id).in_(known)
    connection.execute(delete(callback_event).where(callback_event.c.callback_id == from_id, doubled))
    for table in (callback_event, voicemail):
        connection.execute(update(table).where(table.c.callback_id == from_id).values(callback_id=into_id))
    connection.execute(update(call).where(call.c.callback_id == from_id).values(callback_id=into_id))
    connection.execute(delete(callback).where(callback.c.id == from_id))

"""Calls and their facts. `lock` before `keep_facts` before `facts_of`: on PostgreSQL that order makes two processes
that bring news of one call wait for each other instead of deriving it from half of the facts."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    RowMapping,
    Update,
    and_,
    bindparam,
    case,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.domain import facts as domain_facts
from soi_dialer.store.prepared import Prepared, PreparedAdd, PreparedChange, PreparedSome, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, call_event

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _scoped(scope: Scope):
    return and_(call.c.office_id == scope.office_id, call.c.agent_id == scope.agent_id)


def is_with_somebody():
    """Not a reminder by phone that nobody was called from: it has no number until key 1 is pressed."""
    return or_(call.c.direction == "inbound", call.c.contact_number.is_not(None), call.c.self_reported)


_MINE = and_(call.c.office_id == bindparam("office"), call.c.agent_id == bindparam("agent"))
_BY_ID = Prepared(select(call).where(call.c.id == bindparam("of_call"), _MINE))


def get(connection: Connection, scope: Scope, call_id: int) -> Row | None:
    """One call of this agent."""
    return _BY_ID.first(connection, {"of_call": call_id, "office": scope.office_id, "agent": scope.agent_id})


def by_request_key(connection: Connection, scope: Scope, request_key: str) -> RowMapping | None:
    query = select(call).where(call.c.request_key == request_key, _scoped(scope))
    return connection.execute(query).mappings().first()


_BY_CONTACT_SID = Prepared(select(call).where(call.c.contact_sid == bindparam("sid")))


def by_contact_sid(connection: Connection, sid: str) -> Row | None:
    """The inbound call that the carrier knows by this id."""
    return _BY_CONTACT_SID.first(connection, {"sid": sid})


def page(
    connection: Connection,
    scope: Scope,
    *,
    contact_id: int | None = None,
    state: str | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[RowMapping]:
    """Calls, the newest first; `before` is the (placed_at, id) of the last one seen."""
    query = select(call).where(_scoped(scope), is_with_somebody())
    query = query.order_by(call.c.placed_at.desc(), call.c.id.desc()).limit(limit)
    if contact_id is not None:
        query = query.where(call.c.contact_id == contact_id)
    if state is not None:
        query = query.where(call.c.state == state)
    if before is not None:
        query = query.where(tuple_(call.c.placed_at, call.c.id) < _position(before))
    return list(connection.execute(query).mappings())


def _position(before: tuple[datetime, int]):
    placed_at, call_id = before
    return tuple_(bindparam("placed", placed_at, call.c.placed_at.type), bindparam("call", call_id, call.c.id.type))


_IS_BUSY = or_(call.c.direction == "outbound", call.c.state.in_(("ringing_agent", "talking")))
_IS_LIVE = call.c.state != bindparam("over", "ended", literal_execute=True)  # its index serves no bound value
_LIVE = select(call).where(_MINE, _IS_LIVE, _IS_BUSY).order_by(call.c.id.desc()).limit(1)


def live(connection: Connection, scope: Scope) -> RowMapping | None:
    """The call that has this agent on the phone now, if any. A caller who talks to the greeting does not."""
    return connection.execute(_LIVE, {"office": scope.office_id, "agent": scope.agent_id}).mappings().first()


def events(connection: Connection, call_id: int) -> list[RowMapping]:
    """The raw facts behind a call, in the order in which they arrived."""
    query = select(call_event).where(call_event.c.call_id == call_id).order_by(call_event.c.id)
    return list(connection.execute(query).mappings())


_ADD = insert(call)
_ADD_INBOUND = {
    name: into(call).on_conflict_do_nothing(index_elements=["contact_sid"]).returning(call.c.id)
    for name, into in _INSERTS.items()
}


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a call and return its id."""
    return connection.execute(_ADD, values).inserted_primary_key[0]


def add_inbound(connection: Connection, values: dict[str, Any]) -> int | None:
    """Insert an inbound call by its `contact_sid`; None when that call is here already."""
    return connection.execute(_ADD_INBOUND[connection.dialect.name], values).scalar()


def change(connection: Connection, call_id: int, **values: Any) -> None:
    connection.execute(_change_of(tuple(values)), {"of_call": call_id} | values)


@functools.cache
def _change_of(columns: tuple[str, ...]) -> Update:
    """The statement that changes these: there are few sets of columns, and building one costs more than running it."""
    values = {name: bindparam(name) for name in columns}
    return update(call).where(call.c.id == bindparam("of_call")).values(version=call.c.version + 1, **values)


_IN_ORDER = select(call).order_by(call.c.id).with_for_update()
_LOCKED_BY_REF = _IN_ORDER.where(call.c.ref.in_(bindparam("wanted", expanding=True)))
_LOCKED_BY_ID = PreparedSome(lambda ids: _IN_ORDER.where(call.c.id.in_(ids)))

_NEWS_CHANGES = (
    "id", "office_id", "agent_id", "contact_id", "ref", "direction", "contact_number", "placement", "state",
    "disposition", "outcome", "talk_seconds", "voicemail_seconds", "failure", "agent_sid", "contact_sid",
    "whispered_at", "claimed_at", "cancel_requested_at", "placed_at", "last_fact_at", "repaired", "ended_at",
    "agent_leg_seconds", "contact_leg_seconds", "self_reported",
)  # fmt: skip
_LOCKED_FOR_NEWS = PreparedSome(
    lambda refs: _IN_ORDER.with_only_columns(*(call.c[name] for name in _NEWS_CHANGES)).where(call.c.ref.in_(refs)),
    nobody="",
)


def lock(connection: Connection, *, refs: Iterable[str] = (), ids: Iterable[int] = ()) -> Sequence[RowMapping | Row]:
    """These calls, held until the transaction ends, always in the order of their ids so that nobody deadlocks."""
    if refs:
        return connection.execute(_LOCKED_BY_REF, {"wanted": list(refs)}).mappings().all()
    return _LOCKED_BY_ID.all(connection, ids)


def lock_for_news(connection: Connection, refs: Collection[str]) -> list[Row]:
    """As `lock`, with the columns alone that news of a call may change or depend on: a fraction of the cost.

    Of no more calls than a group commit writes at once: they are locked by one query.
    """
    if len(refs) > PreparedSome.MOST:
        raise ValueError("so many calls would not be locked in the order of their ids")
    return _LOCKED_FOR_NEWS.all(connection, refs)


def _new_facts(into, rows: list[dict[str, Any]]) -> Insert:
    """The statement of one database that keeps these facts, but for those that are kept already."""
    keep = into(call_event).values(rows).on_conflict_do_nothing(index_elements=["call_id", "dedupe_key"])
    return keep.returning(call_event.c.call_id, call_event.c.dedupe_key)


def keep_facts(
    connection: Connection, rows: Sequence[tuple[int, str, domain_facts.Fact, datetime]]
) -> set[tuple[int, str]]:
    """Keep (call id, source, fact, received at); returns the (call id, key) of those that were new."""
    values = [
        {
            "call_id": call_id,
            "source": source,
            "kind": fact.kind,
            "dedupe_key": domain_facts.dedupe_key(fact),
            "body": domain_facts.to_body(fact),
            "received_at": received_at,
        }
        for call_id, source, fact, received_at in rows
    ]
    return set(_KEEP[connection.dialect.name].all(connection, values))


_KEPT = [call_event.c[name] for name in ("call_id", "source", "kind", "dedupe_key", "body", "received_at")]
_KEEP = {name: PreparedAdd(_KEPT, functools.partial(_new_facts, into)) for name, into in _INSERTS.items()}

_FACTS = PreparedSome(
    lambda calls: select(call_event.c.call_id, call_event.c.kind, call_event.c.body)
    .where(call_event.c.call_id.in_(calls))
    .order_by(call_event.c.id)
)


def facts_of(connection: Connection, call_ids: Iterable[int]) -> dict[int, list[domain_facts.Fact]]:
    """All facts of these calls, in the order of arrival."""
    found: dict[int, list[domain_facts.Fact]] = defaultdict(list)
    for row in _FACTS.all(connection, call_ids):
        found[row["call_id"]].append(domain_facts.from_body(row["kind"], row["body"]))
    return found


_DERIVED = (
    "state", "agent_sid", "contact_sid", "measured_outcome", "outcome", "outcome_source", "talk_seconds",
    "voicemail_seconds", "agent_leg_seconds", "contact_leg_seconds", "answered_by", "talk_started_at", "ended_at",
    "placement", "failure", "last_fact_at", "reconcile_at", "repaired",
)  # fmt: skip

_CHANGE_DERIVED = PreparedChange(
    update(call)
    .where(call.c.id == bindparam("of_call"))
    .values(version=call.c.version + 1, **{name: bindparam(name) for name in _DERIVED})
)


def change_derived(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Write what follows from the facts; each row names its call as `of_call` and every derived column."""
    _CHANGE_DERIVED.each(connection, rows)


def append_note(connection: Connection, call_id: int, text: str) -> None:
    """Add a line to the call's note; what is there is never replaced."""
    longer = case((call.c.note == "", text), else_=call.c.note + "\n" + text)
    connection.execute(update(call).where(call.c.id == call_id).values(note=longer, version=call.c.version + 1))


_DUE = Prepared(
    select(call).where(call.c.reconcile_at <= bindparam("now")).order_by(call.c.reconcile_at).limit(bindparam("most"))
)


def due_for_reconcile(connection: Connection, now: datetime, limit: int = 100) -> list[Row]:
    """Calls of which nothing was heard for too long, the longest silent first, of every office."""
    return _DUE.all(connection, {"now": now, "most": limit})


def owners_of_sids(connection: Connection, sids: Iterable[str]) -> set[str]:
    """Which of the carrier's calls are ours already."""
    wanted = list(sids)
    query = select(call.c.agent_sid, call.c.contact_sid).where(
        or_(call.c.agent_sid.in_(wanted), call.c.contact_sid.in_(wanted))
    )
    return {sid for row in connection.execute(query) for sid in row if sid}


def sids_told_of(connection: Connection, row: RowMapping, since: datetime) -> set[str]:
    """Which of the carrier's calls the agent's other calls have heard of: a click may have made more legs than one."""
    query = (
        select(call_event.c.dedupe_key)
        .join(call, call.c.id == call_event.c.call_id)
        .where(
            call.c.agent_id == row["agent_id"],
            call.c.id != row["id"],
            call.c.placed_at >= since,
            call_event.c.kind == domain_facts.LegMoved.kind,
        )
    )
    return {key.split(":")[1] for key in connection.execute(query).scalars()}


def without_sid(connection: Connection, agent_id: int, at: datetime, within: timedelta) -> list[RowMapping]:
    """Clicks around that instant that are not known by a call of the carrier's yet, the nearest first."""
    unsure = ("intent", "posting", "unsure", "lost")
    query = select(call).where(
        call.c.agent_id == agent_id,
        call.c.direction == "outbound",
        call.c.agent_sid.is_(None),
        call.c.placement.in_(unsure),
        call.c.placed_at.between(at - within, at + within),
    )
    rows = connection.execute(query).mappings()
    return sorted(rows, key=lambda row: abs((row["posted_at"] or row["placed_at"]) - at))


def missed_among(connection: Connection, sids: Iterable[str]) -> list[RowMapping]:
    """Those of these callers who left no message, as far as we know."""
    query = select(call).where(
        call.c.contact_sid.in_(list(sids)), call.c.direction == "inbound", call.c.outcome == "missed"
    )
    return list(connection.execute(query).mappings())

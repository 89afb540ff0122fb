"""What the contact page reads, in few round trips: it is the page that an agent opens before every call.

The queries are built once, for building them takes longer than running them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Date, Integer, and_, bindparam, literal, literal_column, select, tuple_, union_all

from soi_dialer.domain.fact_kinds import ASK_NEXT
from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback, contact, contact_phone, contact_tag, fact, household, tag

_SHOWN = (
    *("id", "name", "level", "email", "note", "last_talked_at", "do_not_call_at", "do_not_call_reason"),
    *("archived_at", "household_id", "next_touch_on"),
)

_OWED = ("id", "reason", "due_at", "turn", "attempts", "note")

_CONTACT = Prepared(
    select(
        *(contact.c[name] for name in _SHOWN),
        household.c.name.label("household"),
        *(callback.c[name].label(f"callback_{name}") for name in _OWED),
    )
    .join_from(
        contact,
        callback,
        and_(
            callback.c.contact_id == contact.c.id,
            callback.c.agent_id == contact.c.agent_id,
            # Written out: SQLite plans a query anew, each time, when an index's condition meets a parameter.
            callback.c.state == literal_column("'open'"),
        ),
        isouter=True,
    )
    .join(household, household.c.id == contact.c.household_id, isouter=True)
    .where(
        contact.c.id == bindparam("contact"),
        contact.c.office_id == bindparam("office"),
        contact.c.agent_id == bindparam("agent"),
    )
)

_PHONES = select(
    literal("phone").label("of"),
    contact_phone.c.position,
    contact_phone.c.id,
    contact_phone.c.number.label("value"),
    contact_phone.c.label,
    contact_phone.c.extension,
    literal_column("NULL", Date).label("about_on"),
    literal_column("NULL", Integer).label("month_day"),
).where(contact_phone.c.contact_id == bindparam("contact"))

_FACTS = select(
    literal("fact"),
    -fact.c.id,
    fact.c.id,
    fact.c.text,
    fact.c.kind.label("label"),
    literal(""),
    fact.c.about_on,
    fact.c.month_day,
).where(fact.c.contact_id == bindparam("contact"), fact.c.done_at.is_(None))

_TAGS = (
    select(
        literal("tag"),
        tag.c.id,
        tag.c.id,
        tag.c.name,
        literal(""),
        literal(""),
        literal_column("NULL", Date),
        literal_column("NULL", Integer),
    )
    .join_from(contact_tag, tag, contact_tag.c.tag_id == tag.c.id)
    .where(contact_tag.c.contact_id == bindparam("contact"))
)

_BESIDE = Prepared(union_all(_PHONES, _FACTS, _TAGS))  # put in order below: SQLite would sort each part by itself

_CALLS = (
    select(
        call.c.id,
        call.c.direction,
        call.c.outcome,
        call.c.placed_at,
        call.c.talk_seconds,
        call.c.voicemail_seconds,
        call.c.note,
        call.c.self_reported,
    )
    .where(
        call.c.contact_id == bindparam("contact"),
        call.c.office_id == bindparam("office"),
        call.c.agent_id == bindparam("agent"),
    )
    .order_by(call.c.placed_at.desc(), call.c.id.desc())
    .limit(bindparam("most"))
)

_HISTORY = Prepared(_CALLS)

_OLDER_HISTORY = Prepared(
    _CALLS.where(
        tuple_(call.c.placed_at, call.c.id)
        < tuple_(bindparam("placed", type_=call.c.placed_at.type), bindparam("call", type_=call.c.id.type))
    )
)


def contact_with_callback(connection: Connection, scope: Scope, contact_id: int) -> Row | None:
    """What the page shows of the contact, and of its open callback as `callback_*` (all None when nothing is owed)."""
    return _CONTACT.first(connection, _of(scope, contact_id))


def beside(connection: Connection, contact_id: int) -> tuple[list[Row], list[Row], list[Row]]:
    """Numbers in their own order; what to remember, questions for next time before the newest; and tags.

    The caller has checked the scope.
    """
    found: dict[str, list[Row]] = {"phone": [], "fact": [], "tag": []}
    for row in sorted(_BESIDE.all(connection, {"contact": contact_id}), key=lambda row: (row["position"], row["id"])):
        found[row["of"]].append(row)
    facts = sorted(found["fact"], key=lambda row: row["label"] != ASK_NEXT)
    return found["phone"], facts, found["tag"]


def history(
    connection: Connection, scope: Scope, contact_id: int, before: tuple[datetime, int] | None, limit: int
) -> list[Row]:
    """Their calls with what a list shows, the newest first; `before` is the (placed_at, id) of the last one seen."""
    asked = _of(scope, contact_id) | {"most": limit}
    if before is None:
        return _HISTORY.all(connection, asked)
    return _OLDER_HISTORY.all(connection, asked | {"placed": before[0], "call": before[1]})


def _of(scope: Scope, contact_id: int) -> dict[str, int]:
    return {"contact": contact_id, "office": scope.office_id, "agent": scope.agent_id}

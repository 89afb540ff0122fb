"""What the contact page reads, in few round trips: it is the page that an agent opens before every call."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, and_, literal, null, select, union_all

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import callback, contact, contact_phone, fact


def contact_with_callback(connection: Connection, scope: Scope, contact_id: int) -> RowMapping | None:
    """The contact's columns, and those of its open callback as `callback_*` (all None when nothing is owed)."""
    is_open = and_(
        callback.c.contact_id == contact.c.id, callback.c.agent_id == scope.agent_id, callback.c.state == "open"
    )
    names = ("id", "reason", "due_at", "turn", "attempts", "note")
    owed = [callback.c[name].label(f"callback_{name}") for name in names]
    query = (
        select(contact, *owed)
        .join(callback, is_open, isouter=True)
        .where(contact.c.id == contact_id, contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id)
    )
    return connection.execute(query).mappings().first()


def phones_and_facts(connection: Connection, contact_id: int) -> tuple[list[RowMapping], list[RowMapping]]:
    """Numbers in their own order, and what to remember, the newest first. The caller has checked the scope."""
    numbers = select(
        literal("phone").label("of"),
        contact_phone.c.id,
        contact_phone.c.position,
        contact_phone.c.number.label("value"),
        contact_phone.c.label,
        contact_phone.c.extension,
        null().label("created_at"),
    ).where(contact_phone.c.contact_id == contact_id)
    remembered = select(
        literal("fact"),
        fact.c.id,
        -fact.c.id,
        fact.c.text,
        fact.c.kind,
        literal(""),
        fact.c.created_at,
    ).where(fact.c.contact_id == contact_id)
    rows = list(connection.execute(union_all(numbers, remembered).order_by("position", "id")).mappings())
    return [r for r in rows if r["of"] == "phone"], [r for r in rows if r["of"] == "fact"]

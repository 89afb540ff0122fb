"""Numbers that nobody in the office may call. A row outlives the contact it came from, so a re-import stays blocked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.store.chunks import chunks
from soi_dialer.store.tables import contact, contact_phone, do_not_call_number

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


_BLOCKED = select(do_not_call_number.c.number).where(
    do_not_call_number.c.office_id == bindparam("office"),
    do_not_call_number.c.number.in_(bindparam("some", expanding=True)),
)


def is_do_not_call(conn: Connection, office_id: int, number: str) -> bool:
    """Whether anybody at this number asked not to be called, by whichever agent of the office they were heard."""
    return bool(blocked_numbers(conn, office_id, [number]))


def blocked_numbers(conn: Connection, office_id: int, numbers: Iterable[str]) -> set[str]:
    """Those of the numbers which nobody in the office may call."""
    blocked: set[str] = set()
    for chunk in chunks(list(numbers)):
        blocked.update(conn.execute(_BLOCKED, {"office": office_id, "some": chunk}).scalars())
    return blocked


def block_numbers(conn: Connection, office_id: int, numbers: Collection[str], reason: str, now: datetime) -> None:
    """Keeps the first reason and date of a number that is blocked already."""
    rows = [{"office_id": office_id, "number": n, "reason": reason, "created_at": now} for n in sorted(set(numbers))]
    if rows:
        into = _INSERTS[conn.dialect.name](do_not_call_number).values(rows)
        conn.execute(into.on_conflict_do_nothing(index_elements=["office_id", "number"]))


def unblock_numbers(conn: Connection, office_id: int, numbers: Collection[str]) -> None:
    table = do_not_call_number
    conn.execute(delete(table).where(table.c.office_id == office_id, table.c.number.in_(list(numbers))))


def blocked_by_others(conn: Connection, office_id: int, contact_id: int, numbers: Collection[str]) -> bool:
    """Whether another contact of the office, with one of these numbers, asked not to be called."""
    query = exists().where(
        contact_phone.c.contact_id == contact.c.id,
        contact_phone.c.number.in_(list(numbers)),
        contact.c.id != contact_id,
        contact.c.office_id == office_id,
        contact.c.do_not_call_at.is_not(None),
    )
    return bool(conn.execute(select(query)).scalar_one())

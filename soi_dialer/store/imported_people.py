"""What an import reads and writes of many people at once: a few statements a chunk, however long it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, delete, func, insert, or_, select

from soi_dialer.domain import names
from soi_dialer.store import contacts
from soi_dialer.store.chunks import chunks
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import (
    call,
    callback,
    contact,
    contact_phone,
    contact_tag,
    fact,
    level_event,
    referral,
    tag,
    today_item,
)


def known(
    conn: Connection, scope: Scope, numbers: Collection[str], emails: Collection[str], also: Collection[int] = ()
) -> list[RowMapping]:
    """This agent's contacts that have one of the numbers or addresses, or are asked for by id, the oldest first.

    Ids first: while a first import fills an empty database, PostgreSQL has no statistics yet, and looks for the numbers
    of everybody who is there when it is asked in one query.
    """
    found = contacts.get_many(conn, scope, _holders(conn, scope, numbers) | set(also))
    mine = contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id
    for chunk in chunks(list(emails)):
        query = select(contact).where(*mine, contact.c.email.in_(chunk))
        found.update((row["id"], row) for row in conn.execute(query).mappings())
    return [found[contact_id] for contact_id in sorted(found)]


def _holders(conn: Connection, scope: Scope, numbers: Collection[str]) -> set[int]:
    return {
        contact_id
        for chunk in chunks(list(numbers))
        for contact_id in conn.execute(
            select(contact_phone.c.contact_id).where(
                contact_phone.c.agent_id == scope.agent_id, contact_phone.c.number.in_(chunk)
            )
        ).scalars()
    }


def facts_of(conn: Connection, contact_ids: Collection[int]) -> dict[int, list[RowMapping]]:
    """What is remembered of each, the oldest first; every id asked for is a key."""
    found: dict[int, list[RowMapping]] = {contact_id: [] for contact_id in contact_ids}
    for chunk in chunks(list(found)):
        query = select(fact).where(fact.c.contact_id.in_(chunk)).order_by(fact.c.id)
        for row in conn.execute(query).mappings():
            found[row["contact_id"]].append(row)
    return found


def notes_that_begin(conn: Connection, scope: Scope, words: str) -> list[RowMapping]:
    """`contact_id` and `text` of this agent's notes that begin so."""
    mine = fact.c.office_id == scope.office_id, fact.c.agent_id == scope.agent_id, fact.c.kind == "note"
    query = select(fact.c.contact_id, fact.c.text).where(*mine, fact.c.text.startswith(words, autoescape=True))
    return list(conn.execute(query).mappings())


_INSERT = insert(contact).returning(contact.c.id, sort_by_parameter_order=True)


def add_many(conn: Connection, scope: Scope, people: Sequence[Mapping[str, Any]], now: datetime) -> list[int]:
    """New contacts without their numbers; returns their ids in the same order. All have the same fields."""
    rows = [
        {**person, "search_name": names.search_form(person["name"])[:200], "created_at": now, "updated_at": now}
        | {"office_id": scope.office_id, "agent_id": scope.agent_id}
        for person in people
    ]
    return list(conn.execute(_INSERT, rows).scalars()) if rows else []


def add_phones(conn: Connection, scope: Scope, phones: Sequence[Mapping[str, Any]]) -> None:
    """Each has `contact_id`, `number`, `extension`, `label` and `position`."""
    if phones:
        conn.execute(insert(contact_phone), [_owned(scope, phone) for phone in phones])


def add_facts(conn: Connection, scope: Scope, facts: Sequence[Mapping[str, Any]]) -> None:
    """Each has `contact_id`, `kind`, `text`, `about_on`, `month_day` and `created_at`, and all or none `done_at`."""
    if facts:
        conn.execute(insert(fact), [_owned(scope, one) for one in facts])


def _owned(scope: Scope, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"office_id": scope.office_id, "agent_id": scope.agent_id, **row}


_LIVED = (
    (call.c.contact_id, "There are calls with them."),
    (callback.c.contact_id, "There is a callback of theirs."),
    (level_event.c.contact_id, "Their level has changed."),
    (referral.c.from_contact_id, "They have sent somebody."),
    (referral.c.to_contact_id, "Somebody has sent them."),
)


def lived(conn: Connection, contact_ids: Collection[int]) -> dict[int, str]:
    """Those of the people whom something has happened with since they came, and what: one sentence."""
    found: dict[int, str] = {}
    for chunk in chunks(list(contact_ids)):
        for column, sentence in _LIVED:
            for contact_id in conn.execute(select(column).where(column.in_(chunk)).distinct()).scalars():
                found.setdefault(contact_id, sentence)
        for contact_id in conn.execute(_handled(chunk)).scalars():
            found.setdefault(contact_id, "You had them on a day's list.")
    return found


def _handled(contact_ids: Collection[int]):
    there = today_item.c.contact_id.in_(contact_ids), today_item.c.state != "open"
    return select(today_item.c.contact_id).where(*there).distinct()


def newer_facts(conn: Connection, contact_ids: Collection[int]) -> set[int]:
    """Those of the people about whom something was written down after they came."""
    later = or_(fact.c.created_at > contact.c.created_at, fact.c.done_at > fact.c.created_at)
    joined = select(fact.c.contact_id).join(contact, contact.c.id == fact.c.contact_id)
    return {
        contact_id
        for chunk in chunks(list(contact_ids))
        for contact_id in conn.execute(joined.where(contact.c.id.in_(chunk), later).distinct()).scalars()
    }


def remove_many(conn: Connection, scope: Scope, contact_ids: Collection[int]) -> None:
    mine = contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id
    for chunk in chunks(list(contact_ids)):
        conn.execute(delete(contact).where(contact.c.id.in_(chunk), *mine))


def take_back(
    conn: Connection, contact_id: int, *, numbers: Collection[str], tags: Collection[str], facts: Sequence, at: datetime
) -> None:
    """Remove what an import had added at that instant: numbers, tags by their search form, and facts."""
    if numbers:
        _remove(conn, contact_phone.c.contact_id, contact_id, contact_phone.c.number.in_(list(numbers)))
    if tags:
        same = select(tag.c.id).where(tag.c.search_name.in_(list(tags)))
        _remove(conn, contact_tag.c.contact_id, contact_id, contact_tag.c.tag_id.in_(same))
    for kind, words in facts:
        same = fact.c.kind == kind, fact.c.text == words, fact.c.created_at == at
        _remove(conn, fact.c.contact_id, contact_id, *same)


def _remove(conn: Connection, owner: Column, contact_id: int, *which: Any) -> None:
    conn.execute(delete(owner.table).where(owner == contact_id, *which))


def everybody(conn: Connection, scope: Scope, after: tuple[str, int] | None, limit: int) -> list[RowMapping]:
    """Contacts by name behind that (search_name, id), the archived as well: an export leaves nobody out."""
    mine = contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id
    query = select(contact).where(*mine).order_by(contact.c.search_name, contact.c.id).limit(limit)
    if after is not None:
        name, contact_id = after
        behind = (contact.c.search_name == name) & (contact.c.id > contact_id)
        query = query.where(or_(contact.c.search_name > name, behind))
    return list(conn.execute(query).mappings())


def most_phones(conn: Connection, scope: Scope) -> int:
    """How many numbers the contact has that has most; 0 without contacts."""
    mine = contact_phone.c.office_id == scope.office_id, contact_phone.c.agent_id == scope.agent_id
    each = select(func.count().label("n")).where(*mine).group_by(contact_phone.c.contact_id).subquery()
    return conn.execute(select(func.max(each.c.n))).scalar() or 0

"""Tags: words that an agent puts on many people, each word once however it is written."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, RowMapping, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.domain import names
from soi_dialer.store.chunks import chunks
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import contact, contact_tag, tag

LONGEST = 60

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

_NAMES = (
    select(contact_tag.c.contact_id, tag.c.name)
    .join_from(contact_tag, tag, contact_tag.c.tag_id == tag.c.id)
    .where(contact_tag.c.contact_id.in_(bindparam("people", expanding=True)))
    .order_by(tag.c.search_name)
)


def names_of(conn: Connection, contact_ids: Collection[int]) -> dict[int, list[str]]:
    """The tags of each contact by name; every id asked for is a key. The caller has checked the scope."""
    found: dict[int, list[str]] = {contact_id: [] for contact_id in contact_ids}
    for chunk in chunks(list(found)):
        for contact_id, name in conn.execute(_NAMES, {"people": chunk}):
            found[contact_id].append(name)
    return found


def all_names(conn: Connection, scope: Scope, limit: int = 200) -> list[str]:
    """The agent's own tags by name."""
    query = select(tag.c.name).where(*_of(scope)).order_by(tag.c.search_name).limit(limit)
    return list(conn.execute(query).scalars())


def by_name(conn: Connection, scope: Scope, name: str) -> RowMapping | None:
    """The agent's tag of that name, however its letters are written."""
    query = select(tag).where(*_of(scope), tag.c.search_name == search_form(name))
    return conn.execute(query).mappings().one_or_none()


def put_on(conn: Connection, scope: Scope, wanted: Mapping[int, Collection[str]]) -> None:
    """Add to each contact these tags, which are checked already; what it has stays.

    People of other agents are passed over. A word that differs from a known tag in case or accents alone is that tag.
    """
    words: dict[str, str] = {}
    for word in itertools.chain.from_iterable(wanted.values()):
        words.setdefault(search_form(word), word)  # as it was written first
    words.pop("", None)
    ids = _ids(conn, scope, words)
    rows = [
        {"contact_id": contact_id, "tag_id": tag_id}
        for contact_id in _own(conn, scope, wanted)
        for tag_id in {ids[search_form(word)] for word in wanted[contact_id] if search_form(word)}
    ]
    if rows:
        conn.execute(_INSERTS[conn.dialect.name](contact_tag).on_conflict_do_nothing(), rows)


def take_off(conn: Connection, scope: Scope, contact_ids: Collection[int], name: str) -> None:
    """Remove one tag from these people."""
    known = by_name(conn, scope, name)
    for chunk in chunks(list(contact_ids)) if known else ():
        there = contact_tag.c.contact_id.in_(chunk)
        conn.execute(delete(contact_tag).where(contact_tag.c.tag_id == known["id"], there))
    remove_unused(conn, scope)


def replace(conn: Connection, scope: Scope, contact_id: int, wanted: Collection[str]) -> None:
    """These tags and no others, of a contact whose scope is checked."""
    conn.execute(delete(contact_tag).where(contact_tag.c.contact_id == contact_id))
    put_on(conn, scope, {contact_id: wanted})
    remove_unused(conn, scope)


def remove_unused(conn: Connection, scope: Scope) -> None:
    """A tag that nobody carries is not offered any more."""
    conn.execute(delete(tag).where(*_of(scope), ~select(contact_tag).where(contact_tag.c.tag_id == tag.c.id).exists()))


def search_form(name: str) -> str:
    """By which two tags are the same."""
    return names.search_form(name)[:LONGEST]


def _of(scope: Scope) -> tuple:
    return tag.c.office_id == scope.office_id, tag.c.agent_id == scope.agent_id


def _own(conn: Connection, scope: Scope, contact_ids: Collection[int]) -> list[int]:
    mine = [contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id]
    return [
        contact_id
        for chunk in chunks(list(contact_ids))
        for contact_id in conn.execute(select(contact.c.id).where(*mine, contact.c.id.in_(chunk))).scalars()
    ]


def _ids(conn: Connection, scope: Scope, words: Mapping[str, str]) -> dict[str, int]:
    """The ids of these tags by search form; those that are new are made."""
    owner = {"office_id": scope.office_id, "agent_id": scope.agent_id}
    rows = [owner | {"name": word[:LONGEST], "search_name": form} for form, word in words.items()]
    if rows:
        conn.execute(_INSERTS[conn.dialect.name](tag).on_conflict_do_nothing(), rows)
    found: dict[str, int] = {}
    for chunk in chunks(list(words)):
        query = select(tag.c.search_name, tag.c.id).where(*_of(scope), tag.c.search_name.in_(chunk))
        found.update({form: tag_id for form, tag_id in conn.execute(query)})
    return found

"""People and their numbers: every query by name. Rows of other agents are never seen.

A number may belong to several contacts (a household, two agents); within one contact it occurs once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, exists, func, select
from sqlalchemy import insert as insert_into
from sqlalchemy import update as update_rows

from soi_dialer.domain import names, phone
from soi_dialer.store import contact_search
from soi_dialer.store.chunks import chunks
from soi_dialer.store.do_not_call import is_do_not_call
from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call, contact, contact_phone

_NOT_ARCHIVED = contact.c.archived_at.is_(None)

Phone = dict[str, Any]
"""`number` (E.164), `extension`, `label`."""


_of = contact_search.of


_ONE = select(contact).where(
    contact.c.id == bindparam("person"),
    contact.c.office_id == bindparam("office"),
    contact.c.agent_id == bindparam("agent"),
)
_BY_ID, _PINNED_BY_ID = Prepared(_ONE), Prepared(_ONE.with_for_update(read=True, key_share=True))


def get(conn: Connection, scope: Scope, contact_id: int) -> Row | None:
    return _BY_ID.first(conn, {"person": contact_id, "office": scope.office_id, "agent": scope.agent_id})


def pin(conn: Connection, scope: Scope, contact_id: int) -> Row | None:
    """As `get`, for what is hung on this person: nobody deletes them or merges them away until the transaction ends."""
    return _PINNED_BY_ID.first(conn, {"person": contact_id, "office": scope.office_id, "agent": scope.agent_id})


def hold(conn: Connection, scope: Scope, contact_id: int) -> RowMapping | None:
    """As `get`, held until the transaction ends: what somebody owes this person changes one after the other."""
    query = select(contact).where(contact.c.id == contact_id, *_of(scope)).with_for_update()
    return conn.execute(query).mappings().one_or_none()


def get_many(conn: Connection, scope: Scope, contact_ids: Collection[int]) -> dict[int, RowMapping]:
    """Several contacts by id, for pages that list calls or callbacks; foreign and unknown ids are left out."""
    if not contact_ids:
        return {}
    # Whose they are is looked at here: SQLite would rather walk through all people of the agent than find a few ids.
    rows = conn.execute(select(contact).where(contact.c.id.in_(set(contact_ids)))).mappings()
    mine = (scope.office_id, scope.agent_id)
    return {row["id"]: row for row in rows if (row["office_id"], row["agent_id"]) == mine}


_PHONES = (
    select(contact_phone)
    .where(contact_phone.c.contact_id.in_(bindparam("people", expanding=True)))
    .order_by(contact_phone.c.position, contact_phone.c.id)
)


def phones(conn: Connection, contact_ids: Collection[int]) -> dict[int, list[RowMapping]]:
    """The numbers of each contact in their own order; every id asked for is a key."""
    found: dict[int, list[RowMapping]] = {contact_id: [] for contact_id in contact_ids}
    if found:
        for row in conn.execute(_PHONES, {"people": list(found)}).mappings():
            found[row["contact_id"]].append(row)
    return found


def page(
    conn: Connection,
    scope: Scope,
    *,
    search: str = "",
    tag: str = "",
    archived: bool | None = None,
    after: contact_search.Position | None = None,
    limit: int = 50,
) -> list[RowMapping]:
    """Contacts by name; those whose name begins with what is searched come first.

    `archived` None lists these too. `after` is the (search_name, id) of the last row seen.
    """
    filters = [] if archived is None else [contact.c.archived_at.is_not(None) if archived else _NOT_ARCHIVED]
    if tag:
        filters.append(contact_search.tagged(scope, tag))
    if search.strip():
        return contact_search.found(conn, scope, search, filters, after, limit)
    return _all(conn, contact_search.listed(scope, filters, after, limit))


def count(conn: Connection, scope: Scope) -> int:
    return conn.execute(select(func.count()).select_from(contact).where(*_of(scope))).scalar_one()


# Never talked with comes last on both databases, which disagree on where NULL sorts; after them the archived.
_WITH_NUMBER = (
    select(contact)
    .join(contact_phone, contact_phone.c.contact_id == contact.c.id)
    .where(contact_phone.c.number == bindparam("number"))
    .order_by(
        contact.c.archived_at.is_not(None),
        contact.c.last_talked_at.is_(None),
        contact.c.last_talked_at.desc(),
        contact.c.id,
    )
    .limit(1)
)
_OF_AGENT_WITH_NUMBER = _WITH_NUMBER.where(
    contact.c.office_id == bindparam("office"),
    contact.c.agent_id == bindparam("agent"),
    contact_phone.c.agent_id == bindparam("agent"),
)


def by_number(conn: Connection, scope: Scope, number: str) -> RowMapping | None:
    """Whose number this is; of several people (a household) the one last talked with."""
    wanted = {"number": number, "office": scope.office_id, "agent": scope.agent_id}
    return conn.execute(_OF_AGENT_WITH_NUMBER, wanted).mappings().first()


_PINNED_WITH_NUMBER = _OF_AGENT_WITH_NUMBER.with_for_update(read=True, key_share=True, of=contact)


def _pinned_by_number(conn: Connection, scope: Scope, number: str) -> RowMapping | None:
    """As `by_number`, pinned. Whoever was merged away while we waited is found at the second look, as who they are."""
    wanted = {"number": number, "office": scope.office_id, "agent": scope.agent_id}
    for _ in range(2):
        row = conn.execute(_PINNED_WITH_NUMBER, wanted).mappings().first()
        if row is not None:
            return row
    return None


def owner_of_number(conn: Connection, office_id: int | None, number: str) -> RowMapping | None:
    """The contact with this number whichever agent it belongs to (`agent_id`, `office_id` say), last talked with first.

    For a call to a number that several agents share; `office_id` None looks in the whole installation.
    """
    query = _WITH_NUMBER if office_id is None else _WITH_NUMBER.where(contact.c.office_id == office_id)
    return conn.execute(query, {"number": number}).mappings().first()


_some = bindparam("some", expanding=True)
_OWN_NUMBERS = (
    select(agent.c.phone)
    .where(agent.c.id == bindparam("of_agent"), agent.c.phone.in_(_some))
    .union(select(agent.c.twilio_number).where(agent.c.twilio_number.in_(_some)))
)


def own_numbers_among(conn: Connection, scope: Scope, numbers: Collection[str]) -> set[str]:
    """Those of the numbers that ring this agent, or any agent's carrier number: calling one would be a loop."""
    found: set[str] = set()
    for chunk in chunks(list(numbers)):
        found.update(conn.execute(_OWN_NUMBERS, {"of_agent": scope.agent_id, "some": chunk}).scalars())
    return found


def with_any_number(conn: Connection, scope: Scope, numbers: Collection[str]) -> list[RowMapping]:
    """This agent's contacts that have at least one of the numbers, the oldest first."""
    found: dict[int, RowMapping] = {}
    for chunk in chunks(list(numbers)):
        holders = select(contact_phone.c.contact_id).where(
            contact_phone.c.agent_id == scope.agent_id, contact_phone.c.number.in_(chunk)
        )
        query = select(contact).where(*_of(scope), contact.c.id.in_(holders))
        found.update((row["id"], row) for row in conn.execute(query).mappings())
    return [found[contact_id] for contact_id in sorted(found)]


_INSERT, _INSERT_PHONE = insert_into(contact), insert_into(contact_phone)


def insert(conn: Connection, scope: Scope, values: dict[str, Any], numbers: Sequence[Phone], now: datetime) -> int:
    """A new contact with its numbers; `values` has at least `name`. Returns its id."""
    row = {**values, "search_name": names.search_form(values["name"])[:200], "created_at": now, "updated_at": now}
    row |= {"office_id": scope.office_id, "agent_id": scope.agent_id}
    contact_id = conn.execute(_INSERT, row).inserted_primary_key[0]
    add_phones(conn, scope, contact_id, numbers, first_position=0)
    return contact_id


def add_phones(
    conn: Connection, scope: Scope, contact_id: int, numbers: Sequence[Phone], *, first_position: int
) -> None:
    """Numbers after those the contact has; the caller leaves out the ones it has already."""
    rows = [
        {
            "office_id": scope.office_id,
            "agent_id": scope.agent_id,
            "contact_id": contact_id,
            "number": number["number"],
            "extension": number.get("extension", ""),
            "label": number.get("label", ""),
            "position": position,
        }
        for position, number in enumerate(numbers, start=first_position)
    ]
    if rows:
        conn.execute(_INSERT_PHONE, rows)


def replace_phones(conn: Connection, scope: Scope, contact_id: int, numbers: Sequence[Phone]) -> None:
    conn.execute(delete(contact_phone).where(contact_phone.c.contact_id == contact_id))
    add_phones(conn, scope, contact_id, numbers, first_position=0)


def update(conn: Connection, scope: Scope, contact_id: int, values: dict[str, Any], now: datetime) -> None:
    if "name" in values:
        values = {**values, "search_name": names.search_form(values["name"])[:200]}
    change = update_rows(contact).where(contact.c.id == contact_id, *_of(scope))
    conn.execute(change.values(**values, updated_at=now))


def remove(conn: Connection, scope: Scope, contact_id: int) -> None:
    """Their calls, callbacks and voicemails stay, without a contact; numbers and facts about them go."""
    conn.execute(delete(contact).where(contact.c.id == contact_id, *_of(scope)))


def is_in_a_call(conn: Connection, contact_id: int) -> bool:
    query = select(exists().where(call.c.contact_id == contact_id, call.c.state != "ended"))
    return bool(conn.execute(query).scalar_one())


def set_archived(conn: Connection, scope: Scope, contact_ids: Collection[int], at: datetime | None) -> None:
    """Put these people aside, or back (None); who is aside already stays so since then."""
    for chunk in chunks(list(contact_ids)):
        changed = contact.c.archived_at.is_(None) if at else contact.c.archived_at.is_not(None)
        change = update_rows(contact).where(contact.c.id.in_(chunk), *_of(scope), changed)
        conn.execute(change.values(archived_at=at))


def add_named_by_number(conn: Connection, scope: Scope, number: str, now: datetime) -> int:
    """The contact of an unknown caller, named after their number until somebody gives them a name."""
    known = _pinned_by_number(conn, scope, number)
    if known is not None:
        return known["id"]
    values = {"name": phone.display(number), "named_by_number": True}
    if is_do_not_call(conn, scope.office_id, number):
        values |= {"do_not_call_at": now, "do_not_call_reason": "This number asked earlier not to be called."}
    return insert(conn, scope, values, [{"number": number}], now)


def _all(conn: Connection, query: Select) -> list[RowMapping]:
    return list(conn.execute(query).mappings())

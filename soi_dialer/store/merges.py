"""Everything that hangs on one contact is hung on another. Nothing is lost on the way.

Each function moves one kind of thing from `gone` to `kept`; both are the agent's own and held by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, func, insert, literal, or_, select, update

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import (
    call,
    callback,
    contact,
    contact_phone,
    contact_tag,
    fact,
    import_row,
    level_event,
    referral,
    today_item,
    voicemail,
)

MOVED_WHOLE = (call, callback, voicemail, fact, level_event, import_row)
"""Tables whose rows simply change their contact. Of `callback` one of two that are open has been joined before."""

MOVED_APART = (contact_phone, contact_tag, today_item, referral)
"""Tables of which a row may be there twice after the merge."""


def hold_calls(conn: Connection, scope: Scope, people: Sequence[int]) -> None:
    """Their calls, held until the transaction ends, in the order of their ids as everywhere."""
    mine = call.c.agent_id == scope.agent_id, call.c.contact_id.in_(people)
    conn.execute(select(call.c.id).where(*mine).order_by(call.c.id).with_for_update()).all()


def move_rows(conn: Connection, kept: int, gone: int) -> None:
    """What may be there any number of times."""
    for table in MOVED_WHOLE:
        conn.execute(update(table).where(table.c.contact_id == gone).values(contact_id=kept))


def move_phones(conn: Connection, kept: int, gone: int) -> None:
    """Numbers that `kept` does not have, after its own; of the others a label or extension that was missing."""
    theirs = {row.number: row for row in conn.execute(_phones_of(gone))}
    for row in conn.execute(_phones_of(kept)).all():
        other = theirs.pop(row.number, None)
        if other is not None:
            values = {"label": row.label or other.label, "extension": row.extension or other.extension}
            conn.execute(update(contact_phone).where(contact_phone.c.id == row.id).values(**values))
    last = select(func.coalesce(func.max(contact_phone.c.position), -1)).where(contact_phone.c.contact_id == kept)
    after = conn.execute(last).scalar_one() + 1
    for place, row in enumerate(theirs.values(), after):
        moved = update(contact_phone).where(contact_phone.c.id == row.id)
        conn.execute(moved.values(contact_id=kept, position=place))


def _phones_of(contact_id: int):
    theirs = select(contact_phone).where(contact_phone.c.contact_id == contact_id)
    return theirs.order_by(contact_phone.c.position, contact_phone.c.id)


def move_tags(conn: Connection, kept: int, gone: int) -> None:
    theirs = select(contact_tag.c.tag_id).where(contact_tag.c.contact_id == kept)
    more = select(literal(kept), contact_tag.c.tag_id).where(
        contact_tag.c.contact_id == gone, contact_tag.c.tag_id.not_in(theirs)
    )
    conn.execute(insert(contact_tag).from_select(["contact_id", "tag_id"], more))


def move_days(conn: Connection, kept: int, gone: int) -> None:
    """Their places on the lists of days; on a day on which both stood, that of `kept` stays."""
    days = select(today_item.c.today_on).where(today_item.c.contact_id == kept)
    conn.execute(delete(today_item).where(today_item.c.contact_id == gone, today_item.c.today_on.in_(days)))
    conn.execute(update(today_item).where(today_item.c.contact_id == gone).values(contact_id=kept))


def move_sent(conn: Connection, kept: int, gone: int) -> None:
    """Whom they sent; nobody sends themselves."""
    conn.execute(
        update(referral)
        .where(referral.c.from_contact_id == gone, referral.c.to_contact_id != kept)
        .values(from_contact_id=kept)
    )


def senders(conn: Connection, person: int) -> list:
    """The referral by which this person came, with the sender's id; at most one."""
    return conn.execute(select(referral).where(referral.c.to_contact_id == person)).mappings().all()


def give_sender(conn: Connection, referral_id: int, person: int) -> None:
    conn.execute(update(referral).where(referral.c.id == referral_id).values(to_contact_id=person))


def remove_referral(conn: Connection, referral_id: int) -> None:
    conn.execute(delete(referral).where(referral.c.id == referral_id))


def alike(conn: Connection, scope: Scope, person: RowMapping, limit: int = 10) -> list[RowMapping]:
    """Who may be the same person: one of the numbers, the e-mail address or the name is theirs too."""
    numbers = select(contact_phone.c.number).where(contact_phone.c.contact_id == person["id"])
    sharing = select(contact_phone.c.contact_id).where(
        contact_phone.c.agent_id == scope.agent_id, contact_phone.c.number.in_(numbers)
    )
    same = [contact.c.id.in_(sharing), contact.c.search_name == person["search_name"]]
    if person["email"]:
        same.append(contact.c.email == person["email"])
    query = select(contact).where(
        contact.c.office_id == scope.office_id,
        contact.c.agent_id == scope.agent_id,
        contact.c.id != person["id"],
        or_(*same),
    )
    return list(conn.execute(query.order_by(contact.c.search_name, contact.c.id).limit(limit)).mappings())

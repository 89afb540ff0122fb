"""Who sent whom. A referral's two people are always contacts of the same agent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, insert, or_, select, update

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import contact, referral

MOST = 5000

_SENDER, _PERSON = contact.alias("sender"), contact.alias("person")
_WITH_NAMES = (
    select(referral, _SENDER.c.name.label("sender_name"), _PERSON.c.name.label("person_name"))
    .join_from(referral, _SENDER, _SENDER.c.id == referral.c.from_contact_id)
    .join(_PERSON, _PERSON.c.id == referral.c.to_contact_id)
)


def _scoped(scope: Scope):
    return and_(referral.c.office_id == scope.office_id, referral.c.agent_id == scope.agent_id)


def everyone(connection: Connection, scope: Scope) -> list[RowMapping]:
    """Every referral with `sender_name` and `person_name`, the newest first."""
    query = _WITH_NAMES.where(_scoped(scope)).order_by(referral.c.sent_on.desc(), referral.c.id.desc())
    return list(connection.execute(query.limit(MOST)).mappings())


def get(connection: Connection, scope: Scope, referral_id: int) -> RowMapping | None:
    query = _WITH_NAMES.where(_scoped(scope), referral.c.id == referral_id)
    return connection.execute(query).mappings().one_or_none()


def of_contact(connection: Connection, scope: Scope, contact_id: int) -> list[RowMapping]:
    """Who sent them, and whom they sent, the newest first."""
    theirs = or_(referral.c.from_contact_id == contact_id, referral.c.to_contact_id == contact_id)
    query = _WITH_NAMES.where(_scoped(scope), theirs).order_by(referral.c.sent_on.desc(), referral.c.id.desc())
    return list(connection.execute(query.limit(MOST)).mappings())


def senders(connection: Connection, scope: Scope) -> dict[int, int]:
    """By the person who was sent; locked, so that two referrals at once cannot close a circle between them."""
    query = select(referral.c.to_contact_id, referral.c.from_contact_id).where(_scoped(scope)).with_for_update()
    return dict(connection.execute(query).all())


def add(connection: Connection, scope: Scope, sender: int, person: int, sent_on: date, now: datetime) -> int:
    """A new lead; returns its id."""
    values = {"office_id": scope.office_id, "agent_id": scope.agent_id, "state": "lead", "created_at": now}
    values |= {"from_contact_id": sender, "to_contact_id": person, "sent_on": sent_on}
    return connection.execute(insert(referral).values(values)).inserted_primary_key[0]


def change(connection: Connection, scope: Scope, referral_id: int, **values: Any) -> bool:
    """False when there is no such referral."""
    wanted = update(referral).where(_scoped(scope), referral.c.id == referral_id)
    return connection.execute(wanted.values(**values)).rowcount == 1


def remove(connection: Connection, scope: Scope, referral_id: int) -> bool:
    """False when there is no such referral. The two people stay."""
    return connection.execute(delete(referral).where(_scoped(scope), referral.c.id == referral_id)).rowcount == 1

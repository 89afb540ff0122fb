"""Who of the invented people sent whom, so that the referrals of the demo have something to tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from soi_dialer.flows.demo.people import PEOPLE
from soi_dialer.store import referrals
from soi_dialer.store.scope import Scope


class Sent(NamedTuple):
    """`days` ago; `thanked` so many days later, None: not yet."""

    sender: str
    person: str
    state: str
    days: int
    thanked: int | None = None
    amount: int | None = None


SENT = (
    Sent("Jane Doe", "Derek Wong", "closing", 410, 1, 412_000),
    Sent("Derek Wong", "Abby Feldman", "met", 33, 2),
    Sent("Stephanie Cole", "Hector Ruiz", "closing", 260, 0, 530_000),
    Sent("Stephanie Cole", "Noor Haddad", "lead", 9),
    Sent("Linda Castellano", "Will Stanton", "lost", 120, 3),
)


def add_referrals(conn: Connection, scope: Scope, people: list[int], today: date, now: datetime) -> None:
    """`people` are the contacts in the order of `PEOPLE`."""
    ids = {person.name: contact_id for person, contact_id in zip(PEOPLE, people, strict=True)}
    for one in SENT:
        sent_on = today - timedelta(days=one.days)
        thanked_on = None if one.thanked is None else sent_on + timedelta(days=one.thanked)
        made = referrals.add(conn, scope, ids[one.sender], ids[one.person], sent_on, now)
        referrals.change(conn, scope, made, state=one.state, amount=one.amount, thanked_on=thanked_on)

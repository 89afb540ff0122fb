"""Who sent whom, what became of it, and that they were thanked. No fee is ever part of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.domain.referral import BIGGEST_AMOUNT, STATES, would_go_round
from soi_dialer.domain.whole_number import whole
from soi_dialer.flows.contact_values import read_name, read_phones, refuse_own_numbers
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.keep_contact import insert_contact
from soi_dialer.store import agents, contacts, referrals
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent

LONGEST_NOTE = 500
YEARS = range(1970, 2200)


def add_referral(dialer: Dialer, scope: Scope, *, sender_id: int, person_id: int) -> int:
    """`sender_id` sent `person_id`; returns the referral's id, also when just that was known already.

    Raises:
        NotFound, BadValue, Conflict: nothing was added.
    """
    now = dialer.clock()
    with dialer.db.write() as connection:
        return _add(connection, scope, sender_id, person_id, now)


def add_with_new(
    dialer: Dialer, scope: Scope, *, contact_id: int, name: str, number: str, is_sender: bool
) -> int:
    """A referral with somebody who is no contact yet: kept with a name and a number; returns the referral's id.

    Args:
        is_sender: the new person sent `contact_id`; otherwise `contact_id` sent them.

    Raises:
        NotFound, BadValue, Conflict: nobody and nothing was added.
    """
    values = {"name": read_name(name)}
    if not number.strip():
        raise BadValue("A new person needs a number. Without one there is nobody to call.", "phones")
    phones, now = read_phones([{"number": number}]), dialer.clock()
    with dialer.db.write() as connection:
        refuse_own_numbers(connection, dialer, scope, phones)
        there = contacts.with_any_number(connection, scope, [phones[0]["number"]])
        if there:
            message = f"That is {there[0]['name']}'s number. Look for {there[0]['name']} above instead."
            raise BadValue(message, "phones")
        new_id = insert_contact(connection, scope, values, phones, now)
        pair = (new_id, contact_id) if is_sender else (contact_id, new_id)
        return _add(connection, scope, *pair, now)


def _add(connection: Connection, scope: Scope, sender_id: int, person_id: int, now: datetime) -> int:
    # One after the other: two that are added at once could close a circle between them.
    connection.execute(select(agent.c.id).where(agent.c.id == scope.agent_id).with_for_update())
    both = {one: contacts.pin(connection, scope, one) for one in sorted({sender_id, person_id})}
    sender, person = both[sender_id], both[person_id]
    if sender is None or person is None:
        raise NotFound("There is no such contact.")
    senders = referrals.senders(connection, scope)
    if senders.get(person_id) == sender_id:
        known = referrals.of_contact(connection, scope, person_id)
        return next(row["id"] for row in known if row["to_contact_id"] == person_id)
    if person_id in senders:
        before = contacts.get(connection, scope, senders[person_id])
        raise Conflict(f"{before['name']} sent {person['name']} already. Take that out first.")
    if sender_id == person_id:
        raise BadValue("Nobody sends themselves.", "contact_id")
    if would_go_round(senders, sender_id, person_id):
        raise BadValue(
            f"{sender['name']} came to you through {person['name']}, so it cannot be the other way round.", "contact_id"
        )
    return referrals.add(connection, scope, sender_id, person_id, agents.today(connection, scope.agent_id, now), now)


def change_referral(
    dialer: Dialer, scope: Scope, referral_id: int, *, state: str, amount: str, sent_on: str, thanked_on: str, note: str
) -> None:
    """All of them anew, as typed; an empty amount or day of thanks is none.

    Raises:
        NotFound, BadValue: nothing was changed.
    """
    if state not in STATES:
        raise BadValue(f"What became of it can be {', '.join(STATES)}.", "state")
    values = {"state": state, "amount": _amount(amount), "note": _note(note)}
    with dialer.db.write() as connection:
        today = agents.today(connection, scope.agent_id, dialer.clock())
        values |= {"sent_on": _day(sent_on, "sent_on", today) or today}
        values |= {"thanked_on": _day(thanked_on, "thanked_on", today)}
        if not referrals.change(connection, scope, referral_id, **values):
            raise NotFound("There is no such referral.")


def thank(dialer: Dialer, scope: Scope, referral_id: int) -> None:
    """They were thanked today.

    Raises:
        NotFound: nothing was changed.
    """
    with dialer.db.write() as connection:
        today = agents.today(connection, scope.agent_id, dialer.clock())
        if not referrals.change(connection, scope, referral_id, thanked_on=today):
            raise NotFound("There is no such referral.")


def remove_referral(dialer: Dialer, scope: Scope, referral_id: int) -> None:
    """Taken out; the two people stay.

    Raises:
        NotFound: nothing was changed.
    """
    with dialer.db.write() as connection:
        if not referrals.remove(connection, scope, referral_id):
            raise NotFound("There is no such referral.")


def _amount(text: str) -> int | None:
    digits = text.strip().lstrip("$").replace(",", "").replace(" ", "")
    if not digits:
        return None
    amount = whole(digits, digits=12)
    if amount is None or amount > BIGGEST_AMOUNT:
        raise BadValue("The amount is a whole number, such as 350,000.", "amount")
    return amount


def _day(text: str, field: str, today: date) -> date | None:
    try:
        on = date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise BadValue("Pick a day, such as 2026-11-24.", field) from None
    if on is not None and (on > today or on.year not in YEARS):
        raise BadValue("That day lies in the future or too far back.", field)
    return on


def _note(text: str) -> str:
    try:
        return names.clean_note(text, limit=LONGEST_NOTE)
    except names.BadNote as error:
        raise BadValue(str(error), "note") from None

"""People who live together have one place on the list: whoever of them is talked to, the others are not called next."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.store import contacts, households
from soi_dialer.store.scope import Scope


def live_together(dialer: Dialer, scope: Scope, contact_id: int, other_id: int) -> int:
    """One joins the household of the other, or both make a new one; returns its id.

    Raises `NotAllowed` when they live in two different ones, `BadValue` for the same person, `NotFound`.
    """
    if contact_id == other_id:
        raise BadValue("That is the same contact. Choose another one.", field="other")
    with dialer.db.write() as conn:
        one, other = (_person(conn, scope, some_id) for some_id in (contact_id, other_id))
        there = {row["household_id"] for row in (one, other)} - {None}
        if len(there) > 1:
            raise NotAllowed(f"{other['name']} lives in another household. They have to leave it first.")
        household_id = there.pop() if there else households.add(conn, scope, _name(one, other), dialer.clock())
        for row in (one, other):
            households.put_into(conn, scope, row["id"], household_id)
        return household_id


def leave(dialer: Dialer, scope: Scope, contact_id: int) -> None:
    """They live by themselves; a household of one is none."""
    with dialer.db.write() as conn:
        households.put_into(conn, scope, _person(conn, scope, contact_id)["id"], None)
        households.tidy(conn, scope)


def rename(dialer: Dialer, scope: Scope, household_id: int, name: str) -> None:
    """Raises `BadValue` for a name with nothing to see in it, `NotFound`."""
    try:
        name = names.clean_name(name)
    except names.BadName as error:
        raise BadValue(str(error), field="name") from None
    with dialer.db.write() as conn:
        if households.get(conn, scope, household_id) is None:
            raise NotFound("There is no such household.")
        households.rename(conn, scope, household_id, name)


def _name(*people: Any) -> str:
    """As "Doe household", or "Doe and Roe household"."""
    surnames = dict.fromkeys(person["name"].split()[-1] for person in people)
    return f"{' and '.join(surnames)} household"[-names.NAME_LIMIT :]


def _person(conn: Connection, scope: Scope, contact_id: int) -> Any:
    row = contacts.hold(conn, scope, contact_id)
    if row is None:
        raise NotFound("There is no such contact.")
    return row

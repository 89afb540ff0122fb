"""Add, change and delete the people an agent knows. What is typed is checked here, whichever door it came through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.flows.contact_values import read_phones, read_text, read_values, refuse_own_numbers
from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.store import callbacks, contacts, do_not_call
from soi_dialer.store.scope import Scope

EARLIER_REFUSAL = "This number asked earlier not to be called."
DEFAULT_REFUSAL = "Asked not to be called."
FACT_LENGTH = 500


def add_contact(
    dialer: Dialer,
    scope: Scope,
    *,
    name: str,
    phones: Sequence[dict[str, str]],
    email: str = "",
    level: str = "acquaintance",
    note: str = "",
    time_zone: str | None = None,
) -> int:
    """Keep a new person; returns the contact's id.

    `phones` are `{"number", "label"}` in any form people write, the most used one first; one number given twice is
    kept once. A number that is on the office's do-not-call list makes the new contact do-not-call as well.
    Raises `BadValue` with the field's name.
    """
    values = read_values({"name": name, "email": email, "level": level, "note": note, "time_zone": time_zone})
    numbers = read_phones(phones)
    with dialer.db.write() as conn:
        refuse_own_numbers(conn, dialer, scope, numbers)
        return insert_contact(conn, scope, values, numbers, dialer.clock())


def insert_contact(conn: Connection, scope: Scope, values: dict[str, Any], numbers: list[dict], now) -> int:
    """A contact whose values are checked already, do-not-call if one of its numbers is."""
    plain = [number["number"] for number in numbers]
    if do_not_call.blocked_numbers(conn, scope.office_id, plain):
        values = values | {"do_not_call_at": now, "do_not_call_reason": EARLIER_REFUSAL}
        do_not_call.block_numbers(conn, scope.office_id, plain, EARLIER_REFUSAL, now)
    return contacts.insert(conn, scope, values, numbers, now)


def edit_contact(dialer: Dialer, scope: Scope, contact_id: int, **changes: Any) -> None:
    """Change some of `name`, `phones` (all of them anew), `email`, `level`, `note`, `time_zone`.

    A contact that was named by its number has a name of its own from then on when `name` changes it.
    """
    phones = changes.pop("phones", None)
    values = read_values(changes)
    with dialer.db.write() as conn:
        row = _get(conn, scope, contact_id)
        if "name" in values and values["name"] != row["name"]:
            values["named_by_number"] = False
        if phones is not None:
            values |= _change_phones(dialer, conn, scope, row, phones)
        contacts.update(conn, scope, contact_id, values, dialer.clock())


def _change_phones(dialer: Dialer, conn: Connection, scope: Scope, row: Any, phones: Sequence[dict]) -> dict:
    """New numbers of a do-not-call contact are blocked, too; a blocked number makes its contact do-not-call."""
    numbers = read_phones(phones)
    refuse_own_numbers(conn, dialer, scope, numbers)
    contacts.replace_phones(conn, scope, row["id"], numbers)
    now, plain = dialer.clock(), [number["number"] for number in numbers]
    if row["do_not_call_at"]:
        do_not_call.block_numbers(conn, scope.office_id, plain, row["do_not_call_reason"], now)
        return {}
    if not do_not_call.blocked_numbers(conn, scope.office_id, plain):
        return {}
    do_not_call.block_numbers(conn, scope.office_id, plain, EARLIER_REFUSAL, now)
    return {"do_not_call_at": now, "do_not_call_reason": EARLIER_REFUSAL}


def set_do_not_call(dialer: Dialer, scope: Scope, contact_id: int, on: bool, reason: str = "") -> None:
    """They asked not to be called, or they asked to be called again.

    Takes effect at once, for every number of theirs and for the whole office; it outlives the contact.
    """
    reason = read_text(reason, "reason", FACT_LENGTH)
    with dialer.db.write() as conn:
        row = _get(conn, scope, contact_id)
        numbers = [phone["number"] for phone in contacts.phones(conn, [contact_id])[contact_id]]
        if on:
            _block(dialer, conn, scope, row, numbers, reason or DEFAULT_REFUSAL)
        else:
            _unblock(dialer, conn, scope, row, numbers)


def _block(dialer: Dialer, conn: Connection, scope: Scope, row: Any, numbers: list[str], reason: str) -> None:
    now = dialer.clock()
    do_not_call.block_numbers(conn, scope.office_id, numbers, reason, now)
    values = {"do_not_call_at": row["do_not_call_at"] or now, "do_not_call_reason": reason}
    contacts.update(conn, scope, row["id"], values, now)


def _unblock(dialer: Dialer, conn: Connection, scope: Scope, row: Any, numbers: list[str]) -> None:
    if do_not_call.blocked_by_others(conn, scope.office_id, row["id"], numbers):
        raise NotAllowed(
            "Somebody else in your office with the same number asked not to be called. "
            "That contact has to be allowed first."
        )
    do_not_call.unblock_numbers(conn, scope.office_id, numbers)
    contacts.update(conn, scope, row["id"], {"do_not_call_at": None, "do_not_call_reason": ""}, dialer.clock())


def delete_contact(dialer: Dialer, scope: Scope, contact_id: int) -> None:
    """Their calls, closed callbacks and voicemails stay without a name; a do-not-call stays in force.

    Raises `NotAllowed` while they wait for a callback or are in a call: a debt never vanishes with its contact.
    """
    with dialer.db.write() as conn:
        row = _get(conn, scope, contact_id)
        if contacts.is_in_a_call(conn, contact_id):
            raise NotAllowed(f"{row['name']} is in a call right now. Delete the contact when it has ended.")
        if callbacks.open_for_contact(conn, scope, contact_id):
            raise NotAllowed(
                f"{row['name']} is waiting for a callback. Call back, or waive the callback, before deleting the contact."
            )
        contacts.remove(conn, scope, contact_id)


def add_fact(dialer: Dialer, scope: Scope, contact_id: int, kind: str, text: str) -> int:
    """One thing to remember, heard before the next call; returns its id."""
    kind, text = names.visible_line(kind, 40) or "note", read_text(text, "text", FACT_LENGTH)
    if not text:
        raise BadValue("Write down what is to be remembered.", field="text")
    with dialer.db.write() as conn:
        _get(conn, scope, contact_id)
        return contacts.add_fact(conn, scope, contact_id, kind, text, dialer.clock())


def _get(conn: Connection, scope: Scope, contact_id: int) -> Any:
    row = contacts.get(conn, scope, contact_id)
    if row is None:
        raise NotFound("There is no such contact.")
    return row

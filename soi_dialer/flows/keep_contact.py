"""Add, change and delete the people an agent knows. What is typed is checked here, whichever door it came through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.flows import touch
from soi_dialer.flows.contact_values import read_phones, read_tags, read_text, read_values, refuse_own_numbers
from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.store import callbacks, contacts, households, levels
from soi_dialer.store import do_not_call as blocking
from soi_dialer.store import tags as tagging
from soi_dialer.store.scope import Scope

EARLIER_REFUSAL = "This number asked earlier not to be called."
DEFAULT_REFUSAL = "Asked not to be called."
SHORT_TEXT = 500


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
    cadence_days: int | None = None,
    tags: Sequence[str] = (),
    do_not_call: bool = False,
    do_not_call_reason: str = "",
) -> int:
    """Keep a new person; returns the contact's id.

    `phones` are `{"number", "label"}` in any form people write, the most used one first; one number given twice is
    kept once. A number that is on the office's do-not-call list makes the new contact do-not-call as well.
    `cadence_days` is how long it may be quiet with this person; None: what their level says.
    Raises `BadValue` with the field's name.
    """
    values = {"name": name, "email": email, "level": level, "note": note, "time_zone": time_zone}
    values = read_values(values | {"cadence_days": cadence_days})
    reason, numbers = read_text(do_not_call_reason, "do_not_call_reason", SHORT_TEXT), read_phones(phones)
    words = read_tags(tags)
    with dialer.db.write() as conn:
        refuse_own_numbers(conn, dialer, scope, numbers)
        contact_id = insert_contact(conn, scope, values, numbers, dialer.clock())
        tagging.put_on(conn, scope, {contact_id: words})
        if do_not_call:
            _block(conn, scope, _get(conn, scope, contact_id), reason, dialer.clock())
        touch.refresh(conn, [contact_id])
    return contact_id


def insert_contact(conn: Connection, scope: Scope, values: dict[str, Any], numbers: list[dict], now: datetime) -> int:
    """A contact whose values are checked already, do-not-call if one of its numbers is."""
    plain = [number["number"] for number in numbers]
    if blocking.blocked_numbers(conn, scope.office_id, plain):
        values = values | {"do_not_call_at": now, "do_not_call_reason": EARLIER_REFUSAL}
        blocking.block_numbers(conn, scope.office_id, plain, EARLIER_REFUSAL, now)
    return contacts.insert(conn, scope, values, numbers, now)


def edit_contact(dialer: Dialer, scope: Scope, contact_id: int, **changes: Any) -> None:
    """Change some of `name`, `phones` and `tags` (all of them anew), `email`, `level`, `note`, `time_zone`,
    `cadence_days`, `archived`, `do_not_call` and `do_not_call_reason`: all of it or nothing.

    A contact that was named by its number has a name of its own from then on when `name` changes it.
    """
    phones = changes.pop("phones", None)
    on, reason = changes.pop("do_not_call", None), changes.pop("do_not_call_reason", None)
    reason = None if reason is None else read_text(reason, "do_not_call_reason", SHORT_TEXT)
    words, archived = changes.pop("tags", None), changes.pop("archived", None)
    words = None if words is None else read_tags(words)
    values, now = read_values(changes), dialer.clock()
    with dialer.db.write() as conn:
        row = _get(conn, scope, contact_id)
        _keep_move(conn, scope, row, values.get("level"), now)
        if "name" in values and values["name"] != row["name"]:
            values["named_by_number"] = False
        contacts.update(conn, scope, contact_id, values, now)
        if words is not None:
            tagging.replace(conn, scope, contact_id, words)
        if archived is not None:
            contacts.set_archived(conn, scope, [contact_id], now if archived else None)
        if phones is not None:
            _change_phones(dialer, conn, scope, row, read_phones(phones))
        if on is not None or reason is not None:
            _set_do_not_call(conn, scope, contact_id, on, reason or "", now)
        touch.refresh(conn, [contact_id])


def _keep_move(conn: Connection, scope: Scope, row: Any, level: str | None, now: datetime) -> None:
    """Each move up or down is a dated event."""
    if level is not None and level.casefold() != row["level"].casefold():
        levels.add_event(conn, scope, contact_id=row["id"], from_level=row["level"], to_level=level, at=now)


def _change_phones(dialer: Dialer, conn: Connection, scope: Scope, row: Any, numbers: list[dict]) -> None:
    refuse_own_numbers(conn, dialer, scope, numbers)
    contacts.replace_phones(conn, scope, row["id"], numbers)
    keep_do_not_call(conn, scope, row, dialer.clock())


def keep_do_not_call(conn: Connection, scope: Scope, row: Any, now: datetime) -> None:
    """After numbers were added: those of a do-not-call contact are blocked, and a blocked one makes its contact so."""
    if row["do_not_call_at"] or blocking.blocked_numbers(conn, scope.office_id, _numbers(conn, row)):
        _block(conn, scope, row, row["do_not_call_reason"] or EARLIER_REFUSAL, now)


def set_do_not_call(dialer: Dialer, scope: Scope, contact_id: int, on: bool, reason: str = "") -> None:
    """They asked not to be called, or they asked to be called again.

    Takes effect at once, for every number of theirs and for the whole office; it outlives the contact.
    """
    reason = read_text(reason, "reason", SHORT_TEXT)
    with dialer.db.write() as conn:
        _set_do_not_call(conn, scope, contact_id, on, reason, dialer.clock())
        touch.refresh(conn, [contact_id])


def _set_do_not_call(
    conn: Connection, scope: Scope, contact_id: int, on: bool | None, reason: str, now: datetime
) -> None:
    """`on` None: only the reason of a contact who is do-not-call already."""
    row = _get(conn, scope, contact_id)
    if on is None and not row["do_not_call_at"]:
        raise BadValue("There is no do-not-call to give a reason for.", field="do_not_call_reason")
    if on is False:
        _unblock(conn, scope, row, now)
    else:
        _block(conn, scope, row, reason, now)


def _block(conn: Connection, scope: Scope, row: Any, reason: str, now: datetime) -> None:
    reason = reason or row["do_not_call_reason"] or DEFAULT_REFUSAL
    blocking.block_numbers(conn, scope.office_id, _numbers(conn, row), reason, now)
    values = {"do_not_call_at": row["do_not_call_at"] or now, "do_not_call_reason": reason}
    contacts.update(conn, scope, row["id"], values, now)


def _unblock(conn: Connection, scope: Scope, row: Any, now: datetime) -> None:
    numbers = _numbers(conn, row)
    if blocking.blocked_by_others(conn, scope.office_id, row["id"], numbers):
        raise NotAllowed(
            "Somebody else in your office with the same number asked not to be called. "
            "That contact has to be allowed first."
        )
    blocking.unblock_numbers(conn, scope.office_id, numbers)
    contacts.update(conn, scope, row["id"], {"do_not_call_at": None, "do_not_call_reason": ""}, now)


def _numbers(conn: Connection, row: Any) -> list[str]:
    return [phone["number"] for phone in contacts.phones(conn, [row["id"]])[row["id"]]]


def delete_contact(dialer: Dialer, scope: Scope, contact_id: int) -> None:
    """Their calls, closed callbacks and voicemails stay without a name; a do-not-call stays in force.

    Raises `NotAllowed` while they wait for a callback or are in a call: a debt never vanishes with its contact.
    """
    with dialer.db.write() as conn:
        row = _there(contacts.hold(conn, scope, contact_id))
        if contacts.is_in_a_call(conn, contact_id):
            raise NotAllowed(f"{row['name']} is in a call right now. Delete the contact when it has ended.")
        if callbacks.open_for_contact(conn, scope, contact_id):
            raise NotAllowed(
                f"{row['name']} is waiting for a callback. Call back, or waive it, before deleting the contact."
            )
        contacts.remove(conn, scope, contact_id)
        households.tidy(conn, scope)
        tagging.remove_unused(conn, scope)


def _get(conn: Connection, scope: Scope, contact_id: int) -> Any:
    return _there(contacts.get(conn, scope, contact_id))


def _there(row: Any) -> Any:
    if row is None:
        raise NotFound("There is no such contact.")
    return row

"""Undo an import, from its last row to its first.

Whom it added disappears again, unless something has happened since: a call, a callback, a change by hand. Whoever it
told something new gets back what was there, field by field, unless that has changed since. A do-not-call that came
with the file stays, for it is theirs and not ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.domain import names
from soi_dialer.flows import touch
from soi_dialer.store import contacts, imported_people, imports, tags
from soi_dialer.store.scope import Scope

CHANGED = "Kept: it was changed since."
_DO_NOT_CALL_STAYS = "They are still not to be called: that is not undone."


def undo(conn: Connection, scope: Scope, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Undo these rows, which come in the order of `imports.changes_backwards`, and mark each with what came of it."""
    ids = {row["contact_id"] for row in rows if row["contact_id"] is not None}
    lived = imported_people.lived(conn, ids)
    marked = [_undo_row(conn, scope, row, lived, now) for row in rows]
    imports.mark(conn, marked)
    tags.remove_unused(conn, scope)
    touch.refresh(conn, list(contacts.get_many(conn, scope, ids)))


def _undo_row(
    conn: Connection, scope: Scope, row: Mapping[str, Any], lived: Mapping[int, str], now: datetime
) -> dict[str, Any]:
    person = contacts.get(conn, scope, row["contact_id"]) if row["contact_id"] is not None else None
    problem = ""
    if person is not None:
        undo_one = _remove if row["verdict"] == "new" else _restore
        problem = undo_one(conn, scope, row, person, lived, now)
    said = [*row["problems"], problem] if problem else row["problems"]
    return {"of_row": row["id"], "undone": problem in ("", _DO_NOT_CALL_STAYS), "says": said}


def _remove(
    conn: Connection, scope: Scope, row: Mapping, person: Mapping, lived: Mapping[int, str], _now: datetime
) -> str:
    if person["id"] in lived:
        return f"Kept: {lived[person['id']][0].lower()}{lived[person['id']][1:]}"
    if _has_changed(conn, row["before"], person):
        return CHANGED
    imported_people.remove_many(conn, scope, [person["id"]])
    return ""


def _has_changed(conn: Connection, before: Mapping, person: Mapping) -> bool:
    if person["updated_at"].isoformat() != before["at"] or person["archived_at"] or person["household_id"]:
        return True
    had = {tags.search_form(name) for name in before["tags"]}
    has = {tags.search_form(name) for name in tags.names_of(conn, [person["id"]])[person["id"]]}
    return has != had or bool(imported_people.newer_facts(conn, [person["id"]]))


def _restore(
    conn: Connection, scope: Scope, row: Mapping, person: Mapping, _lived: Mapping[int, str], now: datetime
) -> str:
    before, at = row["before"], datetime.fromisoformat(row["before"]["at"])
    is_untouched = person["updated_at"] == at
    back = {field: old for field, (old, new) in before["values"].items() if person[field] == new}
    kept = [phone["number"] for phone in contacts.phones(conn, [person["id"]])[person["id"]]]
    numbers = [number for number in before["phones"] if number in kept]
    if len(numbers) == len(kept):  # a contact keeps one number at least
        numbers = numbers[1:]
    forms = [names.search_form(name)[: tags.LONGEST] for name in before["tags"]]
    imported_people.take_back(conn, person["id"], numbers=numbers, tags=forms, facts=before["facts"], at=at)
    contacts.update(conn, scope, person["id"], back, datetime.fromisoformat(before["since"]) if is_untouched else now)
    if len(back) < len(before["values"]):
        return CHANGED
    return _DO_NOT_CALL_STAYS if before["refused"] else ""

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

from soi_dialer.flows import touch
from soi_dialer.store import contacts, households, imported_people, imports, tags
from soi_dialer.store.scope import Scope

CHANGED = "Kept: it was changed since."
_DO_NOT_CALL_STAYS = "They are still not to be called: that is not undone."


def undo(conn: Connection, scope: Scope, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Undo these rows, which come in the order of `imports.changes_backwards`, and mark each with what came of it."""
    ids = {row["contact_id"] for row in rows if row["contact_id"] is not None}
    work = _Undo(conn, scope, now)
    work.look_at(ids)
    marked = [work.row(row) for row in rows]
    imported_people.remove_many(conn, scope, work.gone)
    if any((row["before"] or {}).get("home_id") for row in rows):
        households.tidy(conn, scope)
    imports.mark(conn, marked)
    tags.remove_unused(conn, scope)
    touch.refresh(conn, list(ids - set(work.gone)))


class _Undo:
    """Some rows in one transaction, with their people read together. `gone` are those who are to be removed."""

    def __init__(self, conn: Connection, scope: Scope, now: datetime) -> None:
        self.conn, self.scope, self.now = conn, scope, now
        self.people: dict[int, Mapping] = {}
        self.labels: dict[int, list[str]] = {}
        self.noted: set[int] = set()  # about whom something was written down since
        self.lived: dict[int, str] = {}
        self.gone: list[int] = []

    def look_at(self, ids: set[int]) -> None:
        """Read how these people are now; once more for whoever was changed here."""
        self.people |= contacts.get_many(self.conn, self.scope, ids)
        self.labels |= tags.names_of(self.conn, ids)
        self.noted = (self.noted - ids) | imported_people.newer_facts(self.conn, ids)
        self.lived |= imported_people.lived(self.conn, ids - self.lived.keys())

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Undo one row; returns its mark."""
        person = self.people.get(row["contact_id"])
        problem = ""
        if person is not None:
            problem = self._remove(row, person) if row["verdict"] == "new" else self._restore(row, person)
        said = [*row["problems"], problem] if problem else row["problems"]
        return {"of_row": row["id"], "undone": problem in ("", _DO_NOT_CALL_STAYS), "says": said}

    def _remove(self, row: Mapping, person: Mapping) -> str:
        why = self.lived.get(person["id"])
        if why is not None:
            return f"Kept: {why[0].lower()}{why[1:]}"
        if self._has_changed(row["before"], person):
            return CHANGED
        self.gone.append(person["id"])
        return ""

    def _has_changed(self, before: Mapping, person: Mapping) -> bool:
        if person["updated_at"].isoformat() != before["at"]:
            return True
        if person["household_id"] not in (None, before.get("home_id")):
            return True
        if bool(person["archived_at"]) != bool(before.get("archived")):
            return True
        had = {tags.search_form(name) for name in before["tags"]}
        return {tags.search_form(name) for name in self.labels[person["id"]]} != had or person["id"] in self.noted

    def _restore(self, row: Mapping, person: Mapping) -> str:
        before, at = row["before"], datetime.fromisoformat(row["before"]["at"])
        is_untouched = person["updated_at"] == at
        back = {field: old for field, (old, new) in before["values"].items() if person[field] == new}
        forms = [tags.search_form(name) for name in before["tags"]]
        numbers = self._numbers(before, person["id"])
        imported_people.take_back(
            self.conn, person["id"], numbers=numbers, tags=forms, facts=before["facts"], at=at
        )
        since = datetime.fromisoformat(before["since"]) if is_untouched else self.now
        contacts.update(self.conn, self.scope, person["id"], back, since)
        self.look_at({person["id"]})
        if len(back) < len(before["values"]):
            return CHANGED
        return _DO_NOT_CALL_STAYS if before["refused"] else ""

    def _numbers(self, before: Mapping, contact_id: int) -> list[str]:
        """Those that the row had added and that are still there; a contact keeps one number at least."""
        kept = [phone["number"] for phone in contacts.phones(self.conn, [contact_id])[contact_id]]
        numbers = [number for number in before["phones"] if number in kept]
        return numbers[1:] if len(numbers) == len(kept) else numbers

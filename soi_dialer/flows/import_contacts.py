"""Take in an address book. The same file again changes nothing, and calls go on meanwhile.

Each chunk is a transaction of its own: a webhook waits for a few milliseconds at most, and an import that is broken
off goes on where it was when the same file is imported again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.domain.address_book import BadFile, ImportedPerson, Problem, read_rows
from soi_dialer.domain.joining import Book, Known
from soi_dialer.flows import touch
from soi_dialer.flows.contact_values import DEFAULT_LEVEL
from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.keep_contact import insert_contact, keep_do_not_call
from soi_dialer.store import contacts
from soi_dialer.store.scope import Scope

CHUNK = 100
_OWN_NUMBER = "A phone number was left out: it is one of your own numbers."
_ONLY_OWN_NUMBERS = "The only phone number is one of your own numbers."

Progress = Callable[[int, int], object]


@dataclasses.dataclass(frozen=True, slots=True)
class ImportProblem:
    """What of one row was left out. Rows are counted as a spreadsheet does: the header is row 1."""

    row: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}{f' ({self.name})' if self.name else ''}: {self.reason}"


@dataclasses.dataclass(slots=True)
class ImportResult:
    """How many rows became new contacts, told something new of a known one, told nothing new, or were left out."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    problems: list[ImportProblem] = dataclasses.field(default_factory=list)


def import_contacts(
    dialer: Dialer, scope: Scope, data: bytes, *, dry_run: bool = False, progress: Progress | None = None
) -> ImportResult:
    """Keep the people of a CSV file as this agent's contacts; see `domain/address_book.py` for its forms.

    Whoever is known by number is joined: new numbers, and an e-mail and note where there was none; their own name and
    level stay. `progress` is called with (rows done, rows in all). `dry_run` counts and changes nothing.
    Raises `BadValue` when the file as a whole is no address book.
    """
    people, result = _read(data)
    file_names = frozenset(names.search_form(person.name) for person in people)
    total = len(people) + result.skipped
    for done, chunk in _chunks(people, dry_run):
        with dialer.db.read() if dry_run else dialer.db.write() as conn:
            _Chunk(dialer, conn, scope, chunk, file_names, result, dry_run).take_in()
        if progress:
            progress(done + result.skipped, total)
    result.problems.sort(key=lambda problem: problem.row)
    return result


def _read(data: bytes) -> tuple[list[ImportedPerson], ImportResult]:
    people, result = [], ImportResult()
    try:
        for row in read_rows(data):
            if isinstance(row, Problem):
                result.skipped += 1
                result.problems.append(ImportProblem(row.row, row.name, row.reason))
            else:
                people.append(row)
                result.problems += [ImportProblem(row.row, row.name, reason) for reason in row.problems]
    except BadFile as error:
        raise BadValue(str(error), field="file") from None
    return people, result


def _chunks(people: Sequence[ImportedPerson], dry_run: bool) -> Iterator[tuple[int, Sequence[ImportedPerson]]]:
    """A rehearsal is one chunk: it keeps nothing in which the next chunk could find what this one added."""
    size = max(len(people), 1) if dry_run else CHUNK
    for start in range(0, len(people), size):
        chunk = people[start : start + size]
        yield start + len(chunk), chunk


class _Chunk:
    """Some people in one transaction, with what the database knows of their numbers read in a few queries."""

    def __init__(
        self,
        dialer: Dialer,
        conn: Connection,
        scope: Scope,
        people: Sequence[ImportedPerson],
        file_names: frozenset[str],
        result: ImportResult,
        dry_run: bool,
    ) -> None:
        self.conn, self.scope, self.people, self.result, self.dry_run = conn, scope, people, result, dry_run
        self.now: datetime = dialer.clock()
        numbers = {phone.e164 for person in people for phone in person.phones}
        self.own = contacts.own_numbers_among(conn, scope, numbers) | {dialer.settings.twilio_phone_number}
        self.book = Book(_known(conn, scope, numbers), file_names)
        self.changed: list[int] = []  # contacts whose next call may be on another day now

    def take_in(self) -> None:
        for person in self.people:
            numbers = self._numbers(person)
            if not numbers:
                self.result.skipped += 1
                continue
            known = self.book.find(person, numbers)
            if known is None:
                self._add(person, numbers)
            else:
                self._join(known, person, numbers)
        touch.refresh(self.conn, self.changed)

    def _numbers(self, person: ImportedPerson) -> dict[str, dict[str, str]]:
        kept = {
            phone.e164: {"number": phone.e164, "label": phone.label, "extension": phone.extension[:20]}
            for phone in person.phones
            if phone.e164 not in self.own
        }
        if len(kept) < len(person.phones):
            reason = _OWN_NUMBER if kept else _ONLY_OWN_NUMBERS
            self.result.problems.append(ImportProblem(person.row, person.name, reason))
        return kept

    def _add(self, person: ImportedPerson, numbers: dict[str, dict[str, str]]) -> None:
        values = {"name": person.name, "email": person.email, "level": person.level or DEFAULT_LEVEL}
        values |= {"note": person.note, "named_by_number": person.named_by_number, "time_zone": None}
        contact_id = None
        if not self.dry_run:
            contact_id = insert_contact(self.conn, self.scope, values, list(numbers.values()), self.now)
            self.changed.append(contact_id)
        self.book.add(Known(contact_id, person.name, person.named_by_number, person.email, person.note, set(numbers)))
        self.result.added += 1

    def _join(self, known: Known, person: ImportedPerson, numbers: dict[str, dict[str, str]]) -> None:
        before = len(known.numbers)
        new, changes = self.book.join(known, person, numbers)
        if not new and not changes:
            self.result.unchanged += 1
            return
        self.result.updated += 1
        if self.dry_run:
            return
        self.changed.append(known.contact_id)
        contacts.update(self.conn, self.scope, known.contact_id, changes, self.now)
        added = [numbers[number] for number in new]
        contacts.add_phones(self.conn, self.scope, known.contact_id, added, first_position=before)
        if new:
            row = contacts.get(self.conn, self.scope, known.contact_id)
            keep_do_not_call(self.conn, self.scope, row, self.now)


def _known(conn: Connection, scope: Scope, numbers: set[str]) -> list[Known]:
    rows = contacts.with_any_number(conn, scope, numbers)
    phones = contacts.phones(conn, [row["id"] for row in rows])
    return [
        Known(
            row["id"],
            row["name"],
            row["named_by_number"],
            row["email"],
            row["note"],
            {phone["number"] for phone in phones[row["id"]]},
        )
        for row in rows
    ]

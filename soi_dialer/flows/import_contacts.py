"""Take in an address book at once, from its bytes to the contacts, as the command does.

It is a batch like those of the pages: it can be undone there, and one whose process is killed goes on by itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from soi_dialer.dialer import Dialer
from soi_dialer.domain.address_book import BadFile, read_rows
from soi_dialer.domain.joining import JOINED, NEW, SKIPPED, UNCHANGED, Book, in_order
from soi_dialer.flows.errors import BadValue, FlowError
from soi_dialer.flows.import_batch import receive
from soi_dialer.flows.import_chunk import CHUNK, decide, file_names, other_emails
from soi_dialer.flows.import_work import PAUSE_SECONDS, Progress, work_on
from soi_dialer.store import imports
from soi_dialer.store.chunks import chunks
from soi_dialer.store.scope import Scope


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
    dialer: Dialer,
    scope: Scope,
    data: bytes,
    *,
    file_name: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
    pause: float = PAUSE_SECONDS,
) -> ImportResult:
    """Keep the people of a CSV or vCard file as this agent's contacts; see `domain/address_book.py` for its forms.

    Whoever is known by number or e-mail is joined: what is new of them is added, their own name, level and note stay.
    `progress` is called with (rows done, rows in all). `dry_run` counts and changes nothing.
    Raises `BadValue` when the file as a whole is no address book.
    """
    if dry_run:
        return _rehearse(dialer, scope, data)
    _refuse_unreadable(data)
    batch_id = receive(dialer, scope, data, file_name, state="running")
    try:
        work_on(dialer, batch_id, progress=progress, pause=pause)
    except BaseException:
        _break_off(dialer, scope, batch_id)
        raise
    return _result(dialer, scope, batch_id)


def _refuse_unreadable(data: bytes) -> None:
    try:
        next(iter(read_rows(data)))
    except (BadFile, StopIteration) as error:
        raise BadValue(str(error) or "The file is empty.", field="file") from None


def _break_off(dialer: Dialer, scope: Scope, batch_id: int) -> None:
    """Somebody stopped the command: nothing goes on behind their back, and what was taken in can be undone."""
    with dialer.db.write() as conn:
        imports.move(conn, scope, batch_id, ("running",), "failed", dialer.clock(), problem="It was broken off.")


def _rehearse(dialer: Dialer, scope: Scope, data: bytes) -> ImportResult:
    try:
        rows = in_order(read_rows(data))
    except BadFile as error:
        raise BadValue(str(error), field="file") from None
    book, decided = Book([], file_names(rows)), []
    with dialer.db.read() as conn:
        others = other_emails(conn, scope)
    for some in chunks(rows, CHUNK):
        with dialer.db.read() as conn:
            decided += decide(dialer, conn, scope, some, book, others)
    decided.sort(key=lambda one: one.row)
    counts = {verdict: sum(one.verdict == verdict for one in decided) for verdict in (NEW, JOINED, UNCHANGED, SKIPPED)}
    return _counted(counts, ((one.row, one.name, one.problems) for one in decided))


def _result(dialer: Dialer, scope: Scope, batch_id: int) -> ImportResult:
    with dialer.db.read() as conn:
        batch = imports.get(conn, scope, batch_id)
        counts = imports.counts(conn, [batch_id])[batch_id]
        problems = imports.problems(conn, batch_id)
    if batch["state"] != "done":
        raise FlowError(batch["problem"] or "The import is not finished; it goes on by itself.")
    return _counted(counts, ((row["row"], row["name"], row["problems"]) for row in problems))


def _counted(counts: dict[str, int], rows: Iterable[tuple[int, str, Iterable[str]]]) -> ImportResult:
    problems = [ImportProblem(row, name, reason) for row, name, reasons in rows for reason in reasons]
    return ImportResult(*(counts.get(verdict, 0) for verdict in (NEW, JOINED, UNCHANGED, SKIPPED)), problems)

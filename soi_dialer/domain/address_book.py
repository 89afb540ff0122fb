"""Reading an address book that somebody exported: bytes in, people out, and a sentence for whatever was left out.

Nothing is dropped in silence. A wrong number in a good row is a problem of that row, and the person is kept with the
other numbers; a row that gives nobody to call is a `Problem` with its row number, as a spreadsheet counts them (the
header is row 1); cards are counted from 1. Cells are text: a formula, a tag or a quotation is a strange name and
nothing more.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import re
from collections.abc import Iterator, Sequence

from soi_dialer.domain import phone, vcard
from soi_dialer.domain.address_book_columns import Columns, PhoneColumn, columns_of, guess
from soi_dialer.domain.address_book_entry import Entry, person_of, without_guard
from soi_dialer.domain.address_book_facts import DATES
from soi_dialer.domain.address_book_labels import split_labels
from soi_dialer.domain.address_book_text import BadFile, decode, is_vcard, split_hint
from soi_dialer.domain.imported import ImportedPerson, ImportedPhone, Problem

__all__ = ["BadFile", "ImportedPerson", "ImportedPhone", "Layout", "Problem", "layout_of", "read_rows"]

MAX_ROWS = 100_000
_EXAMPLES = 3
_EXAMPLE_LENGTH = 60
_TOO_LONG = f"A cell in line {{}} of the file is longer than {csv.field_size_limit():,} characters; it was left out."
_ODD = "The quotation marks in line {} of the file do not match; the line was left out."

# Google joins several values of one kind in a cell with this.
_JOINED = re.compile(r"\s*:::\s*")
_NAME_PARTS = ("given", "middle", "family", "suffix")

Record = list[str] | Problem


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """What a file looks like, to be shown and corrected. A vCard says itself what everything is: it has no columns.

    `guessed` has a word of `MEANINGS` for each title, `examples` the first values that are not empty.
    """

    is_vcard: bool
    titles: tuple[str, ...]
    guessed: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]
    rows: int  # those that are not blank, without the header


def layout_of(data: bytes) -> Layout:
    """Raises `BadFile` when the file is no table and no vCard at all; its header may still name nothing we know."""
    text = decode(data)
    if is_vcard(text):
        return Layout(True, (), (), (), vcard.count(text))
    records = _records(*split_hint(text))
    header = next(records, (1, Problem(1, "The file is empty.")))[1]
    if isinstance(header, Problem):
        raise BadFile(header.reason)
    examples: list[list[str]] = [[] for _ in header]
    rows = 0
    for _, cells in records:
        rows += 1
        for known, cell in zip(examples, cells if isinstance(cells, list) else (), strict=False):
            if len(known) < _EXAMPLES and cell.strip() and cell.strip()[:_EXAMPLE_LENGTH] not in known:
                known.append(cell.strip()[:_EXAMPLE_LENGTH])
    if not rows:
        raise BadFile("The file has a header row and nothing else.")
    return Layout(False, tuple(header), tuple(guess(header)), tuple(map(tuple, examples)), rows)


def read_rows(
    data: bytes, *, default_region: str = "US", meanings: Sequence[str] | None = None
) -> Iterator[ImportedPerson | Problem]:
    """Every row or card of the file in order, as a person or as a problem; blank rows are passed over.

    `meanings` says what each column is (words of `MEANINGS`); None leaves it to the header row.
    Raises `BadFile` at once when the file as a whole is no address book.
    """
    text = decode(data)
    if is_vcard(text):
        cards = itertools.islice(vcard.read(text), MAX_ROWS + 1)
        return (_limited(card) if card.row > MAX_ROWS else _person(card, default_region) for card in cards)
    text, delimiter = split_hint(text)
    records = _records(text, delimiter)
    columns = _header(next(records, None), meanings)
    rows = (_read_row(row, cells, columns, default_region) for row, cells in records)
    first = next(rows, None)
    if first is None:
        raise BadFile("The file has a header row and nothing else.")
    return itertools.chain([first], rows)


def _person(card: Entry | Problem, region: str) -> ImportedPerson | Problem:
    return card if isinstance(card, Problem) else person_of(card, region)


def _limited(card: Entry | Problem) -> Problem:
    return Problem(card.row, f"Only the first {MAX_ROWS:,} cards were read; split the file to import the rest.")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, Record]]:
    """The rows that are not blank, numbered from 1. A row that cannot be split into cells is a problem.

    A quotation mark that never closes swallows whatever follows, so that reading goes on with the very next line.
    """
    lines = _Lines(text)
    reader = lines.reader(delimiter)
    for row in itertools.count(1):
        first = lines.read
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            is_long_alone = "field limit" in str(error) and lines.read == first + 1
            yield row, Problem(row, (_TOO_LONG if is_long_alone else _ODD).format(first + 1))
            lines.read = first + 1
            reader = lines.reader(delimiter)
            continue
        if any(cell.strip() for cell in cells):
            yield row, cells
        if row > MAX_ROWS:
            yield row, Problem(row, f"Only the first {MAX_ROWS:,} rows were read; split the file to import the rest.")
            return


class _Lines:
    """The lines of the text, of which so many have been read; it can be gone back."""

    def __init__(self, text: str) -> None:
        self._lines = list(io.StringIO(text, newline=""))
        self.read = 0

    def reader(self, delimiter: str) -> Iterator[list[str]]:
        return csv.reader(self, delimiter=delimiter, strict=True, skipinitialspace=True)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.read >= len(self._lines):
            raise StopIteration
        self.read += 1
        return self._lines[self.read - 1]


def _header(record: tuple[int, Record] | None, meanings: Sequence[str] | None) -> Columns:
    if record is None:
        raise BadFile("The file is empty.")
    cells = record[1]
    if isinstance(cells, Problem):
        raise BadFile(cells.reason)
    columns = columns_of(cells, meanings)
    if columns.phones:
        return columns
    if meanings is not None:
        raise BadFile("Say which column holds the phone numbers.")
    if any(_is_number(cell) for cell in cells):
        raise BadFile("The first row must name the columns, such as name,phone; here it holds a phone number already.")
    raise BadFile("No column of phone numbers was found; the first row must name the columns, such as name,phone.")


def _is_number(cell: str) -> bool:
    try:
        phone.parse(cell)
    except phone.BadNumber:
        return False
    return True


def _read_row(row: int, cells: Record, columns: Columns, region: str) -> ImportedPerson | Problem:
    if isinstance(cells, Problem):
        return cells
    plain = [without_guard(cell) for cell in cells]
    entry = Entry(
        row,
        names=_names(columns, plain),
        phones=_phones(cells, columns),
        emails=[part for cell in columns.values("email", plain) for part in _JOINED.split(cell)],
        level=columns.first("level", plain),
        labels=[part for cell in columns.values("labels", plain) for part in split_labels(cell)],
        note=columns.first("note", plain),
        dates=[(kind, columns.first(kind, plain)) for kind in DATES],
        addresses=[", ".join(columns.values("address", plain))],
        facts=columns.first("facts", plain).splitlines(),
        do_not_call=columns.first("do_not_call", plain),
        time_zone=columns.first("time_zone", plain),
        cadence_days=columns.first("cadence_days", plain),
        household=columns.first("household", plain),
        archived=columns.first("archived", plain),
    )
    if any(cell.strip() for cell in cells[columns.width :]):
        entry.problems.append("The row has more cells than the header row; the last ones were left out.")
    return person_of(entry, region)


def _phones(cells: Sequence[str], columns: Columns) -> list[tuple[str, str]]:
    return [(text, _label(cells, one)) for one in columns.phones for text in _JOINED.split(_cell(cells, one.index))]


def _label(cells: Sequence[str], column: PhoneColumn) -> str:
    given = _cell(cells, column.label_index).strip().removeprefix("*") if column.label_index is not None else ""
    return given.strip() or column.label


def _names(columns: Columns, cells: Sequence[str]) -> list[str]:
    parts = " ".join(columns.first(part, cells) for part in _NAME_PARTS)
    return [
        columns.first("name", cells),
        parts,
        columns.first("nickname", cells),
        columns.first("organization", cells),
    ]


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""

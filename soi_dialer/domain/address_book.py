"""Reading an address book that somebody exported: bytes in, people out, and a sentence for whatever was left out.

Nothing is dropped in silence. A wrong number in a good row is a problem of that row, and the person is kept with the
other numbers; a row that gives nobody to call is a `Problem` with its row number, as a spreadsheet counts them (the
header is row 1). Cells are text: a formula, a tag or a quotation is a strange name and nothing more.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from soi_dialer.domain import names, phone
from soi_dialer.domain.address_book_columns import Columns, PhoneColumn, columns_of
from soi_dialer.domain.address_book_text import BadFile, decode, split_hint
from soi_dialer.domain.email_address import BadEmail, clean_email

__all__ = ["BadFile", "ImportedPerson", "ImportedPhone", "Problem", "read_rows"]

MAX_ROWS = 100_000
MOST_PHONES = 20
LABEL_LIMIT = 40

# Google joins several values of one kind in a cell with this.
_JOINED = re.compile(r"\s*:::\s*")
_AS_FORMULA = re.compile(r'="?([^"]*)"?')
_LEVEL_OF_LABEL = {
    "past customer": "past customer",
    "past client": "past customer",
    "client": "past customer",
    "customer": "past customer",
    "friend": "friend",
    "family": "family",
    "referral partner": "referral partner",
    "neighbor": "neighbor",
    "neighbour": "neighbor",
    "acquaintance": "acquaintance",
}


class ImportedPhone(NamedTuple):
    """A number that may be kept. `extension` and `label` may be ""."""

    e164: str
    label: str
    extension: str


@dataclasses.dataclass(frozen=True, slots=True)
class ImportedPerson:
    """One good row, ready to be kept. `problems` are sentences about what of it was left out."""

    row: int
    name: str
    phones: tuple[ImportedPhone, ...]  # at least one
    email: str = ""
    level: str = ""  # "" when the file says nothing about it
    note: str = ""
    named_by_number: bool = False
    problems: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A row that was left out, and why, in one sentence. `name` helps to find it; it may be ""."""

    row: int
    reason: str
    name: str = ""


def read_rows(data: bytes, *, default_region: str = "US") -> Iterator[ImportedPerson | Problem]:
    """Every row of the file in order, as a person or as a problem; blank rows are passed over.

    Raises `BadFile` at once when the file as a whole is no address book.
    """
    text, delimiter = split_hint(decode(data))
    records = _records(text, delimiter)
    columns = _header(next(records, None))
    rows = (_read_row(row, cells, columns, default_region) for row, cells in records)
    first = next(rows, None)
    if first is None:
        raise BadFile("The file has a header row and nothing else.")
    return itertools.chain([first], rows)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | Problem]]:
    """The rows that are not blank, numbered from 1. A row that cannot be split into cells is a problem."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    for row in itertools.count(1):
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield row, Problem(row, _why_unreadable(str(error), line, reader.line_num))
            continue
        if any(cell.strip() for cell in cells):
            yield row, cells
        if row > MAX_ROWS:
            yield row, Problem(row, f"Only the first {MAX_ROWS:,} rows were read; split the file to import the rest.")
            return


def _why_unreadable(error: str, first_line: int, last_line: int) -> str:
    lines = f"line {first_line}" if last_line <= first_line else f"lines {first_line} to {last_line}"
    if "field limit" in error:
        return f"A cell in {lines} of the file is longer than {csv.field_size_limit():,} characters; it was left out."
    return f"The quotation marks in {lines} of the file do not match; nothing there could be read."


def _header(record: tuple[int, list[str] | Problem] | None) -> Columns:
    if record is None:
        raise BadFile("The file is empty.")
    cells = record[1]
    if isinstance(cells, Problem):
        raise BadFile(cells.reason)
    columns = columns_of(cells)
    if columns.phones:
        return columns
    if any(_is_number(cell) for cell in cells):
        raise BadFile("The first row must name the columns, such as name,phone; here it holds a phone number already.")
    raise BadFile("No column of phone numbers was found; the first row must name the columns, such as name,phone.")


def _is_number(cell: str) -> bool:
    try:
        phone.parse(cell)
    except phone.BadNumber:
        return False
    return True


def _read_row(row: int, cells: list[str] | Problem, columns: Columns, region: str) -> ImportedPerson | Problem:
    if isinstance(cells, Problem):
        return cells
    problems: list[str] = []
    if any(cell.strip() for cell in cells[columns.width :]):
        problems.append("The row has more cells than the header row; the last ones were left out.")
    phones = _phones(cells, columns, region, problems)
    email = _email(columns.first("email", cells), problems)
    name = _name(cells, columns) or names.visible_line(email, names.NAME_LIMIT)
    if not phones:
        return Problem(row, " ".join(problems) or "There is no phone number, so there is nobody to call.", name)
    return ImportedPerson(
        row,
        name or phone.display(phones[0].e164),
        phones,
        email,
        _level(cells, columns),
        _note(columns.first("note", cells), problems),
        not name,
        tuple(problems),
    )


def _phones(cells: Sequence[str], columns: Columns, region: str, problems: list[str]) -> tuple[ImportedPhone, ...]:
    found: dict[str, ImportedPhone] = {}
    for column in columns.phones:
        for text in _JOINED.split(_cell(cells, column.index)):
            if not text.strip():
                continue
            try:
                read = _phone(text, _label(cells, column), region)
            except phone.BadNumber as error:
                problems.append(f"A phone number was left out: {error.reason}")
            else:
                found.setdefault(read.e164, read)
    if len(found) > MOST_PHONES:
        problems.append(f"Only the first {MOST_PHONES} phone numbers were kept.")
    return tuple(found.values())[:MOST_PHONES]


def _phone(text: str, label: str, region: str) -> ImportedPhone:
    formula = _AS_FORMULA.fullmatch(text.strip())  # ="2125551234" keeps Excel from changing it
    number = phone.parse(formula[1] if formula else text, default_region=region)
    # A foreign number is kept, for dialling it is a setting; a premium one is nobody's own.
    phone.check_dialable(number.e164, allowed_regions=frozenset({number.region}))
    return ImportedPhone(number.e164, label, number.extension)


def _label(cells: Sequence[str], column: PhoneColumn) -> str:
    given = _cell(cells, column.label_index).strip().removeprefix("*") if column.label_index is not None else ""
    return names.visible_line(given, LABEL_LIMIT).lower() or column.label


def _email(text: str, problems: list[str]) -> str:
    try:
        return clean_email(_JOINED.split(text)[0])
    except BadEmail as error:
        problems.append(f"The e-mail address was left out: {error}")
        return ""


def _note(text: str, problems: list[str]) -> str:
    try:
        return names.clean_note(text)
    except names.BadNote as error:
        problems.append(f"The note was left out: {error}")
        return ""


def _name(cells: Sequence[str], columns: Columns) -> str:
    parts = " ".join(columns.first(role, cells) for role in ("given", "middle", "family", "suffix"))
    whole = (columns.first(role, cells) for role in ("name", "nickname", "organization"))
    name, nickname, organization = whole
    for candidate in (name, parts, nickname, organization):
        try:
            return names.clean_name(candidate)
        except names.BadName:
            continue
    return ""


def _level(cells: Sequence[str], columns: Columns) -> str:
    """The level column, else the first label that is one: "* myContacts ::: Past Clients" is a past customer."""
    stated = names.visible_line(columns.first("level", cells), LABEL_LIMIT)
    if stated:
        return stated
    for label in re.split(r":::|[;,]", columns.first("labels", cells)):
        plain = names.search_form(label.strip().removeprefix("*")).removesuffix("s")
        if plain in _LEVEL_OF_LABEL:
            return _LEVEL_OF_LABEL[plain]
    return ""


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""

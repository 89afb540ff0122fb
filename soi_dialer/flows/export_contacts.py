"""All of an agent's contacts as a file that an import reads back whole: CSV for spreadsheets, vCard for phones."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from soi_dialer.dialer import Dialer
from soi_dialer.domain import vcard_text
from soi_dialer.domain.address_book_facts import line_of_fact
from soi_dialer.domain.names import search_form
from soi_dialer.store import contacts, households, imported_people, tags
from soi_dialer.store.scope import Scope

PHONES = 20
FORMATS = {"csv": None, "vcard3": vcard_text.V3, "vcard4": vcard_text.V4}
"""What can be written, and the version of the vCard."""

_PAGE = 500
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""How a cell begins that a spreadsheet would run, in some languages also with wide signs; and what we make of it."""

_WORDS = ("email", "level", "tags", "note", "time zone", "do not call", "facts")
_LAST = ("days between talks", "household", "archived")


class _Person(NamedTuple):
    row: Mapping
    phones: Sequence[Mapping]
    tags: Sequence[str]
    facts: Sequence[Mapping]
    household: str


def export_contacts(dialer: Dialer, scope: Scope, form: str = "csv") -> Iterator[str]:
    """The file in pieces; a page of contacts is read at a time. `form` is one of `FORMATS`."""
    version = FORMATS[form]
    if version is None:
        return _table(dialer, scope)
    return (vcard_text.card(version, *person) for person in _people(dialer, scope))


def _table(dialer: Dialer, scope: Scope) -> Iterator[str]:
    with dialer.db.read() as conn:
        width = max(1, min(imported_people.most_phones(conn, scope), PHONES))
    titles = [f"phone{'' if n == 0 else n + 1}" for n in range(width)]
    yield _line(["name", *(cell for title in titles for cell in (title, f"{title} label")), *_WORDS, *_LAST])
    for person in _people(dialer, scope):
        yield _line(_cells(person, width))


def _people(dialer: Dialer, scope: Scope) -> Iterator[_Person]:
    after = None
    with dialer.db.read() as conn:
        homes = _told_apart(households.names(conn, scope))
    while True:
        with dialer.db.read() as conn:
            page = imported_people.everybody(conn, scope, after, _PAGE)
            ids = [row["id"] for row in page]
            phones, labels = contacts.phones(conn, ids), tags.names_of(conn, ids)
            facts = imported_people.facts_of(conn, ids)
        for row in page:
            home = homes.get(row["household_id"], "")
            yield _Person(row, phones[row["id"]], labels[row["id"]], facts[row["id"]], home)
        if len(page) < _PAGE:
            return
        after = (page[-1]["search_name"], page[-1]["id"])


def _told_apart(names: Mapping[int, str]) -> dict[int, str]:
    """Two families may be called alike; an import takes those for one household that have one name."""
    told: set[str] = set()
    apart: dict[int, str] = {}
    for household_id, name in names.items():
        number, one = 1, name
        while search_form(one) in told:
            number, one = number + 1, f"{name} ({number + 1})"
        told.add(search_form(one))
        apart[household_id] = one
    return apart


def _cells(person: _Person, width: int) -> list[str]:
    row = person.row
    numbers = [cell for one in person.phones[:width] for cell in (_number(one), _harmless(one["label"]))]
    numbers += [""] * (2 * width - len(numbers))
    facts = [line_of_fact(fact) for fact in person.facts]
    refused = (row["do_not_call_reason"] or "yes") if row["do_not_call_at"] else ""
    words = [row["email"], row["level"], "; ".join(person.tags), row["note"], row["time_zone"] or "", refused]
    last = [str(row["cadence_days"] or ""), person.household, "yes" if row["archived_at"] else ""]
    return [_harmless(row["name"]), *numbers, *map(_harmless, [*words, "\n".join(facts), *last])]


def _number(phone: Mapping) -> str:
    return phone["number"] + (f" ext. {phone['extension']}" if phone["extension"] else "")


def _harmless(text: str) -> str:
    """A spreadsheet would run a cell that begins like a formula. Numbers keep their plus: that is read as a number."""
    return "'" + text if _FORMULA.match(text) else text


def _line(cells: Sequence[str]) -> str:
    """RFC 4180: quoted where needed, lines end with CR LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()

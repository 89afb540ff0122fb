"""All of an agent's contacts as CSV, in the layout that `import_contacts` reads back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from soi_dialer.dialer import Dialer
from soi_dialer.store import contacts
from soi_dialer.store.scope import Scope

PHONES = 20
_PAGE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_contacts(dialer: Dialer, scope: Scope) -> Iterator[str]:
    """The lines of the file, the header first; a page of contacts is read at a time."""
    pages = list(_pages(dialer, scope))
    phones = max((len(numbers) for _, numbers in pages), default=1)
    titles = [f"phone{'' if n == 0 else n + 1}" for n in range(max(1, min(phones, PHONES)))]
    yield _line(["name", *titles, "email", "level", "note"])
    for contact, numbers in pages:
        yield _line(_cells(contact, numbers, len(titles)))


def _pages(dialer: Dialer, scope: Scope) -> Iterator[tuple[Mapping, Sequence[Mapping]]]:
    after = None
    while True:
        with dialer.db.read() as conn:
            page = contacts.page(conn, scope, after=after, limit=_PAGE)
            phones = contacts.phones(conn, [row["id"] for row in page])
        for row in page:
            yield row, phones.get(row["id"], [])
        if len(page) < _PAGE:
            return
        after = (page[-1]["search_name"], page[-1]["id"])


def _cells(contact: Mapping, numbers: Sequence[Mapping], width: int) -> list[str]:
    plain = [row["number"] + (f" ext. {row['extension']}" if row["extension"] else "") for row in numbers[:width]]
    plain += [""] * (width - len(plain))
    words = [contact["email"], contact["level"], contact["note"]]
    return [_harmless(contact["name"]), *plain, *(_harmless(word) for word in words)]


def _harmless(text: str) -> str:
    """A spreadsheet would run a cell that begins like a formula. Numbers keep their plus: that is read as a number."""
    return "'" + text if text.startswith(_FORMULA) else text


def _line(cells: Sequence[str]) -> str:
    """RFC 4180: quoted where needed, lines end with CR LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()

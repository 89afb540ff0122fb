"""Three address books of the same town, as three programs export them, with people who are in two or in all of them.

Seven hundred people: Google has the first 400, Outlook those from 150 on, Apple those from 300 on. In each book some
have another number than elsewhere and are known by their e-mail address alone, some have no address and are known by
their number alone, families share a landline, and a few have no number at all. The same every time.

    python tests/data/messy_books.py DIRECTORY
"""

from __future__ import annotations

import csv
import dataclasses
import io
import random
import sys
from pathlib import Path

from tests.data.google_contacts import AREA_CODES, FAMILY, GIVEN

BOOK = 400
_SHIFT = 150
_NUMBERLESS = 50
"""One person in so many has no number in any book."""


@dataclasses.dataclass(frozen=True, slots=True)
class Neighbor:
    """`spare` is the number that one of the books has instead."""

    index: int
    given: str
    family: str
    number: str
    spare: str
    landline: str
    email: str

    @property
    def has_number(self) -> bool:
        return self.index % _NUMBERLESS != 20

    def numbers(self, book: int) -> list[str]:
        if not self.has_number:
            return []
        first = self.spare if self.email and self.index % 7 == book else self.number
        return [first, self.landline] if self.landline else [first]


@dataclasses.dataclass(frozen=True, slots=True)
class Books:
    """The files, and how many people with a number there are in all of them together."""

    google: bytes
    outlook: bytes
    apple: bytes
    people: int


def messy_books(size: int = BOOK, seed: int = 11) -> Books:
    """Of at most 400 people each, since there are not more numbers that are kept free for fiction."""
    shift = size * _SHIFT // BOOK
    town = _town(size + 2 * shift, random.Random(seed))
    return Books(
        _google(town[:size]),
        _outlook(town[shift : size + shift]),
        _apple(town[2 * shift :]),
        sum(one.has_number for one in town),
    )


def _town(size: int, chance: random.Random) -> list[Neighbor]:
    lines = [(area, line) for area in AREA_CODES for line in range(100)]
    chance.shuffle(lines)
    numbers = [f"{area}55501{line:02d}" for area, line in lines]
    families = [name for name in FAMILY if name.isascii() or name.encode("cp1252", "replace").count(b"?") == 0]
    town, landline = [], ""
    for index in range(size):
        landline = numbers.pop() if index % 25 == 5 else landline if index % 25 == 6 else ""
        email = f"neighbor{index}@example.com" if chance.random() < 0.8 else ""
        given, family = chance.choice(GIVEN), chance.choice(families)
        town.append(Neighbor(index, given, family, numbers.pop(), numbers.pop() if email else "", landline, email))
    return town


def _written(number: str, form: int) -> str:
    area, middle, last = number[:3], number[3:6], number[6:]
    return (f"({area}) {middle}-{last}", f"{area}.{middle}.{last}", f"+1 {area} {middle} {last}")[form]


def _google(people: list[Neighbor]) -> bytes:
    """UTF-16 with its mark, as a spreadsheet saves "Unicode text", columns by tabs, two numbers in one cell."""
    header = "First Name,Last Name,Labels,Birthday,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value".split(",")
    rows = [
        [
            one.given,
            one.family,
            "* myContacts ::: Past Clients" if one.index % 3 == 0 else "* myContacts ::: Neighbors",
            f"--{one.index % 12 + 1:02d}-{one.index % 28 + 1:02d}" if one.index % 4 == 0 else "",
            one.email.upper(),
            "* mobile",
            " ::: ".join(_written(number, 0) for number in one.numbers(0)),
        ]
        for one in people
    ]
    return _table(header, rows, "\t").encode("utf-16")


def _outlook(people: list[Neighbor]) -> bytes:
    """Windows-1252, semicolons, names in capitals, a column that nobody needs."""
    header = "Title;First Name;Last Name;Mobile Phone;Home Phone;E-mail Address;Home City;Notes;Birthday".split(";")
    rows = [
        [
            "Dr." if one.index % 9 == 0 else "",
            one.given,
            one.family.upper(),
            *[_written(number, 1) for number in [*one.numbers(1), ""][:1] if number],
            *([] if one.has_number else [""]),
            _written(one.landline, 1) if one.landline and one.has_number else "",
            one.email,
            "Salem" if one.index % 5 == 0 else "",
            'Said: "spring; not before"\r\nLikes déjà vu' if one.index % 6 == 0 else "",
            "0/0/00",
        ]
        for one in people
    ]
    return _table(header, rows, ";").encode("cp1252")


def _apple(people: list[Neighbor]) -> bytes:
    return "".join(map(_card, people)).encode()


def _card(one: Neighbor) -> str:
    """vCard 3.0 with grouped labels, a picture, and folded lines."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{one.family};{one.given};;;", f"FN:{one.given} {one.family}"]
    for place, number in enumerate(one.numbers(2), 1):
        lines += [f"item{place}.TEL;type=pref:{_written(number, 2)}", f"item{place}.X-ABLabel:_$!<Mobile>!$_"]
    if one.email:
        lines.append(f"EMAIL;type=INTERNET;type=HOME;type=pref:{one.email}")
    if one.index % 10 == 0:
        lines += ["PHOTO;ENCODING=b;TYPE=JPEG:" + "/9j/4AAQSkZJRgABAQ" * 4, *[" " + "AQEAYABgAAD" * 6] * 5]
    if one.index % 8 == 0:
        lines += ["CATEGORIES:Rotary,Golf", "NOTE:Met at the fair\\; likes hi", " king\\, dogs\\nand coffee"]
    return "".join(f"{line}\r\n" for line in [*lines, "END:VCARD"])


def _table(header: list[str], rows: list[list[str]], delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    return out.getvalue()


if __name__ == "__main__":
    books, place = messy_books(), Path(sys.argv[1])
    for name, data in (("google.csv", books.google), ("outlook.csv", books.outlook), ("apple.vcf", books.apple)):
        (place / name).write_bytes(data)

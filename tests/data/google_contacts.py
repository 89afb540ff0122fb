"""An address book of believable people in the layout that Google Contacts exports. The same every time.

    python tests/data/google_contacts.py 1000 > contacts.csv

Numbers are of the fictional range 555-0100 to 555-0199. As in life, some rows have no number, some have several in
one cell, some notes have lines, and a few cells were spoilt by a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Iterator

HEADER = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,"
    "Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,"
    "Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
    "Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,"
    "Website 1 - Label,Website 1 - Value"
).split(",")

GIVEN = """
Aaron Abigail Ana André Angela Beatriz Brian Camila Chloé Daniel Diego Elena Emily Ethan Fatima Gabriel Grace
Hannah Henry Isabel Jack James Jasmine José Julia Kevin Laura Liam Lucía Maria Mei Michael Mónica Nadia Noah Olivia
Patrick Priya Rachel René Robert Rosa Samuel Sofía Søren Thomas Uma Victor Wanda Xavier Yusuf Zoë
""".split()
FAMILY = """
Adams Álvarez Bauer Bennett Brooks Carter Chen Clark Cohen Cruz Davis Delgado Edwards Evans Fischer Flores
García Gómez Green Hall Hansen Hill Ibrahim Jackson Johnson Kelly Khan Kim Le López Martin Mitchell Müller Murphy
Nguyen Núñez O'Brien Ortiz Park Patel Perez Reed Rivera Robinson Rossi Russell Sánchez Shah Smith Sullivan Taylor
Torres Turner Van-Dyke Walker Watson White Williams Wright Young Zimmermann Łukasik
""".split()
AREA_CODES = (
    *(201, 206, 212, 213, 303, 305, 312, 404, 415, 480, 503),
    *(512, 602, 605, 612, 617, 702, 713, 720, 808, 850, 917),
)
_FORMS = ("+1 {0}-{1}-{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "+1{0}{1}{2}", "1 {0} {1} {2}")
_LABELS = (
    "* myContacts",
    "* myContacts ::: Past Clients",
    "Friends ::: * myContacts",
    "* myContacts ::: * starred",
    "Referral Partners ::: * myContacts",
    "* myContacts ::: Neighbors",
    "* family ::: * myContacts",
)
_NOTES = (
    *("", "", ""),
    "Bought on Maple Street in 2021.",
    "Two boys, both play soccer.\nAsk about the porch.",
    'Said: "call me in spring"',
    "Works from home, mornings are best; likes hiking, dogs, and coffee",
)
Line = tuple[int, int]
"""An area code and the last two digits of a fictional number."""

_DOMAINS = ("example.com", "example.net", "example.org")


def google_contacts(rows: int = 1000, seed: int = 7) -> bytes:
    """The export as UTF-8 with "\\r\\n" line ends. At most 2,100 rows: each has a number of its own."""
    chance = random.Random(seed)
    lines = [(area, line) for area in AREA_CODES for line in range(100)]
    chance.shuffle(lines)
    spare = iter(lines[rows:] * 10)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADER, restval="")
    writer.writeheader()
    for number, line in enumerate(lines[:rows]):
        writer.writerow(_person(chance, number, line, spare))
    return out.getvalue().encode()


def _person(chance: random.Random, number: int, line: Line, spare: Iterator[Line]) -> dict[str, str]:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    person = {
        "First Name": given,
        "Middle Name": chance.choice(["", "", "", "A.", "Lee"]),
        "Last Name": family,
        "Labels": chance.choice(_LABELS),
        "Notes": chance.choice(_NOTES),
        "Birthday": chance.choice(["", "", f"19{chance.randint(50, 99)}-{chance.randint(1, 12):02d}-15", "--07-04"]),
        "Phone 1 - Label": chance.choice(["Mobile", "* mobile", "Home", "Work"]),
        "Phone 1 - Value": _written(chance, line),
        "Address 1 - City": chance.choice(["", "Springfield", "Salem"]),
    }
    if chance.random() < 0.7:
        person |= {"E-mail 1 - Label": "* ", "E-mail 1 - Value": f"person{number}@{chance.choice(_DOMAINS)}"}
    if chance.random() < 0.2:
        second = _written(chance, next(spare)) + chance.choice(["", " x12"])
        person |= {"Phone 2 - Label": "Work", "Phone 2 - Value": second}
    return person | _oddity(chance, number, person, spare)


def _oddity(chance: random.Random, number: int, person: dict[str, str], spare: Iterator[Line]) -> dict[str, str]:
    """What real address books also hold, at fixed rows so that a test can count it."""
    match number % 50:
        case 10:
            return {"Phone 1 - Value": f"{person['Phone 1 - Value']} ::: {_written(chance, next(spare))}"}
        case 20:
            return {"Phone 1 - Value": "", "Phone 2 - Value": "", "Labels": "* Other Contacts"}
        case 30:
            nameless = {"First Name": "", "Middle Name": "", "Last Name": ""}
            return nameless | {"Organization Name": "Springfield Title & Escrow"}
        case 40 if number % 100 == 40:
            return {"Phone 2 - Label": "Work", "Phone 2 - Value": "2.12556E+09"}
        case _:
            return {}


def _written(chance: random.Random, line: Line) -> str:
    area, last = line
    return chance.choice(_FORMS).format(area, 555, f"01{last:02d}")


if __name__ == "__main__":
    sys.stdout.buffer.write(google_contacts(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))

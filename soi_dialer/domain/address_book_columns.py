"""What each column of an address book holds: guessed from the header row, or as somebody has said.

Known layouts: our own (`name,phone,phone2,email,level,tags,note,...`), Google Contacts (today's "First Name ... Phone 1
- Label, Phone 1 - Value" and the older "Name, Given Name ... Phone 1 - Type"), Outlook ("Mobile Phone", "Home Phone 2",
"E-mail Address"), and whatever else names its columns in similar words. Other columns are left out.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from soi_dialer.domain import names

MEANINGS = {
    "": "Leave out",
    "name": "Whole name",
    "given": "First name",
    "middle": "Middle name",
    "family": "Last name",
    "suffix": "Suffix, such as Jr.",
    "nickname": "Nickname",
    "organization": "Company",
    "phone": "Phone number",
    "phone_label": "Kind of next number",
    "email": "E-mail",
    "level": "How close they are",
    "labels": "Tags",
    "note": "Note",
    "birthday": "Birthday",
    "anniversary": "Wedding anniversary",
    "closing": "Day of the closing",
    "loan_date": "Date of the loan",
    "address": "Address",
    "time_zone": "Time zone",
    "do_not_call": "Do not call",
    "facts": "Things to remember",
    "cadence_days": "Days between two talks",
    "household": "Household",
    "archived": "Archived (yes or no)",
}
"""What a column may be, and how a page calls it."""

_TITLES = {
    "name": ("name", "full name", "display name", "contact", "contact name"),
    "given": ("first name", "given name"),
    "middle": ("middle name", "additional name"),
    "family": ("last name", "family name", "surname"),
    "suffix": ("suffix", "name suffix"),
    "nickname": ("nickname", "file as"),
    "organization": ("company", "organization", "organization name", "organization 1 name"),
    "level": ("level",),
    "labels": ("labels", "group membership", "categories", "groups", "tags"),
    "note": ("note", "notes"),
    "birthday": ("birthday", "birth date", "birthdate", "date of birth"),
    "anniversary": ("anniversary", "wedding anniversary"),
    "closing": ("closing", "closing date", "close date", "closed on"),
    "loan_date": ("loan date", "funding date", "funded on"),
    "time_zone": ("time zone", "timezone"),
    "do_not_call": ("do not call", "dnc"),
    "facts": ("facts", "things to remember"),
    "cadence_days": ("days between talks", "days between two talks"),
    "household": ("household",),
    "archived": ("archived",),
}
_MEANING_OF = {title: meaning for meaning, titles in _TITLES.items() for title in titles}
_EMAIL = re.compile(r"e ?mail( address)?( \d+)?( address)?( value)?")
_WHOLE_ADDRESS = re.compile(r"((home|mailing|property|street) )?address( 1)?( formatted)?")
_PART_OF_ADDRESS = re.compile(r"home (street|city|state|postal code)")
_PHONE_WORDS = frozenset({"phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "landline"})
_NO_PHONE_WORDS = frozenset(
    {"fax", "pager", "telex", "tty", "isdn", "radio", "assistant", "callback", "carrier", "extension", "verified"}
)
_LABELS = {
    "mobile": "mobile",
    "cell": "mobile",
    "cellphone": "mobile",
    "iphone": "mobile",
    "home": "home",
    "work": "work",
    "business": "work",
    "office": "work",
    "main": "main",
    "primary": "main",
    "other": "other",
    "car": "car",
    "landline": "home",
}


@dataclasses.dataclass(frozen=True, slots=True)
class PhoneColumn:
    """Where a number is, and how it is called: by its own header or by the cell of a neighbouring column."""

    index: int
    label: str
    label_index: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Columns:
    """The columns that we read. `of` maps a meaning to its columns in order: mostly the first with a value counts."""

    of: dict[str, tuple[int, ...]]
    phones: tuple[PhoneColumn, ...]
    width: int

    def first(self, meaning: str, cells: Sequence[str]) -> str:
        """The first value of that meaning in a row, or ""."""
        return next(iter(self.values(meaning, cells)), "")

    def values(self, meaning: str, cells: Sequence[str]) -> list[str]:
        """All values of that meaning in a row; the empty ones are passed over."""
        found = (cells[index].strip() for index in self.of.get(meaning, ()) if index < len(cells))
        return list(filter(None, found))


def guess(header: Sequence[str]) -> list[str]:
    """What each column seems to be, as words of `MEANINGS`."""
    titles = [_words(cell) for cell in header]
    groups = {_group(title) for title in titles if _is_phone(title)}
    guessed = [_meaning(title, groups) for title in titles]
    if not any(_WHOLE_ADDRESS.fullmatch(title) for title in titles):
        guessed = ["address" if _PART_OF_ADDRESS.fullmatch(t) else g for t, g in zip(titles, guessed, strict=True)]
    return guessed


def columns_of(header: Sequence[str], meanings: Sequence[str] | None = None) -> Columns:
    """The columns by meaning: as somebody has said, or else as guessed. Without any phone column `phones` is empty."""
    titles = [_words(cell) for cell in header]
    meanings = guess(header) if meanings is None else meanings
    of: dict[str, tuple[int, ...]] = {}
    for index, meaning in enumerate(meanings[: len(header)]):
        if meaning:
            of[meaning] = (*of.get(meaning, ()), index)
    labels = of.pop("phone_label", ())
    phones = [PhoneColumn(i, label_in(titles[i]), _label_of(i, titles, labels)) for i in of.pop("phone", ())]
    return Columns(of, tuple(phones), len(header))


def label_in(text: str) -> str:
    """The kind of number that a title or a label names, or ""."""
    return next((_LABELS[word] for word in text.casefold().split() if word in _LABELS), "")


def _words(cell: str) -> str:
    """ "Phone 1 - Value", "phone1_value" and "PHONE1 VALUE" are the same: "phone 1 value"."""
    return " ".join(re.findall(r"[^\W\d_]+|\d+", names.search_form(cell)))


def _meaning(title: str, groups: set[str]) -> str:
    if _is_label(title):
        return "phone_label" if title.rpartition(" ")[0] in groups else ""
    if _is_phone(title):
        return "phone"
    if _EMAIL.fullmatch(title):
        return "email"
    return "address" if _WHOLE_ADDRESS.fullmatch(title) else _MEANING_OF.get(title, "")


def _label_of(index: int, titles: list[str], labels: Sequence[int]) -> int | None:
    """The column that says what kind of number this is: by its title, or the one just before."""
    same_group = [one for one in labels if titles[one].rpartition(" ")[0] == _group(titles[index])]
    return next(iter(same_group), index - 1 if index - 1 in labels else None)


def _group(title: str) -> str:
    return re.sub(r" (value|number)$", "", title)


def _is_phone(title: str) -> bool:
    words = set(title.split())
    return bool(words & _PHONE_WORDS) and not words & _NO_PHONE_WORDS and not _is_label(title)


def _is_label(title: str) -> bool:
    return title.endswith((" label", " type"))

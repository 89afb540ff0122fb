"""What each column of an address book holds, read from the header row.

Known layouts: our own (`name,phone,phone2,email,level,note`), Google Contacts (today's "First Name ... Phone 1 - Label,
Phone 1 - Value" and the older "Name, Given Name ... Phone 1 - Type"), Outlook ("Mobile Phone", "Home Phone 2",
"E-mail Address"), and whatever else names its columns in similar words. Other columns are ignored.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from soi_dialer.domain import names

_ROLES = {
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
}
_ROLE_OF = {title: role for role, titles in _ROLES.items() for title in titles}
_EMAIL = re.compile(r"e ?mail( address)?( \d+)?( address)?( value)?")
_PHONE_WORDS = frozenset({"phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "landline"})
_NO_PHONE_WORDS = frozenset(
    {"fax", "pager", "telex", "tty", "isdn", "radio", "assistant", "callback", "carrier", "extension", "verified"}
)
_LABELS = {
    "mobile": "mobile",
    "cell": "mobile",
    "cellphone": "mobile",
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
    """The columns that we read. `of` maps a role to its columns in order: the first one with a value counts."""

    of: dict[str, tuple[int, ...]]
    phones: tuple[PhoneColumn, ...]
    width: int

    def first(self, role: str, cells: Sequence[str]) -> str:
        """The first value of that role in a row, or ""."""
        values = (cells[index].strip() for index in self.of.get(role, ()) if index < len(cells))
        return next(filter(None, values), "")


def columns_of(header: Sequence[str]) -> Columns:
    """What the header row names. Without any phone column `phones` is empty."""
    titles = [_words(cell) for cell in header]
    of: dict[str, tuple[int, ...]] = {}
    for index, title in enumerate(titles):
        role = _ROLE_OF.get(title) or ("email" if _EMAIL.fullmatch(title) else None)
        if role:
            of[role] = (*of.get(role, ()), index)
    return Columns(of, tuple(_phone_columns(titles)), len(header))


def _words(cell: str) -> str:
    """ "Phone 1 - Value", "phone1_value" and "PHONE1 VALUE" are the same: "phone 1 value"."""
    return " ".join(re.findall(r"[^\W\d_]+|\d+", names.search_form(cell)))


def _phone_columns(titles: list[str]) -> list[PhoneColumn]:
    labels = {title.rpartition(" ")[0]: index for index, title in enumerate(titles) if _is_label(title)}
    found = []
    for index, title in enumerate(titles):
        if _is_phone(title):
            group = re.sub(r" (value|number)$", "", title)
            found.append(PhoneColumn(index, _label_in(title), labels.get(group)))
    return found


def _is_phone(title: str) -> bool:
    words = set(title.split())
    return bool(words & _PHONE_WORDS) and not words & _NO_PHONE_WORDS and not _is_label(title)


def _is_label(title: str) -> bool:
    return title.endswith((" label", " type"))


def _label_in(title: str) -> str:
    return next((_LABELS[word] for word in title.split() if word in _LABELS), "")

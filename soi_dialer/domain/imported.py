"""What an address book says about people, once it has been read: the same for every kind of file."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import NamedTuple


class ImportedPhone(NamedTuple):
    """A number that may be kept. `extension` and `label` may be ""."""

    e164: str
    label: str
    extension: str


class ImportedFact(NamedTuple):
    """Something to remember. `month_day` is 100 x month + day of what comes again each year."""

    kind: str
    text: str
    about_on: date | None = None
    month_day: int | None = None
    is_done: bool = False  # kept, and no longer brought up

    @property
    def key(self) -> tuple[str, str]:
        """By which two facts about one person are the same: a birthday by its day, anything else by its words."""
        return fact_key(self.kind, self.text, self.month_day)


def fact_key(kind: str, text: str, month_day: int | None) -> tuple[str, str]:
    return kind, str(month_day) if month_day else " ".join(text.casefold().split())


@dataclasses.dataclass(frozen=True, slots=True)
class ImportedPerson:
    """One good row or card, ready to be kept. `problems` are sentences about what of it was left out."""

    row: int
    name: str
    phones: tuple[ImportedPhone, ...]  # empty only when there is an e-mail address
    email: str = ""
    level: str = ""  # "" when the file says nothing about it
    note: str = ""
    named_by_number: bool = False
    problems: tuple[str, ...] = ()
    other_emails: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    facts: tuple[ImportedFact, ...] = ()
    do_not_call: str | None = None  # the reason, which may be ""; None when they may be called
    time_zone: str | None = None
    cadence_days: int | None = None  # between two talks, for them alone
    household: str = ""  # whoever of the file has the same one lives there as well
    archived: bool = False

    @property
    def is_named(self) -> bool:
        """Whether the file says a name, and not only where to reach them."""
        return not self.named_by_number and self.name != self.email


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A row that was left out, and why, in one sentence. `name` helps to find it; it may be ""."""

    row: int
    reason: str
    name: str = ""

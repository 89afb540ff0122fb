"""Whether an imported person is somebody who is known already. Pure: numbers and names in, a decision out.

A number is the best sign of a person that an address book has, but families share one. So a person of another name is
taken for a known one only when the file does not have that known one as well: two rows are two people, while one row
with a new surname is not. Importing the same file again finds everybody and changes nothing.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from soi_dialer.domain import names
from soi_dialer.domain.address_book import ImportedPerson

_FILLED = ("email", "note")
"""What an import adds where nothing was written; what somebody wrote is never replaced."""


@dataclasses.dataclass(eq=False, slots=True)
class Known:
    """A contact as far as joining needs it. `contact_id` is None while it exists in a rehearsal only."""

    contact_id: int | None
    name: str
    named_by_number: bool
    email: str
    note: str
    numbers: set[str]
    search_name: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.search_name = names.search_form(self.name)


class Book:
    """The known contacts, found by number. `file_names` are the search forms of all names in the imported file."""

    def __init__(self, known: Iterable[Known], file_names: Collection[str]) -> None:
        self._file_names = file_names
        self._by_number: dict[str, list[Known]] = defaultdict(list)
        for one in known:
            self.add(one)

    def add(self, one: Known) -> None:
        for number in one.numbers:
            self._by_number[number].append(one)

    def find(self, person: ImportedPerson, numbers: Collection[str]) -> Known | None:
        """The contact that this person is, the most alike of several; None for somebody new."""
        candidates = {id(one): one for number in numbers for one in self._by_number.get(number, ())}
        name = names.search_form(person.name)
        possible = [one for one in candidates.values() if self._may_be(one, person, name)]
        return max(possible, key=lambda one: _likeness(one, person, name, set(numbers)), default=None)

    def _may_be(self, one: Known, person: ImportedPerson, name: str) -> bool:
        return person.named_by_number or one.search_name == name or one.search_name not in self._file_names

    def join(self, one: Known, person: ImportedPerson, numbers: Collection[str]) -> tuple[list[str], dict[str, Any]]:
        """Make the known contact learn from the person; returns its new numbers and its changed values."""
        new = [number for number in numbers if number not in one.numbers]
        for number in new:
            self._by_number[number].append(one)
        one.numbers.update(new)
        changes = _changes(one, person)
        for field, value in changes.items():
            setattr(one, field, value)
        one.search_name = names.search_form(one.name)
        return new, changes


def _likeness(one: Known, person: ImportedPerson, name: str, numbers: set[str]) -> tuple[bool, bool, bool, int]:
    """All the numbers, then the name, then that nothing is left to be learnt, then the most numbers."""
    return (
        numbers <= one.numbers,
        one.search_name == name,
        not _changes(one, person),
        len(numbers & one.numbers),
    )


def _changes(one: Known, person: ImportedPerson) -> dict[str, Any]:
    """What a known contact learns from the person besides numbers."""
    empty = [field for field in _FILLED if not getattr(one, field)]
    changes: dict[str, Any] = {field: getattr(person, field) for field in empty if getattr(person, field)}
    if one.named_by_number and not person.named_by_number:
        changes |= {"name": person.name, "named_by_number": False}
    return changes

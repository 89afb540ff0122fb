"""Whether an imported person is somebody who is known already. Pure: numbers and names in, a decision out.

A number is the best sign of a person that an address book has, but families share one. So a person of another name is
taken for a known one only when the file does not have that known one as well: two rows are two people, while one row
with a new surname is not. An e-mail address says less, for couples and offices share one: without a number in common
the names must agree as well. A row with an address alone tells more of somebody who is known, and makes nobody new.
The same file again finds everybody and changes nothing.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from soi_dialer.domain import names
from soi_dialer.domain.imported import ImportedFact, ImportedPerson, ImportedPhone, Problem

_FILLED = ("email", "note", "time_zone")
"""What an import adds where nothing was written; what somebody wrote is never replaced."""

NEW, JOINED, UNCHANGED, SKIPPED = "new", "joined", "unchanged", "skipped"

OWN_NUMBER = "A phone number was left out: it is one of your own numbers."
ONLY_OWN_NUMBERS = "The only phone number is one of your own numbers."
NOBODY = "There is no phone number to call, and nobody here has this e-mail address."
SOMEBODY_ELSE = "There is no phone number to call, and here the e-mail address is that of {name}."
OTHER_EMAIL = "Other e-mail address: "
OTHER_NAME = "Also called: "
"""A contact has one e-mail address and one name; so begins a note that remembers another."""


@dataclasses.dataclass(eq=False, slots=True)
class Known:
    """A contact as far as joining needs it. `contact_id` is None while it is yet to be kept, or only rehearsed."""

    contact_id: int | None
    name: str
    named_by_number: bool
    email: str
    note: str
    numbers: set[str]
    tags: set[str] = dataclasses.field(default_factory=set)  # by search form
    facts: set[tuple[str, str]] = dataclasses.field(default_factory=set)  # by `fact_key`
    do_not_call: bool = False
    time_zone: str | None = None
    row: Any = None  # what the store knows of it besides
    household_id: int | None = None  # of somebody new, once it is known
    search_name: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.search_name = names.search_form(self.name)


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """What a contact learns from one row of a file. `values` has (before, after) of each field that changes."""

    phones: tuple[ImportedPhone, ...] = ()
    values: dict[str, tuple[Any, Any]] = dataclasses.field(default_factory=dict)
    tags: tuple[str, ...] = ()
    facts: tuple[ImportedFact, ...] = ()
    do_not_call: str | None = None  # the reason

    def __bool__(self) -> bool:
        return bool(self.phones or self.values or self.tags or self.facts or self.do_not_call is not None)


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one row. `known` is who it is now, also when that contact is new; None when it is skipped."""

    row: int
    name: str
    verdict: str
    problems: tuple[str, ...]
    person: ImportedPerson | None = None
    known: Known | None = None
    news: News = News()


def in_order(rows: Iterable[ImportedPerson | Problem]) -> list[ImportedPerson | Problem]:
    """Whom a file has by an address alone comes last, for the row with their number may stand further down."""
    return sorted(rows, key=lambda row: isinstance(row, ImportedPerson) and not row.phones)


class Book:
    """The known contacts, found by number and e-mail. `file_names` are the search forms of all names in the file."""

    def __init__(self, known: Iterable[Known], file_names: Collection[str]) -> None:
        self._file_names = file_names
        self._by_number: dict[str, list[Known]] = defaultdict(list)
        self._by_email: dict[str, list[Known]] = defaultdict(list)
        self._ids: set[int] = set()
        for one in known:
            self.add(one)

    def add(self, one: Known) -> None:
        """Somebody who is in the book already stays there as they have become meanwhile."""
        if one.contact_id in self._ids:
            return
        if one.contact_id is not None:
            self._ids.add(one.contact_id)
        for number in one.numbers:
            self._by_number[number].append(one)
        for email in emails_of(one):
            self._by_email[email].append(one)

    def decide(self, row: ImportedPerson | Problem, own: Collection[str] = ()) -> Decision:
        """What is to become of a row; the book has learnt it afterwards. `own` are the agent's own numbers."""
        if isinstance(row, Problem):
            return Decision(row.row, row.name, SKIPPED, (row.reason,))
        phones = tuple(phone for phone in row.phones if phone.e164 not in own)
        problems = row.problems if len(phones) == len(row.phones) else (*row.problems, OWN_NUMBER)
        known = self.find(row, [phone.e164 for phone in phones])
        if known is None and not phones:
            return Decision(row.row, row.name, SKIPPED, (*row.problems, self._why_nobody(row)))
        if known is None:
            known, news = self._new(row, phones)
            return Decision(row.row, row.name, NEW, problems, row, known, news)
        news = self.join(known, row, phones)
        return Decision(row.row, row.name, JOINED if news else UNCHANGED, problems, row, known, news)

    def find(self, person: ImportedPerson, numbers: Collection[str]) -> Known | None:
        """The contact that this person is, the most alike of several; None for somebody new."""
        name = names.search_form(person.name)
        candidates = {id(one): one for number in numbers for one in self._by_number.get(number, ())}
        possible = [one for one in candidates.values() if self._may_be(one, person, name)]
        if not possible:
            possible = [one for one in self._with_email(person) if self._may_be_by_email(one, person, name)]
        return max(possible, key=lambda one: _likeness(one, person, name, set(numbers)), default=None)

    def _with_email(self, person: ImportedPerson) -> list[Known]:
        emails = filter(None, (person.email, *person.other_emails))
        return list({id(one): one for email in emails for one in self._by_email.get(email, ())}.values())

    def _why_nobody(self, person: ImportedPerson) -> str:
        others = self._with_email(person)
        if others:
            return SOMEBODY_ELSE.format(name=others[0].name)
        return ONLY_OWN_NUMBERS if person.phones else NOBODY

    def _may_be(self, one: Known, person: ImportedPerson, name: str) -> bool:
        return not person.is_named or name in _names_of(one) or one.search_name not in self._file_names

    def _may_be_by_email(self, one: Known, person: ImportedPerson, name: str) -> bool:
        """The same name, no name of its own, or the same first name with another surname. No name at all is not enough
        where two have that address."""
        if not person.is_named:
            return len(self._with_email(person)) == 1
        if one.named_by_number or name in _names_of(one):
            return True
        same_first_name = one.search_name.split()[:1] == name.split()[:1]
        return same_first_name and one.search_name not in self._file_names

    def _new(self, person: ImportedPerson, phones: tuple[ImportedPhone, ...]) -> tuple[Known, News]:
        news = News(
            phones, tags=person.tags, facts=_facts(person, person.email, set()), do_not_call=person.do_not_call
        )
        known = Known(
            None, person.name, person.named_by_number, person.email, person.note, {phone.e164 for phone in phones}
        )
        known.time_zone = person.time_zone
        _learn(known, news)
        self.add(known)
        return known, news

    def join(self, one: Known, person: ImportedPerson, phones: Collection[ImportedPhone]) -> News:
        """Make the known contact learn from the person; returns what was news."""
        values = _values(one, person)
        news = News(
            tuple(phone for phone in phones if phone.e164 not in one.numbers),
            values,
            tuple(tag for tag in person.tags if names.search_form(tag) not in one.tags),
            _facts(person, values.get("email", (None, one.email))[1], one.facts),
            None if one.do_not_call else person.do_not_call,
        )
        for phone in news.phones:
            self._by_number[phone.e164].append(one)
        before = emails_of(one)
        _learn(one, news)
        for email in emails_of(one) - before:
            self._by_email[email].append(one)
        return news


def _learn(one: Known, news: News) -> None:
    one.numbers.update(phone.e164 for phone in news.phones)
    for field, (_before, after) in news.values.items():
        setattr(one, field, after)
    one.search_name = names.search_form(one.name) if "name" in news.values else one.search_name
    one.tags.update(map(names.search_form, news.tags))
    one.facts.update(fact.key for fact in news.facts)
    one.do_not_call = one.do_not_call or news.do_not_call is not None


def _likeness(one: Known, person: ImportedPerson, name: str, numbers: set[str]) -> tuple[bool, bool, bool, bool, int]:
    """All the numbers, then the name, an address, that nothing is left to be learnt, then the most numbers."""
    return (
        numbers <= one.numbers,
        name in _names_of(one),
        not emails_of(one).isdisjoint((person.email, *person.other_emails)),
        not _values(one, person),
        len(numbers & one.numbers),
    )


def _values(one: Known, person: ImportedPerson) -> dict[str, tuple[Any, Any]]:
    """What a known contact learns from the person in fields of its own."""
    empty = [field for field in _FILLED if not getattr(one, field)]
    values = {field: (getattr(one, field), getattr(person, field)) for field in empty if getattr(person, field)}
    if one.named_by_number and person.is_named:
        values |= {"name": (one.name, person.name), "named_by_number": (True, False)}
    return values


def emails_of(one: Known) -> set[str]:
    """Their address, and the others that are remembered of them."""
    others = {other_email(kind, text) for kind, text in one.facts}
    return {one.email, *others} - {""}


def _names_of(one: Known) -> set[str]:
    others = {names.search_form(_behind(OTHER_NAME, kind, text)) for kind, text in one.facts}
    return {one.search_name, *others} - {""}


def other_email(kind: str, text: str) -> str:
    """The address of which such a fact tells; "" for any other fact."""
    return _behind(OTHER_EMAIL, kind, text)


def _behind(words: str, kind: str, text: str) -> str:
    before, is_one, value = text.casefold().partition(words.casefold())
    return value if kind == "note" and is_one and not before else ""


def _facts(person: ImportedPerson, kept_email: str, known: Collection[tuple[str, str]]) -> tuple[ImportedFact, ...]:
    """The addresses beside the one that is kept are things to remember."""
    emails = [email for email in (person.email, *person.other_emails) if email and email != kept_email]
    facts = [*person.facts, *(ImportedFact("note", f"{OTHER_EMAIL}{email}") for email in emails)]
    return tuple(fact for fact in facts if fact.key not in known)

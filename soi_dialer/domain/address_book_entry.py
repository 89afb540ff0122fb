"""One row or card as it was written, and the person that it makes: what cannot be kept is left out and said."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from soi_dialer.domain import names, phone
from soi_dialer.domain.address_book_facts import facts_of
from soi_dialer.domain.address_book_labels import is_do_not_call, is_yes, level_of, reason_not_to_call, tags_of
from soi_dialer.domain.email_address import BadEmail, clean_email
from soi_dialer.domain.imported import ImportedPerson, ImportedPhone, Problem
from soi_dialer.domain.level import MOST_DAYS
from soi_dialer.domain.whole_number import whole

MOST_PHONES = 20
LABEL_LIMIT = 40
_MOST_EMAILS = 10

_AS_FORMULA = re.compile(r'="?([^"]*)"?')
_BEFORE_A_FORMULA = re.compile(r"'(?='*[=+\-@\t\r＝＋－＠])")
"""With this our own export, and other careful ones, keep a spreadsheet from running a cell."""


@dataclasses.dataclass(slots=True)
class Entry:
    """Everything is text as the file has it. `names` are the candidates for the name, the best one first."""

    row: int
    names: Sequence[str] = ()
    phones: list[tuple[str, str]] = dataclasses.field(default_factory=list)  # number, label
    emails: list[str] = dataclasses.field(default_factory=list)
    level: str = ""
    labels: list[str] = dataclasses.field(default_factory=list)
    note: str = ""
    dates: list[tuple[str, str]] = dataclasses.field(default_factory=list)  # see `address_book_facts.DATES`
    addresses: list[str] = dataclasses.field(default_factory=list)
    facts: list[str] = dataclasses.field(default_factory=list)  # see `address_book_facts.line_of_fact`
    do_not_call: str = ""
    time_zone: str = ""
    cadence_days: str = ""
    household: str = ""
    archived: str = ""
    problems: list[str] = dataclasses.field(default_factory=list)


def person_of(entry: Entry, region: str) -> ImportedPerson | Problem:
    """`region` is meant where a number has no country code. Nobody can be called by an e-mail address alone, but it may
    be that of somebody who is known.
    """
    problems = entry.problems
    phones = _phones(entry.phones, region, problems)
    emails = _emails(entry.emails, problems)
    name = _name(entry.names) or names.visible_line(emails[0] if emails else "", names.NAME_LIMIT)
    if not phones and not emails:
        return Problem(entry.row, " ".join(problems) or "There is no phone number, so there is nobody to call.", name)
    note = _note(entry.note, problems)
    facts = facts_of(entry.dates, entry.addresses, entry.facts, problems)
    time_zone, days = _time_zone(entry.time_zone, problems), _days(entry.cadence_days, problems)
    return ImportedPerson(
        entry.row,
        name or phone.display(phones[0].e164),
        phones,
        emails[0] if emails else "",
        names.visible_line(entry.level, LABEL_LIMIT) or level_of(entry.labels),
        note,
        not name,
        tuple(problems),
        emails[1:],
        tags_of(entry.labels),
        facts,
        _do_not_call(entry),
        time_zone,
        days,
        names.visible_line(entry.household, names.NAME_LIMIT),
        is_yes(entry.archived),
    )


def without_guard(text: str) -> str:
    """The text of a cell whose formula an apostrophe keeps from being run."""
    return _BEFORE_A_FORMULA.sub("", text, count=1) if text.startswith("'") else text


def _phones(given: Sequence[tuple[str, str]], region: str, problems: list[str]) -> tuple[ImportedPhone, ...]:
    found: dict[str, ImportedPhone] = {}
    for text, label in given:
        if not text.strip():
            continue
        try:
            read = _phone(text, label, region)
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
    return ImportedPhone(number.e164, names.visible_line(label, LABEL_LIMIT).lower(), number.extension[:20])


def _emails(given: Sequence[str], problems: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in given:
        try:
            email = clean_email(text)
        except BadEmail as error:
            problems.append(f"The e-mail address was left out: {error}")
        else:
            found[email] = None
    found.pop("", None)
    return tuple(found)[:_MOST_EMAILS]


def _note(text: str, problems: list[str]) -> str:
    try:
        return names.clean_note(text)
    except names.BadNote as error:
        problems.append(f"The note was left out: {error}")
        return ""


def _name(candidates: Sequence[str]) -> str:
    for candidate in candidates:
        try:
            return names.clean_name(candidate)
        except names.BadName:
            continue
    return ""


def _do_not_call(entry: Entry) -> str | None:
    reason = reason_not_to_call(entry.do_not_call)
    return "" if reason is None and is_do_not_call(entry.labels) else reason


def _days(text: str, problems: list[str]) -> int | None:
    if not text.strip():
        return None
    days = whole(text.strip(), digits=4)
    if days is None or not 1 <= days <= MOST_DAYS:
        problems.append(f"The days between two talks were left out: they are a whole number from 1 to {MOST_DAYS}.")
        return None
    return days


def _time_zone(text: str, problems: list[str]) -> str | None:
    if not text.strip():
        return None
    try:
        return ZoneInfo(text.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # odd names raise the latter two
        problems.append("The time zone was left out: there is none of that name.")
        return None

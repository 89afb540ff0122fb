"""A day as people write it: "May 3", "5/3/80", "3 May 1980", "2026-05-03", "May 2027"."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"

_FORMS = tuple(
    re.compile(rf"(?<![\w/-]){form}(?![\w/-])", re.IGNORECASE | re.ASCII)
    for form in (
        rf"{_YEAR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})",
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>(?:19|20)?\d\d))?",
        rf"{_MONTH} {_DAY}(?:,? {_YEAR})?",
        rf"{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?",
        rf"{_MONTH} {_YEAR}",
    )
)
_LEAP = 2000


class BadDay(ValueError):
    """Not a day, or none that the calendar has. One line, for the person who wrote it."""


class Day(NamedTuple):
    """`year` None: as in a birthday whose year nobody said."""

    year: int | None
    month: int
    day: int

    @property
    def on(self) -> date | None:
        return date(self.year, self.month, self.day) if self.year is not None else None

    def nearest(self, today: date) -> date:
        """The day itself; without a year the one that is nearest to today."""
        if self.on is not None:
            return self.on
        years = range(today.year - 4, today.year + 5)  # a February 29 may be four years off
        there = [found for found in (_in_year(self, year) for year in years) if found is not None]
        return min(there, key=lambda one: abs(one - today))


def read_day(text: str, today: date) -> Day | None:
    """The day that this text is; None when it is empty. Raises `BadDay`."""
    text = " ".join(text.split())
    if not text:
        return None
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _checked(match, today)
    raise BadDay("Write a day such as May 3, 5/3/1980 or 2026-05-03.")


def find_day(text: str, today: date) -> Day | None:
    """The first day that is written somewhere in this text, by the first form that fits; None when there is none."""
    for form in _FORMS:
        for match in form.finditer(text):
            try:
                return _checked(match, today)
            except BadDay:
                continue
    return None


def _checked(match: re.Match, today: date) -> Day:
    parts = match.groupdict()
    month = int(parts["month"]) if parts.get("month") else _MONTHS.index(parts["name"][:3].lower()) + 1
    found = Day(_year(parts["year"], today), month, int(parts.get("day") or 1))
    if _in_year(found, found.year or _LEAP) is None:
        raise BadDay("The calendar has no such day.")
    return found


def _year(text: str | None, today: date) -> int | None:
    """Two digits mean the past hundred years, or the ten to come."""
    if not text:
        return None
    year = int(text)
    if year >= 100:
        return year
    return max(one for one in (1900 + year, 2000 + year) if one <= today.year + 10)


def _in_year(day: Day, year: int) -> date | None:
    try:
        return date(year, day.month, day.day)
    except ValueError:
        return None

"""Days in an address book, in the forms that exports use. What could be two days, or none, is never guessed."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_LEAP_YEAR = 2000
_EARLIEST_YEAR = 1800
"""Phones write a year such as 1604 or 0000 for a birthday whose year nobody told them."""

_YEARLESS = re.compile(r"--(\d\d)-?(\d\d)")
_ISO = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")
_DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_NOTHING = re.compile(r"[0/\s.-]*")  # Outlook writes 0/0/00 for a birthday that it does not know


class BadDate(ValueError):
    """No day that can be kept. One sentence for the person who exported it."""


class Day(NamedTuple):
    """`about_on` is None when only the day of the year is known. `month_day` is 100 x month + day."""

    about_on: date | None
    month_day: int


def read_day(text: str) -> Day | None:
    """The day that a cell names; None when it is empty.

    Understands 1980-02-28, 19800228, --02-28, 2/28/1980 (28/2/1980 where the second number can be no day) and
    28.2.1980. Raises `BadDate`.
    """
    text = text.strip()[:40]
    if _NOTHING.fullmatch(text):
        return None
    found = _YEARLESS.fullmatch(text)
    if found:
        return _day(_LEAP_YEAR, int(found[1]), int(found[2]), is_known_year=False)
    found = _ISO.fullmatch(text)
    if found:
        year = int(found[1])
        is_known = year >= _EARLIEST_YEAR
        return _day(year if is_known else _LEAP_YEAR, int(found[2]), int(found[3]), is_known_year=is_known)
    return _written(text)


def _written(text: str) -> Day:
    found = _SLASHES.fullmatch(text)
    if found:
        month, day = int(found[1]), int(found[2])
        return _day(int(found[3]), *((day, month) if month > 12 else (month, day)))
    found = _DOTS.fullmatch(text)
    if found:
        return _day(int(found[3]), int(found[2]), int(found[1]))
    raise BadDate("It is no date that can be read for certain; 1980-02-28 is one.")


def _day(year: int, month: int, day: int, *, is_known_year: bool = True) -> Day:
    try:
        about_on = date(year, month, day)
    except ValueError:
        raise BadDate("There is no such day.") from None
    return Day(about_on if is_known_year else None, 100 * month + day)

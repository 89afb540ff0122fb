"""Readers of single JSON values. Each returns what the flows take, or raises `ValueError` with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from soi_dialer.domain import phone

LARGEST_ID = 2**31 - 1
YEARS = range(2000, 2101)

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?")

Reader = Callable[[Any], Any]


def text(longest: int, *, shortest: int = 0) -> Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("must be a text")
        if not shortest <= len(value) <= longest:
            raise ValueError(f"must have {shortest} to {longest} characters")
        return value

    return read


def or_null(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def one_of(words: Collection[str]) -> Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of {', '.join(sorted(words))}")
        return value

    return read


def identifier(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_ID:
        raise ValueError("must be the id of something, a whole number from 1")
    return value


def whole_number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_ID:
        raise ValueError("must be a whole number from 0")
    return value


def yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def number(value: Any) -> str:
    """A phone number in any form, as E.164."""
    if not isinstance(value, str):
        raise ValueError("must be a text such as +12125551234")
    return phone.parse(value).e164  # BadNumber is a ValueError with its own sentence


def phones(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list):
        raise ValueError('must be a list such as [{"number": "+12125551234", "label": "mobile"}]')
    return [_phone(position, one) for position, one in enumerate(value)]


def _phone(position: int, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or "number" not in value:
        raise ValueError(f"entry {position} must be an object with a number")
    unknown = sorted(set(value) - {"number", "label", "extension"})
    if unknown:
        raise ValueError(f"entry {position} has the unknown field {', '.join(unknown)}")
    if not all(isinstance(part, str) and len(part) <= 1000 for part in value.values()):
        raise ValueError(f"entry {position} must have texts of at most 1000 characters")
    return value


def texts(most: int) -> Reader:
    """A list of up to so many short texts."""

    def read(value: Any) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(one, str) and len(one) <= 1000 for one in value):
            raise ValueError("must be a list of texts")
        if len(value) > most:
            raise ValueError(f"must have {most} entries at most")
        return value

    return read


def instant(value: Any) -> datetime:
    """An ISO 8601 instant with its offset, as aware UTC. A time without an offset could be any of 26 hours."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("must be an instant such as 2026-11-20T15:00:00Z")
    try:
        read = datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError("must be a day and time that exist, such as 2026-11-20T15:00:00Z") from None
    if read.tzinfo is None:
        raise ValueError("needs its time zone: end it with Z or an offset such as -05:00")
    if read.year not in YEARS:
        raise ValueError(f"must be within the years {YEARS.start} to {YEARS.stop - 1}")
    return read.astimezone(UTC)

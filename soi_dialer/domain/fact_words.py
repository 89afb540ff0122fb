"""What is remembered about a person, in words: as a page shows it and as the agent hears it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from soi_dialer.domain.fact_kinds import ASK_NEXT, NOTE, kind_of

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_words(about_on: date | None, month_day: int | None) -> str:
    """As "May 3, 1980" or, when nobody said the year, "May 3"; "" without a day."""
    if about_on is not None:
        return f"{_MONTHS[about_on.month - 1]} {about_on.day}, {about_on.year}"
    if month_day is not None:
        return f"{_MONTHS[month_day // 100 - 1]} {month_day % 100}"
    return ""


def label(kind: str) -> str:
    """Above a fact; "" for a plain note, which needs none."""
    return "" if kind == NOTE else kind_of(kind).label


def spoken(fact: Mapping[str, Any]) -> str:
    """One clause for the agent's ear; of the row `kind`, `text`, `about_on` and `month_day` are read."""
    if fact["kind"] == ASK_NEXT:
        return f"ask: {fact['text']}"
    day = day_words(fact["about_on"], fact["month_day"])
    if not day:
        return fact["text"]
    about = f"{kind_of(fact['kind']).label.lower()} on {day}"
    return f"{about}: {fact['text']}" if fact["text"] else about

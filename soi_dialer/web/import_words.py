"""What an import did, or would do, with each row: in a few words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from soi_dialer.domain import phone

VERDICTS = {"new": "New", "joined": "Joined", "unchanged": "Nothing new", "skipped": "Left out"}
"""In the order of the page, as its tabs call them."""

TONES = {"new": "good", "joined": "good", "unchanged": "quiet", "skipped": "part"}

STATES = {
    "chosen": "waiting for you",
    "rehearsing": "being looked through",
    "rehearsed": "waiting for you",
    "running": "being taken in",
    "done": "taken in",
    "undoing": "being undone",
    "undone": "undone",
    "failed": "stopped",
}

_FIELDS = {"email": "e-mail", "note": "note", "time_zone": "time zone", "name": "name"}
_SHOWN_NUMBERS = 3
_NUMBER = re.compile(r"\(\d{3}\) \d{3}-\d{4}")


def what(row: Mapping[str, Any]) -> str:
    """Such as "Jane Doe: adds (212) 555-0147, e-mail, 2 tags"; "" where the verdict says it all."""
    before = row["before"] or {}
    if row["verdict"] not in ("new", "joined") or not before:
        return ""
    news = ", ".join(_news(before))
    if row["verdict"] == "new":
        return news
    return f"with {before['with']}" + (f": adds {news}" if news else "")


def shown(row: Mapping[str, Any]) -> Markup:
    """The same for a page: no line ends within a number."""
    return Markup(_NUMBER.sub(r'<span class="tel">\g<0></span>', str(escape(what(row)))))


def _news(before: Mapping[str, Any]) -> list[str]:
    numbers = [phone.display(number) for number in before["phones"]]
    if len(numbers) > _SHOWN_NUMBERS:
        numbers = [*numbers[:_SHOWN_NUMBERS], f"{len(numbers) - _SHOWN_NUMBERS} more numbers"]
    fields = [_FIELDS[field] for field in before["values"] if field in _FIELDS]
    counted = [_count(len(before["tags"]), "tag"), _count(len(before["facts"]), "thing", " to remember")]
    refused = ["that they are not to be called"] if before["refused"] else []
    aside = ["archived"] if before.get("archived") else []
    home = [f"in {home}"] if (home := before.get("home", "")) else []
    return [*numbers, *fields, *filter(None, counted), *home, *aside, *refused]


def _count(number: int, noun: str, after: str = "") -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}{after}" if number else ""


def people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def summary(counts: Mapping[str, int]) -> str:
    """Such as "312 new, 41 joined, 7 left out"."""
    parts = [f"{counts[verdict]:,} {words.lower()}" for verdict, words in VERDICTS.items() if counts.get(verdict)]
    return ", ".join(parts) or "nobody"

"""Labels, groups and categories of an address book: tags, and at times the level, or that somebody is not called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from soi_dialer.domain import names

TAG_LIMIT = 60
MOST_TAGS = 30
DO_NOT_CALL = "Do not call"

_LEVELS = {
    "past customer": "customer",
    "past client": "customer",
    "client": "customer",
    "customer": "customer",
    "acquaintance": "acquaintance",
    "friend": "friend",
    "advocate": "advocate",
    "referral partner": "referral partner",
}
_LEVELS_OF_TAGS = {"family": "friend", "neighbor": "acquaintance", "neighbour": "acquaintance"}
"""These say how close somebody is, and more than that: they stay tags as well."""

_OF_THE_PROGRAM = frozenset({"mycontact", "starred", "other contact", "imported"})
_DO_NOT_CALL = frozenset({"do not call", "do-not-call", "dnc", "don't call"})
_NO = frozenset({"", "no", "false", "0", "n", "-", "off"})
_YES = frozenset({"yes", "true", "1", "y", "x", "on"})


def split_labels(cell: str) -> list[str]:
    """The labels in one cell, by the strongest delimiter that is there: Google's, Outlook's, or else commas."""
    delimiter = next((mark for mark in (":::", ";") if mark in cell), ",")
    return cell.split(delimiter)


def level_of(labels: Iterable[str]) -> str:
    """The level that the first fitting label names: "Past Clients" is a customer. "" when none does."""
    plain = [_plain(label) for label in labels]
    return next((level for word in plain if (level := _LEVELS.get(word) or _LEVELS_OF_TAGS.get(word))), "")


def tags_of(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels that are tags, each once and without commas; not the ones that a program puts on everybody."""
    return tuple(_tags(labels))[:MOST_TAGS]


def is_do_not_call(labels: Iterable[str]) -> bool:
    return any(_plain(label) in _DO_NOT_CALL for label in labels)


def is_yes(text: str) -> bool:
    return text.strip().casefold() in _YES


def reason_not_to_call(text: str) -> str | None:
    """What a do-not-call column says: None when they may be called, else the reason, which may be ""."""
    word = text.strip().casefold()
    if word in _NO:
        return None
    return "" if word in _YES else names.visible_line(text, 500)


def _tags(labels: Iterable[str]) -> Iterator[str]:
    seen = _OF_THE_PROGRAM | _LEVELS.keys() | _DO_NOT_CALL
    for label in labels:
        shown = names.visible_line(re.sub("[,;]", " ", label.strip().removeprefix("*")), TAG_LIMIT)
        plain = _plain(label)
        if plain and plain not in seen:
            seen |= {plain}
            yield shown


def _plain(label: str) -> str:
    return names.search_form(label.strip().removeprefix("*")).removesuffix("s")[:TAG_LIMIT]

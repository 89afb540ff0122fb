"""A vCard read as an address book: each card becomes an entry as each row of a table does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from soi_dialer.domain.address_book_columns import label_in
from soi_dialer.domain.address_book_entry import Entry
from soi_dialer.domain.imported import Problem
from soi_dialer.domain.vcard_lines import NO_END, Line, cards, split_value, unescape

LEVEL, FACT, REFUSAL = "X-SOI-LEVEL", "X-SOI-FACT", "X-SOI-DO-NOT-CALL"
CADENCE, HOUSEHOLD, ARCHIVED = "X-SOI-CADENCE-DAYS", "X-SOI-HOUSEHOLD", "X-SOI-ARCHIVED"
"""Our own properties, for what no vCard has a place for."""

_ANNIVERSARIES = ("ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY")
_NO_PHONES = frozenset({"fax", "pager", "bbs", "modem", "isdn", "textphone", "x-assistant"})
_KINDS = {"cell": "mobile", "iphone": "mobile", "home": "home", "work": "work", "main": "main", "car": "car"}
_APPLES = re.compile(r"_\$!<(.*)>!\$_")
_BEGIN = re.compile(r"^BEGIN:VCARD\s*$", re.IGNORECASE | re.MULTILINE)
_GROUP = "It is a group of people and not a person."


def count(text: str) -> int:
    """How many cards there seem to be."""
    return len(_BEGIN.findall(text))


def read(text: str) -> Iterator[Entry | Problem]:
    """The cards, numbered from 1."""
    for number, lines in enumerate(cards(text), 1):
        yield Problem(number, NO_END) if lines is None else _read_card(number, lines)


def _read_card(number: int, lines: Sequence[Line]) -> Entry | Problem:
    of: dict[str, list[Line]] = {}
    for line in lines:
        of.setdefault(line.name, []).append(line)
    names = _names(of)
    if any(line.value.strip().casefold() == "group" for line in _all(of, "KIND", "X-ADDRESSBOOKSERVER-KIND")):
        return Problem(number, _GROUP, next(filter(None, names), "")[:200])
    labels = {line.group: _label(line.value) for line in of.get("X-ABLABEL", ())}
    return Entry(
        number,
        names=names,
        phones=[(_number(line), _kind(line, labels)) for line in _preferred(of.get("TEL", ())) if _is_phone(line)],
        emails=[unescape(line.value).removeprefix("mailto:") for line in _preferred(of.get("EMAIL", ()))],
        level=_text(of, LEVEL),
        labels=[part for line in of.get("CATEGORIES", ()) for part in split_value(line.value, ",")],
        note="\n".join(filter(None, (unescape(line.value).strip() for line in of.get("NOTE", ())))),
        dates=_dates(of, labels),
        addresses=[_address(line.value) for line in of.get("ADR", ())[:2]],
        facts=[unescape(line.value) for line in of.get(FACT, ())],
        do_not_call=(_text(of, REFUSAL) or "yes") if REFUSAL in of else "",
        time_zone=zone if "/" in (zone := _text(of, "TZ")) else "",
        cadence_days=_text(of, CADENCE),
        household=_text(of, HOUSEHOLD),
        archived=_text(of, ARCHIVED),
    )


def _all(of: dict[str, list[Line]], *names: str) -> list[Line]:
    return [line for name in names for line in of.get(name, ())]


def _text(of: dict[str, list[Line]], name: str) -> str:
    return unescape(of[name][0].value).strip() if name in of else ""


def _names(of: dict[str, list[Line]]) -> list[str]:
    family, given, middle, _prefix, suffix, *_ = [*_parts(of, "N"), *[""] * 5]
    parts = " ".join(filter(None, (given, middle, family, suffix)))
    return [_text(of, "FN"), parts, _text(of, "NICKNAME"), next(filter(None, _parts(of, "ORG")), "")]


def _parts(of: dict[str, list[Line]], name: str) -> list[str]:
    return split_value(of[name][0].value, ";") if name in of else []


def _preferred(lines: Sequence[Line]) -> list[Line]:
    """The one that its owner prefers comes first, for that one is called."""
    return sorted(lines, key=lambda line: "pref" not in line.types)


def _is_phone(line: Line) -> bool:
    return not line.types & _NO_PHONES


def _number(line: Line) -> str:
    return unescape(line.value).strip()


def _kind(line: Line, labels: dict[str, str]) -> str:
    """Its own label, else the first of its types that says something."""
    own = labels.get(line.group, "") if line.group else ""
    return own or next((kind for word, kind in _KINDS.items() if word in line.types), "")


def _label(value: str) -> str:
    text = unescape(value).strip()
    apples = _APPLES.fullmatch(text)
    return apples[1] if apples else label_in(text) or text


def _dates(of: dict[str, list[Line]], labels: dict[str, str]) -> list[tuple[str, str]]:
    found = [("birthday", line.value) for line in of.get("BDAY", ())[:1]]
    found += [("anniversary", line.value) for line in _all(of, *_ANNIVERSARIES)[:1]]
    dated = [line for line in of.get("X-ABDATE", ()) if labels.get(line.group, "").casefold() == "anniversary"]
    return [*found, *(("anniversary", line.value) for line in dated[:1])]


def _address(value: str) -> str:
    """Post-office box, extended, street, city, region, code, country; the country is left to the reader."""
    box, extended, street, city, region, code, *_ = [*split_value(value, ";"), *[""] * 6]
    return ", ".join(filter(None, (street, extended, box, city, " ".join(filter(None, (region, code))))))

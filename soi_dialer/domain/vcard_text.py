"""A person written as a vCard, of version 3.0 or 4.0, so that everything we keep comes back when it is read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from soi_dialer.domain.address_book_facts import line_of_fact
from soi_dialer.domain.address_book_labels import DO_NOT_CALL
from soi_dialer.domain.vcard import ARCHIVED, CADENCE, FACT, HOUSEHOLD, LEVEL, REFUSAL

V3, V4 = "3.0", "4.0"

_TYPES = {"mobile": "cell", "home": "home", "work": "work"}
_LONGEST_LINE = 75
"""Octets, as both versions ask for."""


def card(
    version: str,
    person: Mapping[str, Any],
    phones: Sequence[Mapping],
    tags: Sequence[str],
    facts: Sequence[Mapping],
    household: str = "",
) -> str:
    """One card with its line ends. `person` is a row of the contacts; `phones` and `facts` are rows of theirs;
    `household` is the name by which theirs is told from all others."""
    lines = [
        "BEGIN:VCARD",
        f"VERSION:{version}",
        f"FN:{_escaped(person['name'])}",
        f"N:{_structured(person['name'])}",
        *_phones(version, phones),
        *_texts(version, person),
        *_own_texts(person, household),
        *_labels(person, tags),
        *_facts(version, facts),
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _structured(name: str) -> str:
    """Family and given name; programs show them, and sort by them. One word alone is a given name."""
    given, _, family = name.rpartition(" ")
    return f"{_escaped(family)};{_escaped(given)};;;" if given else f";{_escaped(family)};;;"


def _phones(version: str, phones: Sequence[Mapping]) -> Iterator[str]:
    for number, phone in enumerate(phones, 1):
        kind = _TYPES.get(phone["label"])
        group = f"item{number}." if phone["label"] and not kind else ""
        yield f"{group}TEL{_type(version, kind)}:{_number(version, phone)}"
        if group:
            yield f"{group}X-ABLabel:{_escaped(phone['label'])}"


def _type(version: str, kind: str | None) -> str:
    if version == V4:
        return f';VALUE=uri;TYPE="voice,{kind}"' if kind else ";VALUE=uri"
    return f";TYPE={kind.upper()}" if kind else ""


def _number(version: str, phone: Mapping) -> str:
    if version == V4:
        return f"tel:{phone['number']}" + (f";ext={phone['extension']}" if phone["extension"] else "")
    return phone["number"] + (f" ext. {phone['extension']}" if phone["extension"] else "")


def _texts(version: str, person: Mapping[str, Any]) -> Iterator[str]:
    if person["email"]:
        yield f"EMAIL:{_escaped(person['email'])}"
    if person["note"]:
        yield f"NOTE:{_escaped(person['note'])}"
    if person["time_zone"]:
        yield f"TZ{'' if version == V4 else ';VALUE=text'}:{person['time_zone']}"


def _own_texts(person: Mapping[str, Any], household: str) -> Iterator[str]:
    yield f"{LEVEL}:{_escaped(person['level'])}"
    if person["cadence_days"]:
        yield f"{CADENCE}:{person['cadence_days']}"
    if household:
        yield f"{HOUSEHOLD}:{_escaped(household)}"
    if person["archived_at"]:
        yield f"{ARCHIVED}:yes"


def _labels(person: Mapping[str, Any], tags: Sequence[str]) -> Iterator[str]:
    """Who asked not to be called is so in other programs as well, as far as they show categories."""
    refused = [DO_NOT_CALL] if person["do_not_call_at"] else []
    if tags or refused:
        yield "CATEGORIES:" + ",".join(map(_escaped, [*tags, *refused]))
    if refused:
        yield f"{REFUSAL}:{_escaped(person['do_not_call_reason'])}"


def _facts(version: str, facts: Sequence[Mapping]) -> Iterator[str]:
    birthday = next((fact for fact in facts if fact["kind"] == "birthday" and fact["month_day"]), None)
    if birthday:
        yield f"BDAY{_day(version, birthday['about_on'], birthday['month_day'])}"
    for fact in facts:
        yield f"{FACT}:{_escaped(line_of_fact(fact))}"


def _day(version: str, about_on: date | None, month_day: int) -> str:
    """Version 3.0 knows no birthday without a year; phones write 1604 and say so."""
    if about_on:
        return f":{about_on:%Y%m%d}" if version == V4 else f":{about_on:%Y-%m-%d}"
    month, day = divmod(month_day, 100)
    return f":--{month:02d}{day:02d}" if version == V4 else f";X-APPLE-OMIT-YEAR=1604:1604-{month:02d}-{day:02d}"


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """At most 75 octets a line, never within a character; what follows begins with a blank."""
    pieces, length = [[]], 0
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if length + size > _LONGEST_LINE:
            pieces.append([" "])
            length = 1
        pieces[-1].append(character)
        length += size
    return "\r\n".join("".join(piece) for piece in pieces)

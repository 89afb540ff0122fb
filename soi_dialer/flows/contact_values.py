"""What may be kept about a contact: each field read and cleaned, or refused with a sentence and the field's name."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names, phone
from soi_dialer.domain.email_address import BadEmail, clean_email
from soi_dialer.domain.level import MOST_DAYS
from soi_dialer.domain.whole_number import whole
from soi_dialer.flows.errors import BadValue
from soi_dialer.store import contacts, tags
from soi_dialer.store.scope import Scope

MOST_PHONES = 20
MOST_TAGS = 30
LABEL_LENGTH = 40
DEFAULT_LEVEL = "acquaintance"


def read_values(given: dict[str, Any]) -> dict[str, Any]:
    """The given fields as they are kept. Raises `BadValue` for the first that cannot be."""
    return {field: _READERS[field](value) for field, value in given.items()}


def read_name(text: str) -> str:
    try:
        return names.clean_name(text)
    except names.BadName as error:
        raise BadValue(str(error), field="name") from None


def read_text(text: str, field: str, limit: int = names.NOTE_LIMIT) -> str:
    """A text of several lines without control characters, refused rather than cut when it is too long."""
    try:
        return names.clean_note(text, limit=limit)
    except names.BadNote as error:
        raise BadValue(str(error), field=field) from None


def read_email(text: str) -> str:
    try:
        return clean_email(text)
    except BadEmail as error:
        raise BadValue(str(error), field="email") from None


def read_level(text: str) -> str:
    """A word of the agent's own ladder; empty means the first step."""
    return names.visible_line(text, LABEL_LENGTH) or DEFAULT_LEVEL


def read_time_zone(name: str | None) -> str | None:
    """A zone such as America/Denver, which the person named themselves; None: it is derived from the number."""
    if not name:
        return None
    try:
        return zoneinfo.ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # odd names raise the latter two
        message = "There is no such time zone; use a name such as America/Denver."
        raise BadValue(message, field="time_zone") from None


def read_cadence(days: int | str | None) -> int | None:
    """Days between two talks, for this person alone; None or "": what their level says."""
    if days is None or days == "":
        return None
    number = whole(str(days).strip(), digits=4)
    if number is None or not 1 <= number <= MOST_DAYS:
        raise BadValue(f"Days between two talks are a whole number from 1 to {MOST_DAYS}.", field="cadence_days")
    return number


def read_tags(given: Sequence[str]) -> list[str]:
    """The words as they are kept, each once. Raises `BadValue` for one that is too long or has no letter or digit."""
    kept: dict[str, str] = {}
    for text in given:
        word = names.visible_line(text, tags.LONGEST + 1)
        if not word:
            continue
        if len(word) > tags.LONGEST:
            raise BadValue(f"A tag has {tags.LONGEST} characters at most.", field="tags")
        if not tags.search_form(word) or "," in word:
            raise BadValue("A tag is a word or a few, without a comma, with a letter or a digit in it.", field="tags")
        kept.setdefault(tags.search_form(word), word)
    if len(kept) > MOST_TAGS:
        raise BadValue(f"A contact can have {MOST_TAGS} tags at most.", field="tags")
    return list(kept.values())


_READERS: dict[str, Callable[[Any], Any]] = {
    "name": read_name,
    "email": read_email,
    "level": read_level,
    "note": lambda text: read_text(text, "note"),
    "time_zone": read_time_zone,
    "cadence_days": read_cadence,
}


def read_phones(given: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The numbers as they are kept, in the given order, each once. At least one.

    A foreign number is kept, for whether it may be dialled is a setting that can change; one that costs its caller
    or calls for help is refused here already.
    """
    if not given:
        raise BadValue("A contact needs at least one phone number.", field="phones")
    if len(given) > MOST_PHONES:
        raise BadValue(f"A contact can have {MOST_PHONES} phone numbers at most.", field="phones")
    kept: dict[str, dict[str, str]] = {}
    for one in given:
        read = read_phone(one)
        first = kept.setdefault(read["number"], read)
        first["label"] = first["label"] or read["label"]
        first["extension"] = first["extension"] or read["extension"]
    return list(kept.values())


def read_phone(given: dict[str, str]) -> dict[str, str]:
    try:
        number = phone.parse(given["number"])
        phone.check_dialable(number.e164, allowed_regions=frozenset({number.region}))
    except phone.BadNumber as error:
        raise BadValue(str(error), field="phones") from None
    extension = names.visible_line(given.get("extension") or number.extension, 20)
    return {
        "number": number.e164,
        "extension": extension,
        "label": names.visible_line(given.get("label") or "", LABEL_LENGTH),
    }


def refuse_own_numbers(conn: Connection, dialer: Dialer, scope: Scope, numbers: Sequence[dict[str, str]]) -> None:
    """A contact with the agent's or the installation's own number would make a call that rings itself."""
    plain = [number["number"] for number in numbers]
    if dialer.settings.twilio_phone_number in plain or contacts.own_numbers_among(conn, scope, plain):
        raise BadValue("That is one of your own numbers; a call to it would only ring yourself.", field="phones")

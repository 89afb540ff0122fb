"""Phone numbers: kept in E.164, shown as people write them, dialled only when that is certain to be harmless.

What a number is comes from the `phonenumbers` tables (Google's libphonenumber). Parsing says whether a number exists
and may be kept; `check_dialable` says whether this installation may ring it.
"""

from __future__ import annotations

import dataclasses
import functools
import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult
from phonenumbers.timezone import time_zones_for_number

from soi_dialer.domain.phone_text import BadNumber, is_emergency, plain, tidy

__all__ = [
    "BadNumber",
    "Phone",
    "check_dialable",
    "display",
    "is_withheld",
    "masked",
    "parse",
    "possible_zones",
    "search_digits",
]

DIALABLE_KINDS = frozenset({"fixed_line", "mobile", "fixed_line_or_mobile", "toll_free", "voip"})
"""What may be rung. Internet lines cost what others cost; personal, premium, shared-cost and pager numbers do not."""

SEARCH_DIGITS_MIN = 3

# A number that belongs to no place gets all 42 zones of North America as its answer, which says nothing. An area code
# spans a handful, the widest country's mobile numbers fewer than thirty.
_MOST_ZONES_OF_A_PLACE = 30

_KINDS = {value: name.lower() for name, value in vars(PhoneNumberType).items() if isinstance(value, int)}

_SPOKEN_KINDS = {
    "premium_rate": "premium-rate",
    "shared_cost": "shared-cost",
    "personal_number": "personal (forwarding)",
    "uan": "company-wide",
    "voicemail": "voicemail access",
    "unknown": "not normally dialled",
}

_E164 = re.compile(r"\+[1-9]\d{6,14}")

# Spelled on a keypad these say ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE.
# Twilio: "What do the special caller IDs mean?"; newer calls carry the words themselves.
_WITHHELD = frozenset(
    {"", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
    | {"anonymous", "restricted", "blocked", "unknown", "unavailable", "private", "withheld"}
)


@dataclasses.dataclass(frozen=True, slots=True)
class Phone:
    """A number that exists. `extension` is shown beside it and never dialled silently; "" when there is none."""

    e164: str
    extension: str
    region: str  # two letters, such as "US"; "001" for numbers of no country
    kind: str  # lower-case name of the library's type: "mobile", "toll_free", "premium_rate" ...


def parse(text: str, *, default_region: str = "US") -> Phone:
    """The number that a person wrote, in any usual form. `default_region` is meant where no country code is given.

    Raises `BadNumber` with one sentence when the text is not clearly one existing number.
    """
    number_text, extension = tidy(text)
    try:
        number = phonenumbers.parse(number_text, default_region)
    except NumberParseException as error:
        raise BadNumber(_why_unreadable(error)) from None
    if not phonenumbers.is_valid_number(number):
        raise BadNumber(_why_invalid(number))
    return Phone(_e164(number), extension, _region(number), _kind(number))


def check_dialable(
    e164: str, *, allowed_regions: frozenset[str] = frozenset({"US"}), own_numbers: frozenset[str] = frozenset()
) -> None:
    """Return when the number may be rung; raise `BadNumber` with the reason otherwise.

    `+1` is not one country: Jamaica and twenty others share it, so the region is asked for and not the prefix.
    """
    if e164 in own_numbers:
        raise BadNumber("That is one of your own numbers; a call to it would only ring yourself.")
    if is_emergency(e164):
        raise BadNumber("Emergency and service numbers such as 911 are never called from here; use your phone.")
    number = _read(e164)
    if number is None or not phonenumbers.is_valid_number(number):
        raise BadNumber("There is no such phone number; check its digits.")
    kind, region = _kind(number), _region(number)
    if kind not in DIALABLE_KINDS:
        raise BadNumber(f"That is a {_spoken_kind(kind)} number, which is never called from here.")
    if region not in allowed_regions:
        allowed = ", ".join(sorted(allowed_regions))
        raise BadNumber(f"Calls to {_place(region)} are not allowed here; only to {allowed}.")


@functools.lru_cache(maxsize=4096)
def possible_zones(e164: str) -> tuple[str, ...]:
    """Every time zone that the number's prefix allows, sorted; empty when the prefix says nothing (toll-free).

    A hint only: people keep their numbers when they move.
    """
    number = _read(e164)
    if number is None or _kind(number) == "toll_free":
        return ()
    zones = tuple(sorted(zone for zone in time_zones_for_number(number) if zone != "Etc/Unknown"))
    return zones if len(zones) <= _MOST_ZONES_OF_A_PLACE else ()


@functools.lru_cache(maxsize=4096)
def display(e164: str) -> str:
    """As people write it: "(212) 555-1234" for the United States, "+44 20 7946 0958" for elsewhere.

    A withheld number reads "hidden number"; what cannot be read is returned as it is.
    """
    if is_withheld(e164):
        return "hidden number"
    number = _read(e164)
    if number is None:
        return e164
    form = PhoneNumberFormat.NATIONAL if _region(number) == "US" else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def masked(e164: str) -> str:
    """For logs: the last four digits and nothing else, or nothing at all of a shorter text."""
    return f"***{e164[-4:]}" if len(e164) >= 8 else "***"


def search_digits(text: str, *, default_region: str = "US") -> str:
    """The digits to look for inside kept numbers (E.164 without "+"), from a whole number or a part in any form.

    Empty when the text is no part of a number: it has letters, or fewer than three digits.
    """
    try:
        return parse(text, default_region=default_region).e164[1:]
    except BadNumber:
        text = plain(text)
    if re.search(r"[^\d+() ./-]", text):
        return ""
    digits = re.sub(r"\D", "", text)[:15]
    return digits if len(digits) >= SEARCH_DIGITS_MIN else ""


def is_withheld(text: str | None) -> bool:
    """Whether a caller's number is hidden: nothing, a word such as "anonymous", or its digits on a keypad."""
    return plain(text or "").lower() in _WITHHELD


def _read(e164: str) -> PhoneNumber | None:
    if not _E164.fullmatch(e164):
        return None
    try:
        return phonenumbers.parse(e164)
    except NumberParseException:
        return None


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _region(number: PhoneNumber) -> str:
    return phonenumbers.region_code_for_number(number) or ""


def _kind(number: PhoneNumber) -> str:
    return _KINDS[phonenumbers.number_type(number)]


def _spoken_kind(kind: str) -> str:
    return _SPOKEN_KINDS.get(kind, kind)


def _place(region: str) -> str:
    return {"": "that country", "001": "numbers of no country"}.get(region, f"that country ({region})")


def _why_unreadable(error: NumberParseException) -> str:
    match error.error_type:
        case NumberParseException.INVALID_COUNTRY_CODE:
            return "There is no country with that code; check the digits after the +."
        case NumberParseException.TOO_LONG:
            return "The number is too long; enter one number, with its country code if it is foreign."
        case _:
            return "That is not a phone number; enter it with its area code, such as (212) 555-1234."


def _why_invalid(number: PhoneNumber) -> str:
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return "The area code is missing; enter the whole number, such as (212) 555-1234."
        case ValidationResult.TOO_SHORT:
            return "The number is too short; enter it with its area code, such as (212) 555-1234."
        case ValidationResult.TOO_LONG | ValidationResult.INVALID_LENGTH:
            return "The number is too long; enter one number, with its country code if it is foreign."
        case _:
            return "There is no such phone number; check its area code and digits."

"""From what people type, paste and import to the plain text of one phone number, or a reason why it is none.

The library that knows numbering plans is lenient: it reads "Joe 555-1234" as a vanity number and drops an emoji.
A wrong guess here rings a stranger, so whatever is not clearly one number is refused with a sentence for a person.
The sentences never hold the number, so they may be logged.
"""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT = 250

_UNICODE_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]")
_SCHEME = re.compile(r"^(?:tel|callto):(?://)?", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:;\s*ext=|[,;]+\s*|\s*(?:ext(?:ension|n)?\b[.:]?|x|#|~)\s*)(\d{1,20})#?$", re.IGNORECASE)
# A doubled comma is a pause before an extension, not a list of two numbers.
_BETWEEN_NUMBERS = re.compile(r"(?<!,),(?!,)|[;/|&\r\n\t]|:::|\b(?:or|and)\b", re.IGNORECASE)
_EMERGENCY = re.compile(r"\+?1?(?:[2-9]11|000|112|933|988|999)")
_VANITY = re.compile(r"\+?1?[ .-]*\(?\d{3}\)?[ .-]*[\dA-Za-z .-]+")

_REFUSALS = (
    (r"", "Enter a phone number."),
    (r"(?:sips?|client|https?|mailto|whatsapp|skype):.*|.*@.*", "That is an internet address; enter a phone number."),
    (
        r"[+-]?\d(?:[.,]\d+)?E[+-]?\d+",
        "A spreadsheet changed this number; format that column as text and enter all its digits again.",
    ),
    (r"\+?\d{7,}[.,]0+", 'A spreadsheet changed this number; take away the ".0" at its end.'),
    (r"[*#].*|.*\*.*", "Leave out dial codes such as *67; enter the phone number alone."),
)
"""Whole texts that are no phone number, each with what to tell the person. The first that fits is told."""


class BadNumber(ValueError):
    """Not a number that we can keep or dial. `reason` is one sentence: what is wrong and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def plain(text: str) -> str:
    """Full-width and other scripts' digits as 0-9, dashes as "-", without invisible marks and outer spaces."""
    text = "".join(_plain_character(character) for character in unicodedata.normalize("NFKC", text[: 4 * MAX_TEXT]))
    return _UNICODE_DASHES.sub("-", text).strip()


def _plain_character(character: str) -> str:
    if unicodedata.category(character) == "Cf":  # direction marks and zero-width characters, pasted from web pages
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def tidy(text: str) -> tuple[str, str]:
    """The number's text and its extension ("" when there is none).

    Raises `BadNumber` for whatever is not clearly one phone number.
    """
    if len(text) > MAX_TEXT:
        raise BadNumber("That is far too long for a phone number; enter one number.")
    number = _SCHEME.sub("", plain(text).lstrip("'")).strip()
    for pattern, reason in _REFUSALS:
        if re.fullmatch(pattern, number, re.IGNORECASE | re.DOTALL):
            raise BadNumber(reason)
    _refuse_two_numbers(number)
    _refuse_strange_characters(number)
    number, extension = _split_extension(number)
    _refuse_emergency(number)
    _refuse_words(number)
    return number, extension


def is_emergency(text: str) -> bool:
    """Whether the digits are an emergency or service number (911, 112, 988, 211 ...), with or without +1."""
    return _EMERGENCY.fullmatch(re.sub(r"[^\d+]", "", text)) is not None


def _refuse_two_numbers(number: str) -> None:
    pieces = _BETWEEN_NUMBERS.split(number)
    if sum(len(re.findall(r"\d", piece)) >= 7 for piece in pieces) > 1:
        raise BadNumber("There are two phone numbers in one field; put each in a field of its own.")


def _refuse_strange_characters(number: str) -> None:
    if any(unicodedata.category(character) == "Cc" for character in number):
        raise BadNumber("There is an invisible control character inside the number; type it again by hand.")
    if re.search(r"[^0-9A-Za-z+() ./,;=#~-]", number):
        raise BadNumber("There are characters that are no part of a phone number; use digits, spaces and + ( ) -.")


def _split_extension(number: str) -> tuple[str, str]:
    match = _EXTENSION.search(number)
    return (number[: match.start()].strip(), match.group(1)) if match else (number, "")


def _refuse_emergency(number: str) -> None:
    if is_emergency(number):
        raise BadNumber("Emergency and service numbers such as 911 are never called from here; use your phone.")


def _refuse_words(number: str) -> None:
    """Letters are fine only where a keypad has them: after an area code, in a number of the right length."""
    letters = re.findall(r"[A-Za-z]", number)
    if not letters:
        return
    keys = re.sub(r"[^0-9A-Za-z]", "", number)
    right_length = len(keys) == 10 or (len(keys) == 11 and keys[0] == "1")
    if len(letters) < 3 or not right_length or not _VANITY.fullmatch(number):
        raise BadNumber("There are letters in the number; enter its digits only.")

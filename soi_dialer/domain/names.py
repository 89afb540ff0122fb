"""Names and notes as people type, paste and import them: what is invisible goes, what was written stays.

Invisible characters are not harmless: a direction mark turns a page's text around, a zero-width one makes two equal
names differ, a control character breaks the XML that is read aloud.
"""

from __future__ import annotations

import re
import unicodedata

NAME_LIMIT = 200
NOTE_LIMIT = 20_000

_BLANK_LETTERS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")  # letters by category that show nothing
_COMBINING = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_MARKS_PILED_UP = re.compile(f"({_COMBINING}{{3}}){_COMBINING}+")
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_STROKED = str.maketrans(  # letters that do not come apart into a letter and an accent
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"}
)


class BadName(ValueError):
    """Nothing that could be read as a name. One line, for the person who wrote it."""


class BadNote(ValueError):
    """A note that is too long to keep whole. One line, for the person who wrote it."""


def clean_name(text: str) -> str:
    """The name on one line, without invisible characters, at most 200 characters.

    Raises `BadName` when nothing visible is left.
    """
    name = visible_line(text, NAME_LIMIT)
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise BadName("A name needs at least one visible letter or digit.")
    return name


def visible_line(text: str, limit: int) -> str:
    """The text on one line, without invisible characters, spaces collapsed, cut at `limit` characters."""
    if text.isascii() and text.isprintable():  # most names: there is nothing invisible to look for
        return " ".join(text[: 50 * limit].split())[:limit].rstrip()
    text = _BLANK_LETTERS.sub(" ", unicodedata.normalize("NFC", text[: 50 * limit]))
    text = "".join(_in_a_line(character) for character in text)
    return " ".join(_MARKS_PILED_UP.sub(r"\1", text).split())[:limit].rstrip()


def search_form(text: str) -> str:
    """What is kept beside a name and looked for in its place: lower case, without accents, at most 200 characters."""
    try:
        text = clean_name(text)
    except BadName:
        return ""
    if text.isascii():
        return text.casefold()
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_STROKED))
    bare = "".join(character for character in letters if not unicodedata.combining(character))
    return " ".join(bare.casefold().translate(_STROKED).split())[:NAME_LIMIT].rstrip()


def clean_note(text: str, limit: int = NOTE_LIMIT) -> str:
    """The note with its lines, without control characters and direction marks; "" when nothing visible is in it.

    Joiners stay, for some scripts and emoji are made of them. Raises `BadNote` rather than cutting what somebody wrote.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    note = "".join(character for character in lines if _in_a_note(character)).strip()
    if len(note) > limit:
        raise BadNote(f"The note has {len(note):,} characters; the most is {limit:,}.")
    return note if any(unicodedata.category(character)[0] in "LNPS" for character in note) else ""


def _in_a_line(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else character


def _in_a_note(character: str) -> bool:
    if character in "\n\t":
        return True
    if character in _DIRECTION_MARKS:
        return False
    category = unicodedata.category(character)
    return category == "Cf" or category not in _INVISIBLE

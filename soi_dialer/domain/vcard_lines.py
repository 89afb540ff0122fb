"""The lines of a vCard file, of version 2.1, 3.0 or 4.0: unfolded, taken apart and decoded, card by card.

Written by hand, and every step is linear: the libraries for it know neither 2.1 nor 4.0 whole, and take a day over one
line that somebody made to keep them busy.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from typing import NamedTuple

_ENDS = re.compile(r"\r\n|\r|\n")
_SKIPPED = ("PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE")
_IS_SKIPPED = re.compile(rf"(?:[A-Za-z0-9-]+\.)?(?:{'|'.join(_SKIPPED)})[;:]", re.IGNORECASE)
_PIECE = re.compile(r'(?:"[^"]*"|[^";])+')
_TEXT_ENCODING = re.compile(r"utf-(8|16|32)|iso8859|cp\d|ascii|shift_jis|euc|gb|big5|koi8|mac")
_BARE_ENCODINGS = frozenset({"quoted-printable", "base64", "8bit", "7bit", "b"})
_MOST_FOLDED = 200_000
"""Characters of one line; a longer one is no text that somebody wrote."""

NO_END = "The card has no end; perhaps the file was cut off. Nothing of it was read."


class Line(NamedTuple):
    """One property. `types` are its TYPE parameters in lower case; the value is decoded and still escaped."""

    group: str
    name: str
    types: frozenset[str]
    value: str


def cards(text: str) -> Iterator[list[Line] | None]:
    """Each card in order; None for one that has no end. Pictures, and cards inside of cards, are passed over."""
    depth, lines = 0, []
    for raw in _unfolded(text):
        mark = raw.strip().upper()
        if mark == "BEGIN:VCARD" or (depth and mark.endswith(":BEGIN:VCARD")):
            if depth == 1 and mark == "BEGIN:VCARD" and not (lines and lines[-1].name == "AGENT"):
                yield None
                depth = 0
            depth += 1
            lines = lines if depth > 1 else []
        elif mark == "END:VCARD" and depth:
            depth -= 1
            if not depth:
                yield lines
        elif depth == 1 and (line := read_line(raw)):
            lines.append(line)
    if depth:
        yield None


def _unfolded(text: str) -> Iterator[str]:
    """A line goes on in the next one that begins with a blank, or after the "=" of quoted-printable."""
    parts: list[str] = []
    length, goes_on, skipping = 0, False, False
    for line in _ENDS.split(text):
        is_more = goes_on or (line[:1] in (" ", "\t") and bool(parts or skipping))
        if is_more and not skipping and length < _MOST_FOLDED:
            parts[-1] = parts[-1][:-1] if goes_on else parts[-1]
            parts.append(line if goes_on else line[1:])
            length += len(line)
        elif not is_more:
            if parts:
                yield "".join(parts)
            skipping = _IS_SKIPPED.match(line) is not None
            parts, length = ([] if skipping else [line]), len(line)
        goes_on = not skipping and line.endswith("=") and _is_quoted_printable(parts[0])
    if parts:
        yield "".join(parts)


def _is_quoted_printable(start: str) -> bool:
    return "quoted-printable" in start.partition(":")[0].casefold()


def read_line(raw: str) -> Line | None:
    """None for what is no property."""
    head, value = _split(raw)
    pieces = _PIECE.findall(head)
    if not pieces or value is None:
        return None
    group, _, name = pieces[0].strip().rpartition(".")
    types, encoding, charset = _parameters(pieces[1:])
    if encoding == "quoted-printable":
        value = _decoded(value, charset)
    return Line(group.casefold(), name.upper(), types, value)


def _split(raw: str) -> tuple[str, str | None]:
    """At the first colon that is not within quotation marks."""
    quoted = False
    for place, character in enumerate(raw):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return raw[:place], raw[place + 1 :]
    head, colon, value = raw.partition(":")
    return head, value if colon else None


def _parameters(pieces: list[str]) -> tuple[frozenset[str], str, str]:
    types: set[str] = set()
    encoding = charset = ""
    for piece in pieces:
        name, equals, value = piece.replace('"', "").casefold().partition("=")
        if not equals:  # as in version 2.1: TEL;CELL:
            name, value = ("encoding" if name in _BARE_ENCODINGS else "type"), name
        if name == "type":
            types.update(word.strip() for word in value.split(","))
        elif name == "pref":
            types.add("pref")
        elif name == "encoding":
            encoding = value
        elif name == "charset":
            charset = value
    return frozenset(types), encoding, charset


def _decoded(value: str, charset: str) -> str:
    data = quopri.decodestring(value.encode())
    for name in (charset, "utf-8", "cp1252"):
        try:
            found = codecs.lookup(name or "utf-8").name
            if _TEXT_ENCODING.match(found):
                return data.decode(found)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def unescape(text: str) -> str:
    r"""Backslashes taken away; `\n` is a line end."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text, flags=re.DOTALL)


def split_value(value: str, delimiter: str) -> list[str]:
    """The parts of a structured value or a list, unescaped; an escaped delimiter does not divide."""
    parts, start, place = [], 0, 0
    while place < len(value):
        if value[place] == "\\":
            place += 1
        elif value[place] == delimiter:
            parts.append(value[start:place])
            start = place + 1
        place += 1
    return [unescape(part).strip() for part in [*parts, value[start:]]]

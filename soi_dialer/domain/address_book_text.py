"""From an uploaded file's bytes to the text of a table: encodings, and files that are no table at all."""

from __future__ import annotations

import codecs
import re

from soi_dialer.domain.alphabets import best_text

MAX_BYTES = 20_000_000
DELIMITERS = ",;\t|"

_EXCEL = "That is an Excel workbook; save it as CSV (comma separated) and import that file."
_PACKED = "That is a packed file: unpack a zip and import what is in it; save an Excel workbook as CSV."
_PICTURE = "That is a picture and no address book; export the contacts as CSV or vCard."
_WEB_PAGE = (
    "That is a web page, not an address book; perhaps the download needs signing in first. "
    "Export the contacts as CSV or vCard."
)
_OTHER_KINDS = (
    (b"PK\x03\x04", _PACKED),
    (b"\xd0\xcf\x11\xe0", _EXCEL),
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"%PDF", "That is a PDF document and no address book; export the contacts as CSV or vCard."),
    (b"<", _WEB_PAGE),
    (b"{\\rtf", "That is a text document; export the contacts as CSV or vCard."),
    (b"{", "That is a JSON file; export the contacts as CSV or vCard."),
)
_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HINT = re.compile(rf'"?sep=([{DELIMITERS}])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


class BadFile(ValueError):
    """The whole file cannot be imported. One sentence for the person who chose it."""


def decode(data: bytes) -> str:
    """The text of a table or a vCard in UTF-8, UTF-16 or one of the old `alphabets`, without NUL characters.

    Raises `BadFile` for an empty or too large file and for anything that is no text.
    """
    if len(data) > MAX_BYTES:
        raise BadFile(f"The file is larger than {MAX_BYTES // 1_000_000} MB; split it into several.")
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, reason in _OTHER_KINDS:
        if start.upper().startswith(mark.upper()):
            raise BadFile(_EXCEL if reason is _PACKED and b"xl/" in data else reason)
    text = _text_of(data).replace("\x00", "")
    _refuse_noise(text[:4000])
    if not text.strip():
        raise BadFile("The file is empty.")
    return text


def _text_of(data: bytes) -> str:
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    halves = data[0:400:2].count(0), data[1:400:2].count(0)
    if max(halves) > 50:  # every other byte is NUL: UTF-16 that lost its mark
        return data.decode("utf-16-be" if halves[0] > halves[1] else "utf-16-le", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return best_text(data)


def _refuse_noise(text: str) -> None:
    controls = sum(character < " " and character not in "\t\r\n" for character in text)
    if controls > len(text) / 20:
        raise BadFile("That is not a text file; export the contacts as CSV or vCard.")


def is_vcard(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n")[:11].upper() == "BEGIN:VCARD"


def split_hint(text: str) -> tuple[str, str]:
    """The text of the table and the delimiter of its columns: the one Excel names in a first line "sep=;", or the one
    that the header row has most of."""
    hint = _HINT.match(text)
    if hint:
        return text[hint.end() :], hint[1]
    header = _QUOTED.sub("", text.lstrip().splitlines()[0])
    return text, max(DELIMITERS, key=header.count)

"""In which of the old alphabets a text was saved: that of Windows, of old Macs or of DOS.

Nothing in such a file says so. But read in the wrong one "José" becomes "JosŽ" or "Jos‚": capitals behind small letters
and signs in the midst of words. The one counts in which most is where it belongs.
"""

from __future__ import annotations

import itertools
import re

_LOOKED_AT = 5000
"""So many characters decide; a large file need not be read three times."""

_OTHERS = ("mac-roman", "cp850")
_STRANGE = re.compile(r"[^\x00-\x7f]")
_LETTERS = frozenset(map(chr, {*range(0xC0, 0x100)} - {0xD7, 0xF7})) | frozenset("ŒœŠšŽžŸ")
_BEGINS, _ENDS, _JOINS, _QUIET = "“‘«¿¡„", "”’»™®…", "’\u00a0", "–—•€£©°§·½¼¾´\u00a0"


def best_text(data: bytes) -> str:
    """The text of bytes that are no UTF-8. Windows it is, unless another alphabet makes more sense."""
    texts = [_windows(data), *(data.decode(name) for name in _OTHERS)]
    return max(texts, key=_sense)  # of equals the first


def _windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:  # five bytes have no meaning there
        return data.decode("latin-1")


def _sense(text: str) -> int:
    found = itertools.islice(_STRANGE.finditer(text), _LOOKED_AT)
    return sum(_fits(text[one.start() - 1 : one.start()], one[0], text[one.end() : one.end() + 1]) for one in found)


def _fits(before: str, sign: str, after: str) -> int:
    """1 for a letter or sign where one belongs, 0 for one that may stand anywhere, less for one that cannot be so."""
    if sign in _LETTERS:
        return _letter_fits(before, sign, after)
    if before.isalpha() and after.isalpha():
        return 1 if sign in _JOINS else -2
    if (sign in _BEGINS and after.isalpha()) or (sign in _ENDS and before.isalpha()):
        return 1
    return 0 if sign in _BEGINS + _ENDS + _QUIET else -2


def _letter_fits(before: str, letter: str, after: str) -> int:
    if not before.isalpha() and not after.isalpha():
        return -1
    if (letter.isupper() and before.islower()) or (letter.islower() and after.isupper()):
        return -2
    return 1

"""A whole number as somebody typed it, or as it stands in an address."""

from __future__ import annotations


def whole(text: str, digits: int) -> int | None:
    """The number of these decimal digits, so many at most; None for anything else, signs and spaces included."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None

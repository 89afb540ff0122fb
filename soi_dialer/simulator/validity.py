"""What a telephone number looks like to the phone company."""

from __future__ import annotations

import re


def is_e164(number: str) -> bool:
    """A plus sign and up to fifteen digits, the first of them not 0."""
    return re.fullmatch(r"\+[1-9][0-9]{6,14}", number) is not None

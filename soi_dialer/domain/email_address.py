"""E-mail addresses: shape only. Whether one works is known when a message arrives."""

from __future__ import annotations

import re

LIMIT = 320

_FORM = re.compile(r"[^@\s\x00-\x1f\x7f,;<>\"]+@[^@\s\x00-\x1f\x7f,;<>\"]+")


class BadEmail(ValueError):
    """Not one e-mail address. One line, for the person who wrote it."""


def clean_email(text: str) -> str:
    """The address in lower case, without outer spaces; "" stays "". Raises `BadEmail`."""
    email = text.strip()
    if email and (len(email) > LIMIT or not _FORM.fullmatch(email)):
        raise BadEmail("That is not one e-mail address; it looks like name@example.com.")
    return email.lower()

"""The token that every form carries, signed once for each session instead of once for each page."""

from __future__ import annotations

from functools import lru_cache

from flask import session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup


def token() -> str:
    """Of the present session; it does not age, for `WTF_CSRF_TIME_LIMIT` is None."""
    raw = session.get("csrf_token")
    return _signed(raw) if isinstance(raw, str) else generate_csrf()


def field() -> Markup:
    """The hidden field of a form."""
    return _field(token())


@lru_cache(maxsize=4096)
def _field(value: str) -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(value)


@lru_cache(maxsize=4096)
def _signed(raw: str) -> str:
    """`raw` is a random number of one session, so this is the one in which the token is first asked for."""
    return generate_csrf()

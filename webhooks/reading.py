"""Parameters that cannot be read end the request with 400; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort

from soi_dialer.carrier.errors import BadRequest

Value = TypeVar("Value")


def read(pairs: list[tuple[str, str]], reader: Callable[[list[tuple[str, str]]], Value]) -> Value:
    """What `reader` makes of the request's parameters."""
    try:
        return reader(pairs)
    except BadRequest:
        abort(400)

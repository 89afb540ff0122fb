"""Lists: a page of items and an opaque cursor that says where the next one starts, however many rows come between."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from soi_dialer.api.fields import LARGEST_ID, YEARS, Reader

Position = tuple[Any, int]


def answer(
    rows: Sequence[Any], limit: int, kind: str, position: Callable[[Any], Position], show: Callable[[Sequence], list]
) -> dict[str, Any]:
    """`rows` holds one more than `limit` when there is a next page."""
    shown = rows[:limit]
    more = len(rows) > limit
    return {"items": show(shown), "next": encode(kind, position(shown[-1])) if more else None}


def encode(kind: str, position: Position) -> str:
    first, row_id = position
    first = first.astimezone(UTC).isoformat() if isinstance(first, datetime) else first
    return base64.urlsafe_b64encode(json.dumps([kind, first, row_id]).encode()).decode().rstrip("=")


def instants(kind: str) -> Reader:
    """Reads a cursor of a list that is ordered by an instant."""
    return lambda text: _decode(text, kind, _instant)


def words(kind: str) -> Reader:
    """Reads a cursor of a list that is ordered by a text."""
    return lambda text: _decode(text, kind, _word)


def _decode(text: str, kind: str, first_part: Callable[[Any], Any]) -> Position:
    wrong = ValueError("must be the `next` of an earlier answer to the same question")
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found_kind, first, row_id = parts
        position = first_part(first), int(row_id)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise wrong from None
    if found_kind != kind or not 0 <= position[1] <= LARGEST_ID:
        raise wrong
    return position


def _instant(value: Any) -> datetime:
    read = datetime.fromisoformat(value)
    if read.tzinfo is None or not 1970 <= read.year < YEARS.stop + 100:
        raise ValueError
    return read


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200 or "\x00" in value or not value.isprintable():
        raise ValueError
    value.encode()  # a lone surrogate cannot be sent to a database
    return value

"""Long lists of values in pieces that fit one IN list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_SIZE = 400  # the databases allow far more; short statements are planned and cached better


_Value = TypeVar("_Value")


def chunks(values: Sequence[_Value], size: int = _SIZE) -> Iterator[Sequence[_Value]]:
    return (values[start : start + size] for start in range(0, len(values), size))

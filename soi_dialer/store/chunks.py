"""Long lists of values in pieces that fit one IN list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_SIZE = 400  # the databases allow far more; short statements are planned and cached better


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _SIZE] for start in range(0, len(values), _SIZE))

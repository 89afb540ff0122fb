"""How far a long command is: a bar on a terminal, plain lines anywhere else, always on the error stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Seen = Callable[[int, int], None]
"""Takes how many are done and how many there are."""

_LINES = 10


@contextmanager
def progress(what: str) -> Iterator[Seen]:
    """Gives the function to call while the work goes on."""
    if not sys.stderr.isatty():
        yield _in_lines(what)
        return
    from tqdm import tqdm

    with tqdm(unit=f" {what}", file=sys.stderr) as bar:

        def seen(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield seen


def _in_lines(what: str) -> Seen:
    """At most ten lines, the last one when all is done."""
    last = 0

    def seen(done: int, total: int) -> None:
        nonlocal last
        tenth = done * _LINES // total if total else _LINES
        if tenth > last:
            last = tenth
            print(f"{done} of {total} {what}", file=sys.stderr)

    return seen

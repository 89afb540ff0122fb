"""Run every measurement, print the table and keep it in `bench/results.md`.

    python -m bench [WORD]... [--calls N]

With words, only the parts with such a word in their names; nothing is kept then. `--calls` is for the reports, whose
targets are meant for ten million: `python -m bench reports --calls 10000000` takes a quarter of an
hour and 15 GB; bench/reports.md has what it said.
"""

from __future__ import annotations

import argparse
import functools
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import (
    address_books,
    claims,
    click,
    debts,
    gaps,
    histories,
    in_process,
    reports,
    searching,
    servers,
    start,
    through_server,
    today,
)
from bench.table import Figure, markdown

RESULTS = Path(__file__).with_name("results.md")

_TEXT = """# Measured

Made by `make bench` on {date}: {machine}, Python {python}. The load over the last minute was {before} before the run
and {after} after it; the disk took {sync:.2f} ms for a write that survives a power cut. Every ratio was taken within
this run, in rounds that take turns with their baseline, and is the median of the rounds. Only ratios compare between
runs and machines.

{table}

The load is 16 kept connections, each with one request under way, from a process of its own on the same machine. One
webhook in twenty is sent twice. Each is about a call of its own and carries one of the eight statuses that the two legs
of a call have; it is answered when the fact, the call and what follows from it are committed. The plain way
(`bench/plain_way.py`) keeps the event alone and derives nothing. Memory counts shared pages once for each process.

Of the open callbacks {due:,} are due, however many there are, and each is reminded of once it is claimed. Gaps are
closed in virtual time: nothing is heard of the ends of conversations, of clicks and of callers with and without a
message, and each gap counts from the end of its call or from when the program was back. Real programs are real in
everything: their webhooks are refused at a gate, and callers leave messages with the number's fallback. Histories are
those of `make soak`. Reports are asked of {calls:,} calls here, whose rows are as wide as real ones, and of a tenth of
them; what they are for is ten million (`python -m bench reports --calls 10000000`).
"""


def main(arguments: list[str]) -> int:
    """Exit status 0 when every target is met. With words only the parts that have one in their name, unkept."""
    given = _read(arguments)
    words, before = given.words, f"{os.getloadavg()[0]:.1f}"
    known = {**_PARTS, "Reports": functools.partial(reports.figures, calls=given.calls)}
    parts = [part for part in known.items() if not words or any(word.lower() in part[0].lower() for word in words)]
    with tempfile.TemporaryDirectory(prefix="soi-bench-", dir=RESULTS.parent) as scratch:
        sync = _sync_milliseconds(Path(scratch))
        found = [figure for name, measure in parts for figure in _measured(name, measure, Path(scratch))]
    table = markdown(found)
    print(f"\n{table}\n")
    if not words:
        _keep(table, before, sync)
    return 0 if all(figure.met for figure in found) else 1


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("words", nargs="*", metavar="WORD", help="only the parts with such a word in their names")
    parser.add_argument("--calls", type=int, default=reports.CALLS, help="that reports are made of")
    return parser.parse_args(arguments)


def _keep(table: str, before: str, sync: float) -> None:
    RESULTS.write_text(
        _TEXT.format(
            date=time.strftime("%Y-%m-%d"),
            machine=f"{os.cpu_count()} processors, {platform.system()}",
            python=platform.python_version(),
            before=before,
            after=f"{os.getloadavg()[0]:.1f}",
            sync=sync,
            table=table,
            due=debts.DUE,
            calls=reports.CALLS,
        )
    )


def _measured(name: str, measure: Callable, scratch: Path) -> list[Figure]:
    print(f"{name} ...", file=sys.stderr, flush=True)
    room = scratch / name.replace(" ", "-")
    room.mkdir(mode=0o700)
    return list(measure(room, lambda text: print(text, file=sys.stderr, flush=True)))


def _postgresql(scratch: Path, tell: Callable[[str], None]) -> Iterator[Figure]:
    with servers.postgresql(scratch) as url:
        yield from through_server.on_postgresql(scratch, url, tell)


def _sync_milliseconds(scratch: Path, times: int = 200) -> float:
    with (scratch / "sync").open("wb") as file:
        file.write(bytes(4096 * times))
        os.fsync(file.fileno())
        spent = [_one_sync(file.fileno(), number) for number in range(times)]
    return sorted(spent)[times // 2] * 1000


def _one_sync(file: int, number: int) -> float:
    began = time.perf_counter()
    os.pwrite(file, b"x" * 4096, 4096 * number)
    os.fdatasync(file)
    return time.perf_counter() - began


_PARTS = {
    "Webhooks on SQLite": through_server.on_sqlite,
    "Webhooks on PostgreSQL": _postgresql,
    "Inside the process": in_process.figures,
    "Clicks": click.figures,
    "Claims": claims.figures,
    "Gaps": gaps.figures,
    "Today": today.figures,
    "Address books": address_books.figures,
    "Search": searching.figures,
    "Histories": histories.figures,
    "Starting": start.figures,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How fast histories of trouble are played, in one process: `tests/simulation`."""

from __future__ import annotations

import contextlib
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import hello, signed
from bench.table import Figure
from tests.simulation.history import Theatre
from tests.simulation.stage import room_for_histories

ROUNDS, IN_A_ROUND, HELLOS = 5, 100, 500


def figures(
    _scratch: Path, tell: Callable[[str], None], rounds: int = ROUNDS, count: int = IN_A_ROUND
) -> Iterator[Figure]:
    """Histories per second, in rounds that take turns with a bare hello."""
    app, first = hello.create_app(), time.time_ns() // 10**9
    logging.disable(logging.CRITICAL)  # what goes wrong in a history is meant to
    try:
        with room_for_histories() as directory, contextlib.closing((theatre := Theatre(directory)).db):
            seeds = [range(first + start, first + start + count) for start in range(0, rounds * count, count)]
            both = [(_rate(theatre.play, some), _hellos(app)) for some in seeds]
    finally:
        logging.disable(logging.NOTSET)
    rate, base = (statistics.median(column) for column in zip(*both, strict=True))
    tell(f"  {rounds * count} histories from seed {first}: {rate:.0f} a second")
    times = statistics.median(hellos / histories for histories, hellos in both)
    name, baseline = "Histories of trouble, one process", f"Flask hello {base:,.0f}/s"
    yield Figure(name, baseline, f"{times:.0f} hellos each", rate, None, aim=500, unit="/s")


def _hellos(app) -> float:
    client, sample = app.test_client(), signed.status_of("0" * 32, 0)
    return _rate(lambda _: client.post("/hello", data=sample.body), range(HELLOS))


def _rate(play: Callable, some: range) -> float:
    """A second."""
    began = time.perf_counter()
    for one in some:
        play(one)
    return len(some) / (time.perf_counter() - began)

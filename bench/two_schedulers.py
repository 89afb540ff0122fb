"""One scheduler and two, as processes, working the same number of due callbacks off.

    python -m bench.two_schedulers    (works at a fixed instant; one line in is one sweep, one line out)
"""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import func, select, update

from bench import installation, servers
from bench.debts import AGENTS
from bench.installation import AT
from bench.table import Figure
from soi_dialer.store import tables
from soi_dialer.store.database import Database

TO_DO, ROUNDS = 400, 5


def figures(scratch: Path, url: str, database: Database, tell: Callable[[str], None]) -> Iterator[Figure]:
    """How much faster two are, in rounds by turns, and how many callbacks were not worked on exactly once."""
    environment = installation.environment(scratch, url)
    with _scheduler(environment) as first, _scheduler(environment) as second:
        _sweep([first, second])  # what was left over, and the first use of everything
        before = _reminders(database)
        rounds = [(_round(database, [first]), _round(database, [first, second])) for _ in range(ROUNDS)]
    alone, together = (statistics.median(column) for column in zip(*rounds, strict=True))
    tell(f"  a scheduler works off {alone:.0f} callbacks a second, two {together:.0f}")
    gain = statistics.median(two / one for one, two in rounds)
    yield Figure("Two schedulers, PostgreSQL", f"one {alone:.0f}/s", f"{together:.0f}/s", gain, 1.3)
    told, due = _reminders(database) - before, TO_DO * ROUNDS * 2
    yield Figure("lost or claimed twice", f"{due:,} due", f"{told:,} reminders", abs(told - due), 0, most=True)


def _round(database: Database, several: list[subprocess.Popen]) -> float:
    """Callbacks per second, from the first scheduler's start to the last one's end."""
    _make_due(database)
    sweeps = _sweep(several)
    done = sum(sweep["done"] for sweep in sweeps)
    if done != TO_DO:
        raise RuntimeError(f"{done} callbacks were claimed instead of {TO_DO}")
    return done / (max(sweep["ended"] for sweep in sweeps) - min(sweep["began"] for sweep in sweeps))


def _make_due(database: Database) -> None:
    """Some that have never been reminded of, each agent's in turn, so that none has too many late ones."""
    waiting = select(tables.callback.c.id).where(tables.callback.c.reminded_at.is_(None), tables.callback.c.id > AGENTS)
    some = tables.callback.c.id.in_(waiting.order_by(tables.callback.c.id).limit(TO_DO))
    with database.write() as connection:
        values = {"remind_at": AT, "arrived_at": AT, "opened_at": AT}
        connection.execute(update(tables.callback).where(some).values(values))


def _reminders(database: Database) -> int:
    """On the page, where each callback has one for every rung."""
    shown = select(func.count()).where(tables.reminder.c.channel == "page")
    with database.read() as connection:
        return connection.execute(shown).scalar_one()


def _sweep(several: list[subprocess.Popen]) -> list[dict]:
    """One sweep of each of these schedulers, all at the same time."""
    for process in several:
        process.stdin.write("sweep\n")
        process.stdin.flush()
    return [json.loads(process.stdout.readline()) for process in several]


@contextlib.contextmanager
def _scheduler(environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "bench.two_schedulers"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=servers.ROOT, env=environment, **pipes)
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def _work() -> None:
    from config import load
    from soi_dialer import wiring
    from soi_dialer.flows.remind import remind

    with contextlib.closing(wiring.build(load(env_file=None), clock=lambda: AT)) as dialer:
        for _ in sys.stdin:
            began = time.monotonic()
            done = remind(dialer)
            print(json.dumps({"done": done, "began": began, "ended": time.monotonic()}), flush=True)


if __name__ == "__main__":
    _work()

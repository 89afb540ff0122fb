"""Claiming what is due of a million open callbacks, against ten thousand and against the same without its index."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from bench import debts, installation, servers, two_schedulers
from bench.installation import AT
from bench.table import Figure
from config import load
from soi_dialer import scheduler, wiring
from soi_dialer.store import claims, tables
from soi_dialer.store.database import Database

BATCH = 100
LATER = AT.replace(day=AT.day + 1)

Tell = Callable[[str], None]


def figures(scratch: Path, tell: Tell, many: int = 1_000_000, rounds: int = 25) -> Iterator[Figure]:
    """Both databases; then schedulers beside each other on PostgreSQL, and one with nothing to do on SQLite."""
    url = f"sqlite:///{scratch / 'many.db'}"
    with _offices(f"sqlite:///{scratch / 'few.db'}", url, many, tell) as (few, large):
        yield from _claims("SQLite", few, large, rounds, tell)
        yield _idle_sweep(scratch, url, large)
    with servers.postgresql(scratch) as server:
        urls = [servers.new_database(server, name) for name in ("few", "many")]
        with _offices(*urls, many, tell) as (few, large):
            yield from _claims("PostgreSQL", few, large, rounds, tell)
            yield from two_schedulers.figures(scratch, urls[1], large, tell)


@contextlib.contextmanager
def _offices(few_url: str, large_url: str, many: int, tell: Tell) -> Iterator[tuple[Database, Database]]:
    with contextlib.ExitStack() as stack:
        few = stack.enter_context(contextlib.closing(debts.fill(few_url, debts.FIRST)))
        large = stack.enter_context(contextlib.closing(debts.fill(large_url, many, tell)))
        yield few, large


def _claims(where: str, few: Database, large: Database, rounds: int, tell: Tell) -> Iterator[Figure]:
    """Claims in either database by turns, then some without the index."""
    pairs = [(_claim(few), _claim(large)) for _ in range(rounds)]
    small, big = (statistics.median(column) for column in zip(*pairs, strict=True))
    growth = statistics.median(b / a for a, b in pairs)
    bare = _without_index(large, max(3, rounds // 5))
    tell(f"  {where}: a claim takes {big:.1f} ms of many, {small:.1f} ms of few, {bare:.0f} ms without the index")
    name = f"Claim {BATCH} of {_count(large):,} open callbacks, {where}"
    yield Figure(name, "its median", f"{big:.1f} ms", big, 5, most=True, unit=" ms")
    yield Figure("the same", f"of {debts.FIRST:,}: {small:.1f} ms", f"{big:.1f} ms", growth, 1.5, most=True)
    yield Figure("the same", f"without the index {bare:.0f} ms", f"{big:.1f} ms", bare / big, 30)


def _claim(database: Database) -> float:
    """Milliseconds of one claim with its commit. What was claimed is then worked off: its next reminder is tomorrow."""
    began = time.perf_counter()
    with database.write() as connection:
        claimed = claims.claim_due(connection, AT, "bench", BATCH)
    spent = time.perf_counter() - began
    if len(claimed) != BATCH:
        raise RuntimeError(f"{len(claimed)} were claimed instead of {BATCH}")
    with database.write() as connection:
        mine = tables.callback.c.id.in_([row["id"] for row in claimed])
        worked_off = {"remind_at": LATER, "lease_until": None, "lease_owner": None, "tries": 0}
        connection.execute(update(tables.callback).where(mine).values(worked_off))
    return spent * 1000


def _without_index(database: Database, times: int) -> float:
    """The median of so many claims; the index is there again afterwards."""
    (index,) = [one for one in tables.callback.indexes if one.name == "ix_callback_remind"]
    with database.write() as connection:
        index.drop(connection)
    spent = [_claim(database) for _ in range(times)]
    with database.write() as connection:
        index.create(connection)
    return statistics.median(spent)


def _count(database: Database) -> int:
    with database.read() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM callback WHERE state = 'open'").scalar_one()


def _idle_sweep(scratch: Path, url: str, large: Database) -> Figure:
    """A sweep with nothing to do, while another process holds the write lock all the time."""
    nothing_is_due(large)
    settings = load(installation.environment(scratch, url), env_file=None)
    with contextlib.closing(wiring.build(settings, clock=lambda: AT)) as dialer:
        scheduler.sweep(dialer)  # the heartbeat and the digests of the day, after which nothing is left to be done
        asked: list[str] = []
        event.listen(dialer.db.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
        alone = _sweep_milliseconds(dialer)
        with large.write():
            beside = _sweep_milliseconds(dialer)
    locks = sum("IMMEDIATE" in statement for statement in asked)
    took = f"{locks} locks, {beside:.1f} ms"
    return Figure("Write locks of an empty sweep", f"nobody writes: {alone:.1f} ms", took, locks, 0, most=True)


def _sweep_milliseconds(dialer) -> float:
    began = time.perf_counter()
    with contextlib.suppress(OperationalError):  # it asked for the lock, which is counted
        scheduler.sweep(dialer)
    return (time.perf_counter() - began) * 1000


def nothing_is_due(database: Database) -> None:
    """All that is due has been worked off."""
    with database.write() as connection:
        due = tables.callback.c.remind_at <= AT
        connection.execute(update(tables.callback).where(due).values(remind_at=LATER, lease_until=None))

"""Taking an address book of fifty thousand people in and undoing it: how fast, and how long a chunk takes."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import insert

from bench import installation, servers
from bench.installation import AT
from bench.table import Figure
from config import load
from soi_dialer import wiring
from soi_dialer.dialer import Dialer
from soi_dialer.flows import import_batch
from soi_dialer.flows.import_work import work_on
from soi_dialer.store import imports, migrate, tables
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope

ROWS = 50_000
MOST_MILLISECONDS = 100
_AREAS = (212, 303, 312, 404, 415, 512, 602, 617, 702, 713)

Tell = Callable[[str], None]


def figures(scratch: Path, tell: Tell) -> Iterator[Figure]:
    """On both databases, with nothing between the chunks."""
    yield from _on("SQLite", scratch, f"sqlite:///{scratch / 'books.db'}", tell)
    with servers.postgresql(scratch) as server:
        yield from _on("PostgreSQL", scratch, servers.new_database(server, "books"), tell)


def _on(where: str, scratch: Path, url: str, tell: Tell) -> Iterator[Figure]:
    _make(url)
    dialer = wiring.build(load(installation.environment(scratch, url), env_file=None))
    batch_id = import_batch.receive(dialer, Scope(1, 1), address_book(ROWS), "book.csv", state="running")
    for doing in ("taken in", "undone"):
        spent, chunks = _work(dialer, batch_id)
        middle, slow = statistics.median(chunks), statistics.quantiles(chunks, n=20)[-1]
        tell(f"  {where}: {ROWS / spent:,.0f} rows a second {doing}, {middle:.0f} ms a chunk")
        yield Figure(f"{ROWS:,} people {doing}, {where}", "-", f"{spent:.1f} s", ROWS / spent, None, unit="/s")
        said = f"p50 {middle:.0f} ms, p95 {slow:.0f} ms"
        target = MOST_MILLISECONDS if dialer.db.is_sqlite else None  # elsewhere nobody waits for a chunk
        yield Figure("the same, a chunk of 200", "-", said, slow, target, most=True, unit=" ms")
        if doing == "taken in":
            import_batch.undo(dialer, Scope(1, 1), batch_id)
    dialer.close()


def _make(url: str) -> None:
    """One agent who knows nobody."""
    migrate.upgrade(url)
    database = Database(url)
    with database.write() as connection:
        connection.execute(insert(tables.office), [{"id": 1, "name": "Bench", "created_at": AT}])
        connection.execute(insert(tables.agent), [installation.agent(1)])
    database.close()


def address_book(rows: int) -> bytes:
    """CSV of people with a number, an address and a tag each, none of them twice."""
    lines = (
        f"Person {n},{_AREAS[n % 10]}{200 + n // 100_000:03d}{n // 10 % 10_000:04d},person{n}@example.com,Bench"
        for n in range(rows)
    )
    return "\n".join(itertools.chain(["name,phone,email,tags"], lines)).encode()


def _work(dialer: Dialer, batch_id: int) -> tuple[float, list[float]]:
    """Seconds for all of it, reading the file included, and milliseconds of each chunk but the first."""
    began, ends = time.perf_counter(), []
    work_on(dialer, batch_id, progress=lambda _done, _total: ends.append(time.perf_counter()), pause=0)
    with dialer.db.read() as connection:
        assert imports.get(connection, Scope(1, 1), batch_id)["state"] in ("done", "undone")
    return time.perf_counter() - began, [(later - earlier) * 1000 for earlier, later in itertools.pairwise(ends)]

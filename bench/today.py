"""Opening Today with fifty thousand people and two million calls, and what its cost grows with."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import delete

from app import create_app
from bench import hello, history, in_process, installation, servers, signed, spheres
from bench.installation import AT
from bench.spheres import FEW_DUE, LARGE, SMALL, Sphere
from bench.table import Figure
from config import load
from soi_dialer import wiring
from soi_dialer.flows.passwords import hash_password
from soi_dialer.serving import settle_memory
from soi_dialer.store import agents, tables

OPENINGS, FIRST_OPENINGS = 60, 20
MOST_MILLISECONDS = 50

Tell = Callable[[str], None]


def figures(scratch: Path, tell: Tell) -> Iterator[Figure]:
    """Both databases, in process: what the server spends on the page."""
    yield from _on("SQLite", scratch, f"sqlite:///{scratch / 'today.db'}", tell)
    with servers.postgresql(scratch) as server:
        yield from _on("PostgreSQL", scratch, servers.new_database(server, "today"), tell)


def _on(where: str, scratch: Path, url: str, tell: Tell) -> Iterator[Figure]:
    spheres.fill(url, tell)
    settings = load(installation.environment(scratch, url), env_file=None)
    app = create_app(settings, wiring.build(settings, clock=lambda: AT))
    settle_memory()  # as a worker of the web server does
    bare = _milliseconds(hello.create_app)
    opened = {one.agent_id: _openings(app, one) for one in spheres.ALL}
    app.extensions["soi_dialer"].close()
    again, first = opened[LARGE.agent_id]
    tell(f"  {where}: {statistics.median(again):.1f} ms, the first of a day {statistics.median(first):.1f} ms")
    size = f"{LARGE.people:,} people, {LARGE.calls:,} calls, {where}"
    yield from _times(f"Today with {size}", again, bare)
    yield from _times("the same, the first of a day", first, bare)
    yield _growth("the same, ten times as many due", opened, FEW_DUE)
    yield _growth("the same, ten times as many people", opened, SMALL)


def _times(name: str, spent: list[float], bare: float) -> Iterator[Figure]:
    middle, slow = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
    said = f"p50 {middle:.1f} ms, p95 {slow:.1f} ms"
    yield Figure(name, "-", said, slow, MOST_MILLISECONDS, most=True, unit=" ms")
    yield Figure("the same", f"Flask hello {bare * 1000:.0f} us", f"{middle:.1f} ms", middle / bare, None)


def _growth(name: str, opened: dict[int, tuple[list[float], list[float]]], of: Sphere) -> Figure:
    """The first of a day, which is the one that looks for people."""
    before, now = (statistics.median(opened[one.agent_id][1]) for one in (of, LARGE))
    said = f"{of.people:,} people, {of.due:,} due: {before:.1f} ms"
    return Figure(name, said, f"{now:.1f} ms", now / before, 10, most=True)


def _openings(app: Flask, sphere: Sphere) -> tuple[list[float], list[float]]:
    """Milliseconds of each opening of a list that is there, and of each that writes one."""
    db = app.extensions["soi_dialer"].db
    with db.write() as connection:
        agents.update(connection, sphere.agent_id, password_hash=hash_password(history.PASSWORD))
    cookie = history.cookie(app, sphere.agent_id)
    first = []
    for _ in range(FIRST_OPENINGS):
        with db.write() as connection:
            connection.execute(delete(tables.today_item).where(tables.today_item.c.agent_id == sphere.agent_id))
        first.append(_timed(lambda: in_process.open_page(app, "/", cookie)))
    return [_timed(lambda: in_process.open_page(app, "/", cookie)) for _ in range(OPENINGS)], first[1:]


def _milliseconds(make: Callable[[], Flask]) -> float:
    app, sample = make(), signed.status_of("0" * 32, 0)
    return statistics.median(_timed(lambda: in_process.post(app, sample, "/hello")) for _ in range(200))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000

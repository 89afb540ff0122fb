"""Reports over millions of calls: from the figures of days that are kept, against counting the calls themselves."""

from __future__ import annotations

import contextlib
import io
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text

from app import create_app
from bench import history, installation, report_calls, servers
from bench.table import Figure
from config import load
from soi_dialer.serving import settle_memory
from soi_dialer.store import figures as read
from soi_dialer.store import rollup_upkeep
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope

CALLS, MANY = 500_000, 10_000_000
"""As many as a usual run has, and as the targets are meant for: `python -m bench reports --calls 10000000`."""

MOST_AGENTS = 1000
WEEKS = 52
UNTIL_ON = report_calls.FIRST_ON + timedelta(weeks=104)
FROM_ON = UNTIL_ON - timedelta(weeks=WEEKS)

Tell = Callable[[str], None]
_Query = Callable[[Database, int], object]


def figures(scratch: Path, tell: Tell, calls: int = CALLS, rounds: int = 15) -> Iterator[Figure]:
    """The same questions to so many calls and to a tenth of them, on both databases; then the page of the week."""
    settle_memory()  # as a worker of the web server does
    agents = min(MOST_AGENTS, calls // 10 // report_calls.WORKING_DAYS)
    urls = [f"sqlite:///{scratch / name}.db" for name in ("few", "many")]
    yield from _of_calls("SQLite", urls, calls, agents, rounds, tell)
    for name in ("few.db", "many.db"):
        (scratch / name).unlink()
    with servers.postgresql(scratch) as server:
        urls = [servers.new_database(server, name) for name in ("few", "many")]
        yield from _of_calls("PostgreSQL", urls, calls, agents, rounds, tell)
    yield _week_page(scratch)


def _of_calls(where: str, urls: list[str], calls: int, agents: int, rounds: int, tell: Tell) -> Iterator[Figure]:
    with contextlib.ExitStack() as stack:
        few, many = (
            stack.enter_context(contextlib.closing(report_calls.fill(url, count, agents, tell)))
            for url, count in zip(urls, (calls // 10, calls), strict=True)
        )
        tell(f"  {where}: {calls:,} calls of {agents:,} agents are there")
        yield from _one_agent(f"{WEEKS} weeks of an agent, {where}", few, many, agents, rounds, is_full=calls >= MANY)
        office = f"{agents:,} agents, one week, {where}"
        yield from _against_few(office, few, many, rounds, _office_week, 5)
        office = f"{agents:,} agents, {WEEKS} weeks, {where}"
        yield from _against_few(office, few, many, max(3, rounds // 3), _office_year, 200)


def _one_agent(name: str, few: Database, many: Database, agents: int, rounds: int, is_full: bool) -> Iterator[Figure]:
    year = lambda database, turn: _agent_year(database, 1 + turn * 37 % agents)  # noqa: E731
    yield from _against_few(name, few, many, rounds, year, 5)
    kept = _median(many, year, rounds)
    full = _median(many, lambda database, turn: _counted(database, 1 + turn * 37 % agents, by_index=False), 3)
    index = _median(many, lambda database, turn: _counted(database, 1 + turn * 37 % agents, by_index=True), rounds)
    yield Figure("the same", f"all calls read: {full:,.0f} ms", f"{kept:.2f} ms", full / kept, 200 if is_full else None)
    yield Figure("the same", f"along the index: {index:.1f} ms", f"{kept:.2f} ms", index / kept, None)


def _against_few(
    name: str, few: Database, many: Database, rounds: int, query: _Query, milliseconds: float
) -> Iterator[Figure]:
    """Each against the same of a tenth of the calls, by turns."""
    pairs = [(_spent(few, query, turn), _spent(many, query, turn)) for turn in range(rounds)]
    small, large = (statistics.median(column) for column in zip(*pairs, strict=True))
    growth = statistics.median(b / a for a, b in pairs)
    yield Figure(name, "its median", f"{large:.2f} ms", large, milliseconds, most=True, unit=" ms")
    yield Figure("the same", f"of a tenth: {small:.2f} ms", f"{large:.2f} ms", growth, 1.2, most=True)


def _median(database: Database, query: _Query, rounds: int) -> float:
    return statistics.median(_spent(database, query, turn) for turn in range(rounds))


def _spent(database: Database, query: _Query, turn: int) -> float:
    """Milliseconds, the second time that it is asked: what is measured is the work and not the disk."""
    query(database, turn)
    began = time.perf_counter()
    query(database, turn)
    return (time.perf_counter() - began) * 1000


def _agent_year(database: Database, number: int) -> object:
    with database.read() as connection:
        days = read.by_day(connection, Scope(1, number), FROM_ON, UNTIL_ON)
    if len(days) < WEEKS * 4:
        raise RuntimeError(f"there are only {len(days)} days")
    return days


def _office_week(database: Database, turn: int) -> object:
    first = UNTIL_ON - timedelta(weeks=1 + turn)
    with database.read() as connection:
        return read.by_member(connection, 1, first, first + timedelta(weeks=1))


def _office_year(database: Database, turn: int) -> object:
    with database.read() as connection:
        return read.by_member_and_week(connection, 1, FROM_ON, WEEKS)


_COUNTED = """
SELECT {day}, count(*), sum(talk_seconds) FROM call
WHERE {agent} = :agent AND placed_at >= :starts_at AND placed_at < :ends_at AND outcome IS NOT NULL GROUP BY 1
"""


def _counted(database: Database, number: int, *, by_index: bool) -> object:
    """What there would be without the figures of days; either way the databases count whole days by themselves."""
    day = "substr(placed_at, 1, 10)" if database.is_sqlite else "date_trunc('day', placed_at)"
    query = _COUNTED.format(day=day, agent="agent_id" if by_index else "agent_id + 0")
    span = {"starts_at": _instant(database, FROM_ON), "ends_at": _instant(database, UNTIL_ON)}
    with database.read() as connection:
        return connection.execute(text(query), {"agent": number} | span).all()


def _instant(database: Database, on: date) -> object:
    return f"{on}T00:00:00.000000" if database.is_sqlite else f"{on}T00:00:00+00:00"


def _week_page(scratch: Path, times: int = 60) -> Figure:
    """The page of each of some weeks, of an agent with five years of calls, the session included."""
    url = f"sqlite:///{scratch / 'week.db'}"
    installation.fill(url, 1)
    app = create_app(load(installation.environment(scratch, url), env_file=None))
    settle_memory()  # as a worker of the web server does
    _, cookie = history.make(app, installation.AT)
    dialer = app.extensions["soi_dialer"]
    with dialer.db.write() as connection:
        rollup_upkeep.rebuild(connection, 1)
    monday = installation.AT.date() - timedelta(days=installation.AT.weekday())
    weeks = [(monday - timedelta(weeks=1 + turn)).strftime("%G-W%V") for turn in range(times)]
    spent = sorted(_asked(app, f"/week/{week}", cookie) for week in weeks)
    dialer.close()
    p95 = spent[int(len(spent) * 0.95)]
    median = f"median {statistics.median(spent):.1f} ms"
    name = "The week, 5 years of calls, 95th percentile"
    return Figure(name, median, f"{p95:.1f} ms", p95, 30, most=True, unit=" ms")


def _asked(app, path: str, cookie: str) -> float:
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "HTTP_COOKIE": cookie,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "5000", "HTTP_HOST": "127.0.0.1:5000",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }  # fmt: skip
    answer: list[str] = []
    began = time.perf_counter()
    b"".join(app(environ, lambda status, headers: answer.append(status)))
    if not answer[0].startswith("200"):
        raise RuntimeError(f"{path} was answered {answer[0]}")
    return (time.perf_counter() - began) * 1000

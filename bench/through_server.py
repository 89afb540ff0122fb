"""Signed status webhooks through the server that we ship, beside its baselines, in rounds that take turns."""

from __future__ import annotations

import contextlib
import dataclasses
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import installation, servers, signed
from bench.table import Figure

WARM_UP = 400


@dataclasses.dataclass(frozen=True, slots=True)
class Sizes:
    """How many requests each has in one round, and how many rounds there are."""

    hello: int = 4000
    webhooks: int = 2000
    plain: int = 500
    rounds: int = 5

    @property
    def calls(self) -> int:
        return WARM_UP + self.rounds * self.webhooks


@dataclasses.dataclass
class Measured:
    """Requests per second and percentiles of each round, and every answer's status."""

    rates: list[float] = dataclasses.field(default_factory=list)
    p50: list[float] = dataclasses.field(default_factory=list)
    p99: list[float] = dataclasses.field(default_factory=list)
    statuses: dict[str, int] = dataclasses.field(default_factory=dict)

    def add(self, run: dict) -> None:
        times = run["milliseconds"]
        self.rates.append(len(times) / run["seconds"])
        self.p50.append(times[len(times) // 2])
        self.p99.append(times[len(times) * 99 // 100])
        for status, count in run["statuses"].items():
            self.statuses[status] = self.statuses.get(status, 0) + count

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    def over(self, other: Measured) -> float:
        """The median of the rounds' ratios: what drifts between rounds cancels out."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.rates, other.rates, strict=True))

    def tail(self) -> float:
        return statistics.median(high / middle for high, middle in zip(self.p99, self.p50, strict=True))


def on_sqlite(scratch: Path, tell: Callable[[str], None], sizes: Sizes = Sizes()) -> Iterator[Figure]:
    """One worker, group commit, `synchronous=FULL`; against a bare hello and against the plain way."""
    url = f"sqlite:///{scratch / 'office.db'}"
    plain_url = f"sqlite:///{scratch / 'plain.db'}"
    ours, hello, plain, found = _run(scratch, url, plain_url, tell, sizes, {})
    yield Figure(
        "Signed webhook stored, SQLite", f"Flask hello {hello.rate:,.0f}/s", f"{ours.rate:,.0f}/s", ours.over(hello),
        0.17, aim=0.25,
    )  # fmt: skip
    yield Figure(
        "the same", f"the plain way {plain.rate:,.0f}/s", f"{ours.rate:,.0f}/s", ours.over(plain), 2
    )
    yield _tail("SQLite", ours)
    yield _nothing_lost("SQLite", found)


def on_postgresql(scratch: Path, url: str, tell: Callable[[str], None], sizes: Sizes = Sizes()) -> Iterator[Figure]:
    """The same server on PostgreSQL."""
    ours, hello, _, found = _run(scratch, url, None, tell, sizes, {})
    yield Figure(
        "Signed webhook stored, PostgreSQL", f"Flask hello {hello.rate:,.0f}/s", f"{ours.rate:,.0f}/s",
        ours.over(hello), 0.15, aim=0.20,
    )  # fmt: skip
    yield _tail("PostgreSQL", ours)
    yield _nothing_lost("PostgreSQL", found)


def _run(scratch, url, plain_url, tell, sizes: Sizes, more: dict[str, str]):
    environment = installation.environment(scratch, url, **more)
    tell("  preparing calls and signing webhooks ...")
    refs = installation.fill(url, sizes.calls)
    webhooks = [signed.status_of(ref, turn) for turn, ref in enumerate(refs)]
    ours, hello, plain = Measured(), Measured(), Measured()
    with contextlib.ExitStack() as stack:
        our_port = stack.enter_context(servers.as_shipped("soi_dialer.serving:worker_app", environment))
        hello_port = stack.enter_context(servers.as_shipped("bench.hello:create_app", environment))
        plain_port = stack.enter_context(_plain(environment, plain_url)) if plain_url else None
        servers.load(our_port, [w.raw() for w in webhooks[:WARM_UP]])
        for number in range(sizes.rounds):
            start = WARM_UP + number * sizes.webhooks
            mine = [w.raw() for w in signed.with_duplicates(webhooks[start : start + sizes.webhooks])]
            hello.add(servers.load(hello_port, [w.raw("/hello") for w in webhooks[: sizes.hello]]))
            ours.add(servers.load(our_port, mine))
            if plain_port:
                plain.add(servers.load(plain_port, mine[: sizes.plain]))
            tell(f"  round {number + 1} of {sizes.rounds}: hello {hello.rates[-1]:,.0f}/s, ours {ours.rates[-1]:,.0f}/s"
                 + (f", the plain way {plain.rates[-1]:,.0f}/s" if plain_port else ""))  # fmt: skip
    _check_statuses(ours, plain)
    return ours, hello, plain, (len(webhooks), installation.kept(url, set(refs)))


@contextlib.contextmanager
def _plain(environment: dict[str, str], url: str) -> Iterator[int]:
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("CREATE TABLE event (key VARCHAR PRIMARY KEY, body JSON NOT NULL)")
    engine.dispose()
    with servers.gunicorn("bench.plain_way:app", environment | {"PLAIN_DATABASE_URL": url}) as port:
        yield port


def _check_statuses(*all_measured: Measured) -> None:
    for measured in all_measured:
        if set(measured.statuses) - {"204"}:
            raise RuntimeError(f"not every webhook was taken: {measured.statuses}")


def _tail(where: str, ours: Measured) -> Figure:
    p50, p99 = statistics.median(ours.p50), statistics.median(ours.p99)
    name, median = f"its 99th percentile, {where}", f"its median {p50:.1f} ms"
    return Figure(name, median, f"{p99:.1f} ms", ours.tail(), 2, most=True)


def _nothing_lost(where: str, found: tuple[int, tuple[int, int, int]]) -> Figure:
    sent, (facts, owners, derived) = found
    wrong = abs(facts - sent) + abs(owners - sent) + abs(derived - sent)
    return Figure(f"lost or doubled, {where}", f"{sent:,} events", f"{facts:,} kept", wrong, 0, most=True)

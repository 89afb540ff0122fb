"""Minutes of load on whole installations, and a table of what came of it: `make soak`.

    python -m bench.soak --minutes 10 [--only sqlite] [--into FILE]

Web server, scheduler and phone company are the real programs. Webhooks arrive at fixed times, callbacks fall due every
second, and five users look at pages.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import busy_office, installation, open_loop, servers
from bench.browsing import Browsing, Seen
from bench.table import Figure, markdown
from soi_dialer import clock

SWEPT_WITHIN_SECONDS = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """Webhooks per second, how soon all but one of a hundred must be answered, and what serves them."""

    name: str
    rate: float
    most_milliseconds: float
    web_workers: int
    more_schedulers: int


LOADS = {
    "sqlite": Load("SQLite", 50, 250, web_workers=1, more_schedulers=0),
    "postgresql": Load("PostgreSQL", 150, 500, web_workers=2, more_schedulers=1),
}

_TEXT = """# Measured under load

Made by `make soak` on {date}: {minutes:g} minutes on each database; {machine}, Python {python}. The load over the last
minute was {before} before the run and {after} after it.

{table}

The programs are the ones that are shipped: on SQLite `python app.py`, on PostgreSQL the same with two web processes and
a second scheduler, and the practice phone company as the carrier. Webhooks arrive at fixed times, whether or not the
ones before were answered, and a latency counts from that time. One in twenty comes twice. Meanwhile a callback
falls due each second, which is told on the page and by text, and five users with five years of calls each open a page
every second. Lines of trouble are those in the programs' logs that tell of an error or of a locked database.
"""


def main() -> int:
    """Exit status 0 when every target is met."""
    wanted = argparse.ArgumentParser(prog="python -m bench.soak")
    wanted.add_argument("--minutes", type=float, default=10)
    wanted.add_argument("--only", choices=sorted(LOADS))
    wanted.add_argument("--into", type=Path, default=Path(__file__).with_name("soak.md"))
    given = wanted.parse_args()
    before, found = os.getloadavg()[0], []
    for kind in [given.only] if given.only else LOADS if given.minutes else []:
        found += _soaked(kind, given.minutes * 60)
    if found:
        _keep(given.into, found, given.minutes, before)
    return 0 if all(figure.met for figure in found) else 1


def _keep(into: Path, found: list[Figure], minutes: float, before: float) -> None:
    table = markdown(found)
    print(f"\n{table}\n")
    into.write_text(
        _TEXT.format(
            date=time.strftime("%Y-%m-%d"),
            minutes=minutes,
            machine=f"{os.cpu_count()} processors, {platform.system()}",
            python=platform.python_version(),
            before=f"{before:.1f}",
            after=f"{os.getloadavg()[0]:.1f}",
            table=table,
        )
    )


def _soaked(kind: str, seconds: float) -> list[Figure]:
    load = LOADS[kind]
    _tell(f"{load.name}: {load.rate:g} webhooks a second for {seconds / 60:g} minutes")
    with tempfile.TemporaryDirectory(prefix="soi-soak-", dir=Path(__file__).parent) as place:
        scratch = Path(place)
        with _database(kind, scratch) as url:
            return list(_run(load, scratch, url, seconds))


@contextlib.contextmanager
def _database(kind: str, scratch: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{scratch / 'office.db'}"
    else:
        with servers.postgresql(scratch) as url:
            yield url


def _run(load: Load, scratch: Path, url: str, seconds: float) -> Iterator[Figure]:
    _tell("  preparing ...")
    calls = math.ceil(load.rate * seconds / len(open_loop.STEPS))
    refs, users = busy_office.open_for(scratch, url, calls, seconds)
    logs = scratch / "logs"
    logs.mkdir()
    with _installation(load, scratch, url, logs) as port:
        people = Browsing(port, users)
        people.start()
        told = _drive(port, load.rate, seconds, refs, scratch)
        seen, untold = people.stop(), _untold(url)
    trouble = _trouble(logs)
    yield from _figures(load, told, seen, busy_office.webhooks_kept(url, refs), untold, trouble)


@contextlib.contextmanager
def _installation(load: Load, scratch: Path, url: str, logs: Path) -> Iterator[int]:
    """The programs, each with a log of its own; gives the web server's port."""
    port, carriers_port = servers.free_port(), servers.free_port()
    more = {"PORT": str(port), "WEB_WORKERS": str(load.web_workers)}
    more["TWILIO_API_URL"] = f"http://127.0.0.1:{carriers_port}"
    told = installation.environment(scratch, url, **more)
    python, module = sys.executable, [sys.executable, "-m", "soi_dialer"]
    with contextlib.ExitStack() as stack:
        for name, command, at in (
            ("carrier", [*module, "simulator", "--port", str(carriers_port)], carriers_port),
            ("app", [python, "app.py"], port),
            *((f"scheduler{number}", [*module, "scheduler"], None) for number in range(load.more_schedulers)),
        ):
            stack.enter_context(servers.logged(command, told, logs / f"{name}.log", at))
        yield port


def _drive(port: int, rate: float, seconds: float, refs: list[str], scratch: Path) -> dict:
    """The load, from a process of its own, which tells on stderr how it goes."""
    names = scratch / "references"
    names.write_text("\n".join(refs))
    command = [sys.executable, "-m", "bench.open_loop", str(port), str(rate), str(seconds), str(names)]
    done = subprocess.run(command, cwd=servers.ROOT, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def _untold(url: str) -> int:
    """Callbacks and texts about them that nobody was told of, when the last sweeps have had theirs."""
    began = clock.now()
    for _ in range(SWEPT_WITHIN_SECONDS):
        if not (left := busy_office.count_untold(url, began)):
            break
        time.sleep(1)
    return left


def _trouble(logs: Path) -> int:
    """Prints the lines that tell of something wrong, at most a few of each log, and counts them all."""
    count = 0
    for log in sorted(logs.iterdir()):
        words = ("locked", "Traceback", " ERROR ", " CRITICAL ")
        lines = [line for line in log.read_text(errors="replace").splitlines() if any(word in line for word in words)]
        count += len(lines)
        for line in lines[:5]:
            _tell(f"  {log.name}: {line[:200]}")
    return count


def _figures(load: Load, told: dict, seen: Seen, kept: int, untold: int, trouble: int) -> Iterator[Figure]:
    times, sent, different = told["milliseconds"], told["sent"], told["first"]
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    name, every, median = f"99th percentile, {load.name}", f"{load.rate:g} webhooks/s", f"median {p50:.0f} ms"
    yield Figure(name, every, median, p99, load.most_milliseconds, most=True, unit=" ms")
    refused = sent - told["statuses"].get("204", 0)
    yield _none("answered with anything but 204", f"{sent:,} sent", _words(told["statuses"]), refused)
    yield _none("lost or doubled", f"{different:,} different", f"{kept:,} kept", abs(kept - different))
    yield _none("callbacks not told of in time", "one due each second", f"{untold}", untold)
    yield _none("pages not shown", f"{len(seen.milliseconds):,} opened", f"{seen.wrong}", seen.wrong)
    page = f"median {seen.percentile(50):.0f} ms"
    yield Figure("their 99th percentile", f"{busy_office.USERS} users", page, seen.percentile(99), None, unit=" ms")
    yield _none("lines of trouble in the logs", "-", f"{trouble}", trouble)
    late = told["longest_wait_to_send"] * 1000
    yield Figure("latest that the load itself was", "-", f"{late:.0f} ms", late, None, unit=" ms")


def _none(name: str, baseline: str, measured: str, count: float) -> Figure:
    """A row of which there must be none."""
    return Figure(name, baseline, measured, count, 0, most=True)


def _words(statuses: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items()))


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

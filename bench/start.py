"""`python app.py` on an installation that is there already: how soon it answers, and how much memory it holds."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from bench import servers
from bench.table import Figure

STARTS, MIB = 3, 1024 * 1024
READY_WITHIN_SECONDS = 90


def figures(scratch: Path, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Web, scheduler and practice company together, with the demo's data in the database."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"DATA_DIR": str(scratch / "data"), "PORT": str(servers.free_port())}
    environment |= {"SIMULATOR_PORT": str(servers.free_port())}
    first, *_ = _start(environment)
    tell(f"  first start with the demo's data: {first:.1f} s")
    bare = statistics.median(_import_flask() for _ in range(STARTS))
    runs = [_start(environment) for _ in range(STARTS)]
    ready = statistics.median(run[0] for run in runs)
    whole, web = (max(run[part] for run in runs) for part in (1, 2))
    tell(f"  {STARTS} starts: {ready:.1f} s, {whole:.0f} MiB")
    baseline = f"`import flask` {bare:.1f} s"
    yield Figure("`python app.py` ready", baseline, f"{ready / bare:.1f} times that", ready, 3, most=True, unit=" s")
    yield Figure("its memory, all processes", "-", f"{whole:.0f} MiB", whole, 400, most=True, unit=" MiB")
    yield Figure("the web process alone", "-", f"{web:.0f} MiB", web, 150, most=True, unit=" MiB")


def _start(environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds until the first page is there, then MiB resident: all processes, and the web server's worker."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "app.py"], cwd=servers.ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _first_page(f"http://127.0.0.1:{environment['PORT']}/sign-in", process)
        seconds = time.monotonic() - began
        return seconds, *_memory(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _first_page(address: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.02)
    raise RuntimeError("`python app.py` did not become ready")


def _memory(pid: int) -> tuple[float, float]:
    parent = psutil.Process(pid)
    children = parent.children(recursive=True)
    web = [child for child in children if "simulator" not in child.cmdline()]
    sizes = {process.pid: process.memory_info().rss / MIB for process in [parent, *children]}
    return sum(sizes.values()), max((sizes[process.pid] for process in web), default=0.0)


def _import_flask() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import flask"], check=True)
    return time.monotonic() - began

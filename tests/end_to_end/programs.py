"""Programs of the project as processes, each with a session of its own, ended as a person at a terminal ends them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import requests

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
"""How long anything may take on a machine that does much else."""

Value = TypeVar("Value")


def eventually(look: Callable[[], Value], what: str, seconds: float = PATIENCE_SECONDS) -> Value:
    """The first true value that `look` gives."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, f"waited {seconds} s in vain: {what}"
        time.sleep(0.03)
    return found


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**settings: Any) -> dict[str, str]:
    """What a program is told: the machine's own basics and these settings, nothing else of the tester's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    told = {name: str(value) for name, value in settings.items()}
    return kept | told


class Program:
    """A running program. `folder` is where it runs and where its output is kept."""

    def __init__(self, folder: Path, name: str, arguments: list[str], settings: dict[str, Any]) -> None:
        self.out, self.err = folder / f"{name}.out", folder / f"{name}.err"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=folder,
                env=environment(PYTHONPATH=ROOT, **settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def wait_until_well(self, url: str) -> None:
        """Until the address answers 200. Fails with the program's own words when it gives up."""
        eventually(lambda: self._answers(url), f"{url} to answer; so far: {self.words()}")

    def _answers(self, url: str) -> bool:
        assert self.process.poll() is None, f"it ended by itself: {self.words()}"
        try:
            return requests.get(url, timeout=5).ok
        except requests.ConnectionError:
            return False

    def words(self) -> str:
        """All that it printed, on both streams."""
        return self.out.read_text() + self.err.read_text()

    def left(self) -> list[int]:
        """The processes of its session that are there."""
        self.process.poll()
        everybody = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True).stdout
        return [pid for pid in map(int, everybody.split()) if _session_of(pid) == self.process.pid]

    def press_ctrl_c(self) -> int:
        """What the terminal does on Ctrl-C: every process in the foreground gets SIGINT. Returns the exit status."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        """Its exit status, once it is over; none of its processes may survive it."""
        status = self.process.wait(PATIENCE_SECONDS)
        eventually(lambda: not self.left(), "every process to be gone", 5)
        return status

    def destroy(self) -> None:
        """Make sure that nothing is left behind, whatever the test did."""
        for pid in self.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)


def _session_of(pid: int) -> int | None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        return os.getsid(pid)
    return None


def run(folder: Path, *arguments: str, stdin: str = "", **settings: Any) -> subprocess.CompletedProcess[str]:
    """`python -m soi_dialer` with these arguments, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "soi_dialer", *arguments],
        cwd=folder,
        env=environment(PYTHONPATH=ROOT, **settings),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

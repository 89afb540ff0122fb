"""`python app.py` in a fresh place: everything one person needs, and one Ctrl-C that stops all of it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.project.sources import ROOT

PATIENCE_SECONDS = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def running(place, monkeypatch):
    """The program, in a process group of its own as a terminal would have it."""
    monkeypatch.delenv("PUBLIC_URL")
    web, simulator = _free_port(), _free_port()
    env = os.environ | {"PORT": str(web), "SIMULATOR_PORT": str(simulator)}
    output = place / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=env, stdout=file, stderr=file, start_new_session=True
        )
    try:
        _wait_until_well(f"http://127.0.0.1:{web}/healthz", process)
        yield process, web, simulator, output
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)


def _wait_until_well(url: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.HTTPError), urllib.request.urlopen(url, timeout=5) as answer:
            assert answer.status == 200
            return
        time.sleep(0.1)
    raise AssertionError("the program did not become well")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_says_where_it_is_and_how_to_sign_in_and_stops_cleanly(running):
    process, web, simulator, output = running
    assert _answers(web)
    assert _answers(simulator)
    os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does
    assert process.wait(PATIENCE_SECONDS) == 0
    said = output.read_text()
    assert f"soi_dialer is at http://127.0.0.1:{web}" in said
    assert "Sign in as demo@example.com with the password " in said
    assert f"The practice handsets are at http://127.0.0.1:{simulator}" in said
    assert "Traceback" not in said
    assert "Killing" not in said  # a worker that had to be
    assert not _answers(web)
    assert not _answers(simulator)


def test_a_port_that_is_taken_is_one_line(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        env = os.environ | {"PORT": str(port), "SIMULATOR_PORT": str(_free_port()), "PYTHONPATH": str(ROOT)}
        for words in (["app.py"], ["-m", "soi_dialer", "serve"]):
            done = subprocess.run(
                [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS
            )
            assert done.returncode == 1
            assert done.stderr.count("\n") == 1
            assert "PORT" in done.stderr


_COUNT = "import gc; from soi_dialer.serving import worker_app; app = worker_app(); print(gc.get_freeze_count())"


@pytest.mark.usefixtures("place")
def test_a_web_worker_never_looks_again_through_what_it_was_loaded_with():
    command = [sys.executable, "-c", _COUNT]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert int(said.stdout) > 50_000

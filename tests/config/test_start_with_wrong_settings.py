"""A wrong setting ends the start with its lines and a status, whichever way the program is started."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config import secrets
from tests.project.sources import ROOT

STARTS = {
    "python app.py": ["app.py"],
    "serve": ["-m", "soi_dialer", "serve"],
    "scheduler": ["-m", "soi_dialer", "scheduler"],
    "simulator": ["-m", "soi_dialer", "simulator"],
    "doctor": ["-m", "soi_dialer", "doctor"],
}


def start(words: list[str], **values: str) -> subprocess.CompletedProcess:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "SIMULATOR_"))}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=plain | values, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("words", STARTS.values(), ids=STARTS)
def test_every_wrong_setting_is_a_line_and_the_start_ends_with_a_status(words, tmp_path):
    done = start(words, DATA_DIR=str(tmp_path), PORT="eighty", CALLING_HOURS="all day")
    lines = [line.removeprefix("soi_dialer: ") for line in done.stderr.splitlines()]
    assert done.returncode not in (0, None)
    assert [line.split(":")[0] for line in lines] == ["PORT", "CALLING_HOURS"]
    assert done.stdout == ""


@pytest.mark.parametrize("words", [STARTS["python app.py"], STARTS["serve"]], ids=["python app.py", "serve"])
def test_a_data_directory_that_cannot_be_made_is_said_in_a_line(words, tmp_path):
    """F28"""
    (tmp_path / "file").write_text("in the way")
    done = start(words, DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode not in (0, None)
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr and str(tmp_path / "file") in done.stderr


def test_programs_that_start_together_agree_on_a_secret(tmp_path: Path):
    gate, found = threading.Barrier(8), []

    def make() -> None:
        gate.wait()
        found.append(secrets.keep(tmp_path, "one", 16))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1 and len(found[0]) == 32

"""The command line as a person uses it, in a fresh place, with what it printed."""

from __future__ import annotations

import dataclasses
import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from soi_dialer.commands.parser import main

ALEX = ("--name", "Alex Morgan", "--phone", "(202) 555-0123", "--time-zone", "America/New_York")


@dataclasses.dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty DATA_DIR and no settings of the machine."""
    for name in list(os.environ):
        if name.startswith(("TWILIO_", "SIMULATOR_")) or name in ("DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "PORT"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SIMULATOR_PORT", "9")  # nobody listens there
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    return tmp_path


@pytest.fixture
def run(place: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs one command; `stdin` is what it reads."""

    def command(*words: str, stdin: str | None = None) -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin or ""))
        try:
            status = main(words)
        except SystemExit as stop:
            status = stop.code
        printed = capsys.readouterr()
        return Said(status, printed.out, printed.err)

    return command


@pytest.fixture
def with_alex(run: Command, place: Path, sqlite_template: Path) -> Command:
    """The same, with one agent there."""
    (place / "data").mkdir(mode=0o700)
    shutil.copyfile(sqlite_template, place / "data" / "soi_dialer.db")
    add = ("agent", "add", "--email", "alex@example.com", *ALEX, "--password-stdin")
    said = run(*add, stdin="correct horse battery\n")
    assert (said.status, said.err) == (0, "")
    return run

"""A command that fails says so in one clear line, with a status that is not 0, and without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from soi_dialer.commands.parser import main
from tests.commands.conftest import ALEX
from tests.project.sources import ROOT

ADD = ("agent", "add", "--email", "sam@example.com")
BAD = {
    "no command": (),
    "an unknown command": ("frobnicate",),
    "half a command": ("agent",),
    "an unknown option": ("migrate", "--now"),
    "a missing option": ADD,
    "no password": (*ADD, *ALEX),
    "an empty password": (*ADD, *ALEX, "--password-stdin"),
    "a bad e-mail address": ("agent", "add", "--email", "sam", *ALEX, "--password-stdin"),
    "an agent's phone that is none": (*ADD, *ALEX, "--phone", "911", "--password-stdin"),
    "a time zone that is none": (*ADD, *ALEX, "--time-zone", "Mars/Olympus", "--password-stdin"),
    "an agent that is there already": ("agent", "add", "--email", "alex@example.com", *ALEX, "--password-stdin"),
    "an agent that is not there": ("agent", "update", "nobody@example.com", "--name", "Nobody"),
    "a token for nobody": ("token", "create", "--agent", "nobody@example.com"),
    "a file that is not there": ("contacts", "import", "missing.csv"),
    "a directory as a file": ("contacts", "import", "."),
    "a place that cannot be written": ("contacts", "export", "no/such/directory.csv"),
    "a week that is none": ("report", "week", "--week", "2026-W60"),
    "a format that is none": ("report", "week", "--format", "xml"),
    "a day that is none": ("reconcile", "--since", "2026-11-31"),
    "a day to come": ("reconcile", "--since", "2999-01-01"),
    "a carrier that is not there": ("reconcile", "--since", "2026-11-01"),
    "a carrier that is not there to be asked": ("reconcile", "--dry-run"),
    "no copy to keep": ("backup", "--keep", "0"),
    "a place for backups that is a file": ("backup", "--to", "/dev/null"),
    "a port that is none": ("simulator", "--port", "99999999"),
    "demo data where somebody works": ("demo",),
}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_a_mistake_is_one_line_and_a_status(with_alex, words):
    stdin = "" if words == BAD["an empty password"] else "correct horse battery"
    said = with_alex(*words, stdin=stdin)
    assert said.status in (1, 2)
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("soi_dialer")
    assert "unexpected" not in said.err


def test_every_wrong_setting_has_its_own_line(run, monkeypatch):
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("CALLING_HOURS", "all day")
    said = run("migrate")
    assert said.status == 1
    assert [line.split(":")[1].strip() for line in said.err.splitlines()] == ["PORT", "CALLING_HOURS"]


def test_a_database_that_does_not_answer_is_said_so(run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/nothing")
    said = run("migrate")
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "secret" not in said.err


def test_a_file_that_is_no_database_is_said_so(run, monkeypatch, place):
    (place / "letter.txt").write_text("Dear Sir or Madam, " * 1000)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{place / 'letter.txt'}")
    said = run("token", "create")
    assert (said.status, said.err.count("\n")) == (1, 1)


def test_a_database_that_was_never_set_up_is_not_set_up_by_chance(run):
    said = run("report", "week")
    assert said.err == "soi_dialer: the database is not set up for this version; run: python -m soi_dialer migrate\n"


def test_migrating_sets_it_up(run):
    assert run("migrate").out == "The database is up to date.\n"
    assert run("report", "week").err.startswith("soi_dialer: there is no agent yet")


def test_a_mistake_of_ours_is_one_line_too_unless_its_place_is_asked_for(run, monkeypatch):
    monkeypatch.setattr("soi_dialer.store.migrate.upgrade", lambda url: 1 / 0)
    assert run("migrate").err.startswith("soi_dialer: unexpected ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        main(["--traceback", "migrate"])


@pytest.mark.parametrize("words", [["--help"], ["contacts", "export"]], ids=" ".join)
def test_a_reader_that_has_seen_enough_is_no_error(with_alex, words):
    reading, writing = os.pipe()
    os.close(reading)
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "soi_dialer", *words], stdout=writing, stderr=subprocess.PIPE, env=env, timeout=60
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_command_line_starts_without_the_database_and_the_carriers_library():
    code = (
        "import sys; from soi_dialer.commands.parser import make_parser; make_parser(); "
        "print([m for m in ('sqlalchemy', 'twilio', 'flask', 'phonenumbers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n"

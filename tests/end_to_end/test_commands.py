"""`python -m soi_dialer` as a script uses it, on a fresh machine."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from tests.data.google_contacts import google_contacts
from tests.end_to_end.programs import run

EMAIL = "jo@example.com"
JO = ("--name", "Jo Lee", "--email", EMAIL, "--phone", "+1 617 555 0142", "--time-zone", "America/New_York")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an agent has been added; nothing else was ever done there."""
    folder = tmp_path_factory.mktemp("commands")
    done = do(folder, "agent", "add", *JO, "--password-stdin", stdin="a good long password\n")
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def do(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run(folder, *arguments, stdin=stdin, DATA_DIR=folder / "data")


def test_a_token_is_printed_alone_and_a_second_one_is_another(folder):
    first, second = (do(folder, "token", "create", "--agent", EMAIL) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, "")
    assert len(first.stdout.split()) == 1 and first.stdout.endswith("\n")
    assert first.stdout != second.stdout


def test_an_address_book_is_taken_in_once_however_often_it_is_given(folder):
    book = folder / "contacts.csv"
    book.write_bytes(google_contacts(1000))
    tried = do(folder, "contacts", "import", str(book), "--agent", EMAIL, "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert exported(folder) == []
    first = do(folder, "contacts", "import", str(book), "--agent", EMAIL)
    assert first.returncode == 0, first.stderr
    people = exported(folder)
    assert len(people) > 900
    again = do(folder, "contacts", "import", str(book), "--agent", EMAIL)
    assert again.returncode == 0, again.stderr
    assert exported(folder) == people


def exported(folder: Path) -> list[dict[str, str]]:
    done = do(folder, "contacts", "export", "--agent", EMAIL)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_week_comes_as_json_that_a_program_can_read(folder):
    done = do(folder, "report", "week", "--week", "2026-W47", "--agent", EMAIL, "--format", "json")
    week = json.loads(done.stdout)
    assert (week["week"], week["time_zone"], week["talk_seconds"]) == ("2026-W47", "America/New_York", 0)
    assert len(week["days"]) == 7


WRONG = {
    "an agent who is not there": ("token", "create", "--agent", "nobody@example.com"),
    "a file that is not there": ("contacts", "import", "nothing.csv"),
    "a week that is none": ("report", "week", "--week", "2026-W60"),
    "an agent who is there already": ("agent", "add", *JO, "--password-stdin"),
    "a zone that is none": ("agent", "update", EMAIL, "--time-zone", "Mars/Olympus"),
    "a number that is none": ("agent", "update", EMAIL, "--phone", "911"),
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_a_mistake_is_one_line_and_a_status(folder, arguments):
    done = do(folder, *arguments, stdin="a good long password")
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_command_on_a_machine_where_nothing_was_set_up_says_what_to_do(tmp_path):
    done = do(tmp_path, "report", "week")
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "migrate" in done.stderr


def test_setting_up_the_database_twice_is_as_good_as_once(tmp_path):
    assert [do(tmp_path, "migrate").returncode for _ in range(2)] == [0, 0]
    done = do(tmp_path, "report", "week")
    assert "agent add" in done.stderr

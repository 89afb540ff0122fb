"""`contacts import` and `contacts export`, with an address book such as people really have."""

from __future__ import annotations

import csv
import io
import sys

import pytest

from soi_dialer.commands.progress import progress
from tests.data.google_contacts import google_contacts


@pytest.fixture
def book(place):
    path = place / "contacts.csv"
    path.write_bytes(google_contacts(1000))
    return str(path)


def _exported(run) -> list[dict[str, str]]:
    said = run("contacts", "export")
    assert (said.status, said.err) == (0, "")
    return list(csv.DictReader(io.StringIO(said.out)))


def test_a_google_export_of_a_thousand_rows_comes_in_and_says_what_it_left_out(with_alex, book):
    said = with_alex("contacts", "import", book, "--agent", "alex@example.com")
    assert said.status == 0
    added, left_out = int(said.out.split()[0]), int(said.out.split()[-3])
    assert added + left_out == 1000
    assert left_out == 20  # the rows without a number
    assert len(_exported(with_alex)) == added
    assert "1000 of 1000 contacts" in said.err
    assert "  row 22 (" in said.err


def test_the_same_file_again_changes_nothing(with_alex, book):
    with_alex("contacts", "import", book)
    before = _exported(with_alex)
    said = with_alex("contacts", "import", book)
    assert said.out.startswith("0 added, 0 updated,")
    assert _exported(with_alex) == before


def test_a_dry_run_counts_the_same_and_changes_nothing(with_alex, book):
    dry = with_alex("contacts", "import", book, "--dry-run").out
    assert dry.startswith("A dry run, nothing was changed: ")
    assert _exported(with_alex) == []
    assert with_alex("contacts", "import", book).out == dry.removeprefix("A dry run, nothing was changed: ")


def test_an_export_read_back_elsewhere_is_the_same_address_book(with_alex, book, place, monkeypatch):
    with_alex("contacts", "import", book)
    before = _exported(with_alex)
    assert with_alex("contacts", "export", str(place / "mine.csv")).out == ""
    monkeypatch.setenv("DATA_DIR", str(place / "elsewhere"))
    more = ("--name", "Sam", "--phone", "2025550124", "--time-zone", "America/New_York", "--password-stdin")
    with_alex("agent", "add", "--email", "sam@example.com", *more, stdin="correct horse")
    with_alex("contacts", "import", str(place / "mine.csv"))
    assert _exported(with_alex) == before


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3"])
def test_a_name_like_a_formula_is_exported_as_words(with_alex, place, name):
    (place / "odd.csv").write_text(f'name,phone\n"{name}",2125550147\n')
    with_alex("contacts", "import", str(place / "odd.csv"))
    assert _exported(with_alex)[0]["name"] == "'" + name


@pytest.mark.parametrize("form", ["vcard3", "vcard4"])
def test_a_vcard_goes_out_and_comes_in_by_command(with_alex, place, form):
    (place / "one.csv").write_text("name,phone,tags\nJane Doe,2125550147,Rotary\n")
    with_alex("contacts", "import", str(place / "one.csv"))
    path = str(place / "mine.txt")  # its name does not matter
    assert with_alex("contacts", "export", path, "--format", form).status == 0
    assert with_alex("contacts", "import", path).out == "0 added, 0 updated, 1 unchanged, 0 left out.\n"
    assert with_alex("contacts", "import", path, "--dry-run").status == 0


def test_an_empty_address_book_is_a_header(with_alex):
    titles = "name,phone,phone label,email,level,tags,note,time zone,do not call,facts"
    titles += ",days between talks,household,archived"
    assert with_alex("contacts", "export").out == f"{titles}\r\n"


NO_BOOKS = (b"", b"name,phone\n", b"\xff\xd8\xff\xe0JFIF", b"PK\x03\x04 a spreadsheet", b"name\nJo\n")


@pytest.mark.parametrize("content", NO_BOOKS)
def test_a_file_that_is_no_address_book_is_refused_in_one_line(with_alex, place, content):
    (place / "odd.csv").write_bytes(content)
    said = with_alex("contacts", "import", str(place / "odd.csv"))
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert "unexpected" not in said.err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_is_a_bar(monkeypatch):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("contacts") as seen:
        seen(50, 200)
        seen(200, 200)
    assert "200/200" in terminal.getvalue()
    assert "\r" in terminal.getvalue()


def test_elsewhere_progress_is_a_few_plain_lines(capsys):
    with progress("contacts") as seen:
        for done in range(1, 1001):
            seen(done, 1000)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[-1] == "1000 of 1000 contacts"

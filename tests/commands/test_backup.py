"""`backup` from the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def test_a_backup_says_where_it_lies_and_what_is_in_it(with_alex, place):
    said = with_alex("backup", "--to", str(place / "copies"))

    path, counts, audio = said.out.splitlines()
    assert (said.status, said.err) == (0, "")
    assert Path(path).parent == place / "copies"
    assert counts == "agent 1, contact 0, call 0, callback 0, voicemail 0"
    assert audio == "0 new recordings, 0 old copies removed"
    copied = sqlite3.connect(path)
    assert copied.execute("SELECT name FROM agent").fetchall() == [("Alex Morgan",)]
    copied.close()

"""docs/bad-inputs.md tells the truth: its rows are complete and the tests that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", (ROOT / "docs/bad-inputs.md").read_text(), re.MULTILINE)
SOURCES = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))


def test_the_rows_are_numbered_without_a_gap():
    assert [int(number) for number, _ in ROWS][:40] == list(range(1, 41))


@pytest.mark.parametrize(("number", "tests"), [row for row in ROWS if int(row[0]) <= 40])
def test_every_row_up_to_40_names_a_test_that_exists_and_knows_its_number(number, tests):
    for name in re.findall(r"`(\w+)`", tests):
        assert f"def {name}(" in SOURCES
    assert re.search(rf'\({number}, "|row{number}[_-]|row{int(number):02d}[_-]', SOURCES)

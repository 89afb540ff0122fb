"""docs/faults.md and docs/bad-inputs.md tell the truth: every row is there, and the tests that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.project.sources import ROOT, text

FAULTS = re.findall(r"^\| F(\d\d) \|(.*)\|(.*)\|(.*)\|$", text(Path("docs/faults.md")), re.MULTILINE)
ROWS = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", text(Path("docs/bad-inputs.md")), re.MULTILINE)
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.M)
}


def test_every_fault_from_1_to_50_has_its_row():
    assert sorted(int(number) for number, *_ in FAULTS) == list(range(1, 51))


@pytest.mark.parametrize("number, _wrong, happens, tests", FAULTS, ids=[f"F{number}" for number, *_ in FAULTS])
def test_every_fault_names_tests_that_exist_or_says_what_it_waits_for(number, _wrong, happens, tests):
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
    assert named or "later: " in happens
    for path, name in named:
        assert f"def {name}(" in text(Path(path)), f"{path}::{name}"


def test_every_bad_input_from_1_to_68_has_its_row():
    assert sorted({int(number) for number, _ in ROWS}) == list(range(1, 69))


@pytest.mark.parametrize("number, tests", ROWS, ids=[f"row{number}" for number, _ in ROWS])
def test_every_bad_input_names_tests_that_exist(number, tests):
    named = re.findall(r"`(\w+)`", tests)
    assert named
    assert [name for name in named if name not in TESTS] == []

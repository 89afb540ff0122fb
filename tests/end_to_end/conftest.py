"""One installation with an account for all tests of a file: starting one takes longer than most calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.office import SIXTY, Office, office


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as here:
        yield here


@pytest.fixture
def here(shared_office: Office) -> Iterator[Office]:
    """The installation, quiet and with a well-mannered phone company, which must have nothing to complain about."""
    company = shared_office.company
    plain = {"manner": "prompt", "by_kind": {}, "share": 1, "seed": 7, "late_seconds": 0.4, "calls_per_second": 0}
    company.put("manners", scale=SIXTY, **plain)
    before = company.problems()
    shared_office.expected_problems.clear()
    yield shared_office
    company.settle()
    new = company.problems()[len(before) :]
    assert [problem for problem in new if problem.split()[0] not in shared_office.expected_problems] == []
    assert shared_office.recorder.faults() == []

from __future__ import annotations

import pytest


@pytest.mark.parametrize("name", ["../../x.csv", "x" * 300 + ".csv", "one\ntwo.csv", "\u202evsc.x"])
def test_row45_a_file_name_of_any_kind_is_said_in_one_line(with_alex, name: str):
    said = with_alex("contacts", "import", name)
    assert (said.status, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert "unexpected" not in said.err

"""docs/bad-inputs.md names tests of imports and of the API that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_last_table_names_exists():
    table = (ROOT / "docs/bad-inputs.md").read_text().split("## Imports, and what programs and pages send")[1]
    sources = "".join(path.read_text() for room in ("contacts", "api") for path in ROOT.glob(f"tests/{room}/*.py"))
    named = set(re.findall(r"`(test_\w+)`", table))
    assert named
    assert [name for name in sorted(named) if f"def {name}(" not in sources] == []

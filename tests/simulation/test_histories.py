"""Ten thousand histories of trouble, each from its seed, against the real flows and the real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.history import Theatre

HISTORIES = 10_000
SHARES = 20


@pytest.mark.parametrize("share", range(SHARES))
def test_every_promise_holds_after_every_history(share: int, tmp_path: Path):
    theatre = Theatre(tmp_path)
    for seed in range(share, HISTORIES, SHARES):
        theatre.play(seed)
    theatre.db.close()

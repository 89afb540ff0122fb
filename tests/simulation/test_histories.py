"""Ten thousand histories of trouble, each from its seed, against the real flows and the real store."""

from __future__ import annotations

import pytest

from tests.simulation.history import Theatre
from tests.simulation.stage import room_for_histories

HISTORIES = 10_000
SHARES = 20


@pytest.mark.parametrize("share", range(SHARES))
def test_every_promise_holds_after_every_history(share: int):
    with room_for_histories() as directory:
        theatre = Theatre(directory)
        for seed in range(share, HISTORIES, SHARES):
            theatre.play(seed)
        theatre.db.close()

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.history import Theatre
from tests.simulation.stage import room_for_histories


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    """One for all histories of a file, which it is emptied for: its statements are compiled once."""
    with room_for_histories() as directory:
        theatre = Theatre(directory)
        yield theatre
        theatre.db.close()

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webhooks.door import Door
from tests.world import make_world


@pytest.fixture
def door(tmp_path: Path, sqlite_url: str) -> Iterator[Door]:
    world = make_world(tmp_path, sqlite_url)
    yield Door(world)
    world.close()


@pytest.fixture
def either_door(tmp_path: Path, database_url: str) -> Iterator[Door]:
    """The same on both databases, for what depends on how they lock."""
    world = make_world(tmp_path, database_url)
    yield Door(world)
    world.close()

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import World, make_world


@pytest.fixture
def either(tmp_path: Path, database_url: str) -> Iterator[World]:
    """On SQLite and on PostgreSQL."""
    with contextlib.closing(make_world(tmp_path, database_url)) as made:
        yield made


@pytest.fixture
def world(either: World) -> World:
    return either


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_url: str) -> Iterator[World]:
    """For what does not depend on the database."""
    with contextlib.closing(make_world(tmp_path, sqlite_url)) as made:
        yield made

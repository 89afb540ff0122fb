from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.scene import Browser, Scene, make_scene


@pytest.fixture
def scene(tmp_path: Path, sqlite_url: str) -> Iterator[Scene]:
    made = make_scene(tmp_path, sqlite_url)
    yield made
    made.world.close()


@pytest.fixture
def owner(scene: Scene) -> Browser:
    """The owner's browser, signed in."""
    return scene.browser("owner")


@pytest.fixture
def visitor(scene: Scene) -> Browser:
    """A browser that is not signed in."""
    return scene.visitor()

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.scene import Browser, Props, Scene


@pytest.fixture(scope="session")
def props(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Props:
    place = tmp_path_factory.mktemp("props")
    shutil.copyfile(sqlite_template, place / "test.db")
    return Props.made(place)


@pytest.fixture
def scene(tmp_path: Path, props: Props) -> Iterator[Scene]:
    made = props.scene(tmp_path)
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

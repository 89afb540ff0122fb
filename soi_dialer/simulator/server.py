"""Serves the phone company over HTTP: in this process until told to stop, or in a thread for tests."""

from __future__ import annotations

import importlib.util
import logging
import signal
import socket
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from soi_dialer.simulator import rest_account, rest_calls, rest_recordings
from soi_dialer.simulator.company import Company
from soi_dialer.simulator.control import control
from soi_dialer.simulator.memory import Keeper, load

ROOMS = (rest_account, rest_calls, rest_recordings)
"""The modules whose routes make up the REST API; they all hang on one blueprint."""

LARGEST_REQUEST = 1024 * 1024


class QuietHandler(WSGIRequestHandler):
    """Answers without printing a line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the control API lists what happened."""


def create_app(company: Company) -> Flask:
    """The WSGI application: REST, control API and, where they are, the handset pages."""
    app = Flask("soi_dialer.simulator", static_folder=None, root_path=str(Path(__file__).parent))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.extensions["company"] = company
    app.register_blueprint(control)
    app.register_blueprint(ROOMS[0].rest)
    if importlib.util.find_spec("soi_dialer.simulator.pages"):
        from soi_dialer.simulator.pages import add_pages

        add_pages(app)
    return app


class Running:
    """A phone company that is being served. `url` has no trailing slash."""

    def __init__(self, company: Company, server: BaseWSGIServer) -> None:
        self.company = company
        self.server = server
        self.url = f"http://{server.host}:{server.port}"
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="simulator", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        if self.company.keeper:
            self.company.keeper.start()
        self._thread.start()

    def stop(self) -> None:
        """End all calls and stop serving."""
        self.company.close()
        self.server.shutdown()
        self._thread.join(5)
        self.server.server_close()
        if self.company.keeper:
            self.company.keeper.stop()


def start_in_thread(
    account_sid: str, auth_token: str, *, host: str = "127.0.0.1", port: int = 0, **options: Any
) -> Running:
    """Serve a fresh company in the background; `options` as for `Company`. Call `.stop()` when done."""
    running = Running(*_make(host, port, account_sid, auth_token, options))
    running.start()
    return running


def _make(
    host: str, port: int, account_sid: str, auth_token: str, options: dict[str, Any]
) -> tuple[Company, BaseWSGIServer]:
    state_file = options.pop("state_file", None)
    company = Company(account_sid, auth_token, **options)
    if state_file:
        load(company, Path(state_file))
        company.keeper = Keeper(company, Path(state_file))
    with _listening(host, port) as door:  # opened by us, because werkzeug prints and exits when the port is taken
        port = door.getsockname()[1]
        server = make_server(
            host, port, create_app(company), threaded=True, request_handler=QuietHandler, fd=door.fileno()
        )
    server.daemon_threads = True
    company.base_url = f"http://{server.host}:{server.port}"
    return company, server


def _listening(host: str, port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        door.listen(128)
    except OSError:
        door.close()
        raise
    return door


def run(
    host: str,
    port: int,
    account_sid: str,
    auth_token: str,
    state_file: str | Path | None = None,
    scale: float = 1.0,
    numbers: list[str] | tuple[str, ...] = (),
    api_keys: dict[str, str] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. With a `state_file`, calls and recordings survive a restart.

    Raises OSError when the port is taken, ValueError when the state file is not one.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    options = {"scale": scale, "numbers": numbers, "api_keys": api_keys, "state_file": state_file}
    running = Running(*_make(host, port, account_sid, auth_token, options))
    over = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    running.start()
    over.wait()
    running.stop()

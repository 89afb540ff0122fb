"""A carrier of a few lines: keeps every request and answers what the test put there."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ACCOUNT_SID = "AC" + "0" * 32
AGENT_SID = "CA" + "a" * 32
CONTACT_SID = "CA" + "b" * 32
RECORDING_SID = "RE" + "c" * 32
MESSAGE_SID = "SM" + "d" * 32
NUMBER_SID = "PN" + "e" * 32
BASE = f"/2010-04-01/Accounts/{ACCOUNT_SID}"

AGENT = "+12125550100"
OURS = "+12125550123"
CONTACT = "+13105550142"


@dataclasses.dataclass
class Seen:
    """One request, decoded."""

    method: str
    path: str
    query: list[tuple[str, str]]
    form: list[tuple[str, str]]
    login: tuple[str, str] | None
    headers: dict[str, str]


@dataclasses.dataclass
class Reply:
    """One answer. `send` replaces all of it by something that writes to the socket itself."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    send: Callable[[BaseHTTPRequestHandler], None] | None = None


class Stub:
    """A server on a free local port. Routes are tried newest first; a request that none knows gets 404 and 20404."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._routes: list[tuple[str, re.Pattern[str], list[Reply]]] = []
        stub = self

        class Handler(_Handler):
            pass

        Handler.stub = stub
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def on(self, method: str, path: str, *replies: Reply | dict[str, Any], status: int = 200) -> None:
        """Answer requests to a path (a regular expression) with these in turn; the last one stays."""
        ready = [r if isinstance(r, Reply) else Reply(status, json.dumps(r).encode()) for r in replies]
        self._routes.insert(0, (method, re.compile(path), ready))

    def reply_to(self, seen: Seen) -> Reply:
        for method, path, replies in self._routes:
            if method == seen.method and path.fullmatch(seen.path):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return error(404, 20404)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of lines that the client or the test broke."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: Stub

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        seen = Seen(
            self.command,
            parts.path,
            parse_qsl(parts.query, keep_blank_values=True),
            parse_qsl(body, keep_blank_values=True),
            _login(self.headers.get("Authorization")),
            dict(self.headers),
        )
        self.stub.seen.append(seen)
        reply = self.stub.reply_to(seen)
        if reply.send is not None:
            reply.send(self)
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_DELETE = _serve

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _login(header: str | None) -> tuple[str, str] | None:
    if not header or not header.startswith("Basic "):
        return None
    user, _, password = base64.b64decode(header[6:]).decode().partition(":")
    return user, password


def error(status: int, code: int | None, message: str = "no") -> Reply:
    """An error answer as Twilio writes them (Twilio: error body)."""
    body = {"code": code, "message": message, "more_info": "", "status": status}
    return Reply(status, json.dumps(body).encode())


def call(**fields: Any) -> dict[str, Any]:
    """A call as Twilio answers it: every number is a string."""
    return {
        "sid": AGENT_SID,
        "account_sid": ACCOUNT_SID,
        "parent_call_sid": None,
        "to": AGENT,
        "from": OURS,
        "status": "queued",
        "start_time": None,
        "end_time": None,
        "date_created": "Sun, 22 Nov 2026 13:00:00 +0000",
        "date_updated": None,
        "duration": None,
        "direction": "outbound-api",
        "answered_by": None,
    } | fields


def page(key: str, *items: dict[str, Any], next_page_uri: str | None = None) -> dict[str, Any]:
    """One page of a list (Twilio: paging)."""
    return {
        key: list(items),
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": len(items),
        "uri": "",
        "first_page_uri": "",
        "previous_page_uri": None,
        "next_page_uri": next_page_uri,
    }


def recording(**fields: Any) -> dict[str, Any]:
    """A recording as Twilio answers it."""
    return {
        "sid": RECORDING_SID,
        "call_sid": AGENT_SID,
        "status": "completed",
        "duration": "12",
        "date_created": "Sun, 22 Nov 2026 13:00:00 +0000",
    } | fields


def number(**fields: Any) -> dict[str, Any]:
    """An incoming phone number as Twilio answers it."""
    return {
        "sid": NUMBER_SID,
        "phone_number": OURS,
        "friendly_name": "Front desk",
        "voice_url": "https://old/",
    } | fields


CALLS = BASE + r"/Calls\.json"
ONE_CALL = BASE + r"/Calls/\w+\.json"
ENDED = call(
    sid=CONTACT_SID,
    parent_call_sid=AGENT_SID,
    to=CONTACT,
    status="completed",
    start_time="Sun, 22 Nov 2026 13:00:05 +0000",
    end_time="Sun, 22 Nov 2026 13:09:05 +0000",
    duration="540",
    direction="outbound-dial",
    answered_by="machine_end_beep",
)

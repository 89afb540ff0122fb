from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from soi_dialer.notify.apprise_urls import check, send_by, service
from soi_dialer.notify.message import Link, Message, NotSent

MESSAGE = Message("Jane Doe left you a message.", "long", "Jane left you a message.", (Link("Call", "https://d/r/x"),))


@pytest.fixture
def hook():
    """A web address that keeps what is posted to it and answers `status`."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_args) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    server.got, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_message_reaches_the_service_with_its_link(hook):
    send_by(f"json://127.0.0.1:{hook.server_port}/agent", MESSAGE)
    assert hook.got[0]["title"] == "Jane Doe left you a message."
    assert hook.got[0]["message"].splitlines() == ["Jane left you a message.", "https://d/r/x"]


def test_a_service_that_refuses_is_asked_again_later(hook):
    hook.status = 500
    with pytest.raises(NotSent) as caught:
        send_by(f"json://127.0.0.1:{hook.server_port}/secret", MESSAGE)
    assert caught.value.may_retry and "secret" not in caught.value.reason


@pytest.mark.parametrize("url", ["nosuch://x", "slack://", "dbus://", "syslog://", "ntfy://" + "x" * 400, "://"])
def test_an_address_that_reaches_no_agent_is_refused_and_never_tried(url: str):
    with pytest.raises(ValueError):
        check(url)
    with pytest.raises(NotSent) as caught:
        send_by(url[:300] if len(url) < 300 else "nosuch://x", MESSAGE)
    assert not caught.value.may_retry


def test_a_service_is_named_without_its_secret():
    assert service("slack://token/of/mine") == "slack"
    check("ntfy://a-topic-of-mine")

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from soi_dialer.notify.apprise_urls import check, send_by, service
from soi_dialer.notify.message import Link, Message, NotSent
from soi_dialer.notify.own_network import is_outside, outside_only

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
    send_by(f"json://127.0.0.1:{hook.server_port}/agent", MESSAGE, allow_private=True)
    assert hook.got[0]["title"] == "Jane Doe left you a message."
    assert hook.got[0]["message"].splitlines() == ["Jane left you a message.", "https://d/r/x"]


def test_a_service_that_refuses_is_asked_again_later(hook):
    hook.status = 500
    with pytest.raises(NotSent) as caught:
        send_by(f"json://127.0.0.1:{hook.server_port}/secret", MESSAGE, allow_private=True)
    assert caught.value.may_retry and "secret" not in caught.value.reason


@pytest.mark.parametrize(
    "url", ["nosuch://x", "slack://", "dbus://", "syslog://", "mqtt://x/y", "ntfy://" + "x" * 400, "://"]
)
def test_an_address_that_reaches_no_agent_is_refused_and_never_tried(url: str):
    with pytest.raises(ValueError):
        check(url)
    with pytest.raises(NotSent) as caught:
        send_by(url[:300] if len(url) < 300 else "nosuch://x", MESSAGE)
    assert not caught.value.may_retry


def test_a_service_is_named_without_its_secret():
    assert service("slack://token/of/mine") == "slack"
    check("ntfy://a-topic-of-mine")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
def test_no_message_reaches_into_the_servers_own_network(hook, host: str):
    for start in ("json://", "ntfy://", "gotify://", "mailto://user:secret@"):
        with pytest.raises(ValueError):
            check(f"{start}{host}:{hook.server_port}/a-topic-or-token")
    with pytest.raises(NotSent) as caught:
        send_by(f"json://{host}:{hook.server_port}/agent", MESSAGE)
    assert not caught.value.may_retry and hook.got == []


def test_the_reason_is_told_in_words_when_it_is_saved_and_when_it_is_sent(hook):
    url = f"json://127.0.0.1:{hook.server_port}/agent"
    with pytest.raises(ValueError, match="lies in the server's own network"):
        check(url)
    with pytest.raises(NotSent, match="lies in the server's own network"):
        send_by(url, MESSAGE)
    check(url, allow_private=True)


def test_a_name_that_leads_inside_only_when_it_is_used_is_refused_then(hook, monkeypatch):
    """Between saving and sending a name may be made to lead elsewhere."""
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", hook.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_more: inside)
    with pytest.raises(NotSent, match="own network"):
        send_by("json://hook.example/agent", MESSAGE)
    with pytest.raises(ValueError, match="own network"):
        check("json://hook.example/agent")
    assert hook.got == []


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
        ("host.example", False),
        ("/run/some.sock", False),
    ],
)
def test_what_is_not_certainly_the_public_internet_is_inside(address: str, outside: bool):
    assert is_outside(address) == outside


def test_only_the_sending_of_a_reminder_is_kept_outside(hook):
    with outside_only() as refused, pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", hook.server_port))
    socket.create_connection(("127.0.0.1", hook.server_port)).close()
    assert refused == ["127.0.0.1"]

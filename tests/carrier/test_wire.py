"""The connection to the carrier: bounded in time and size, pooled, and never clever."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from soi_dialer.carrier.client import Carrier
from soi_dialer.carrier.errors import Unsure
from soi_dialer.carrier.wire import Wire
from tests.carrier.stub import AGENT_SID, BASE, Reply, Stub, call

ONE_CALL = BASE + r"/Calls/\w+\.json"


def _trickle(head: bytes, pieces: int) -> Callable:
    """Sends a byte every 20 ms: each wait is short, the whole would take for ever."""

    def send(handler) -> None:
        handler.close_connection = True
        try:
            handler.wfile.write(head)
            for _ in range(pieces):
                time.sleep(0.02)
                handler.wfile.write(b"x")
        except OSError:
            pass

    return send


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
IN_PIECES = HEAD.replace(b"Content-Length: 100000", b"Transfer-Encoding: chunked")
SLOW = {
    "in the head": _trickle(b"HTTP/1.1 200 OK\r\nX-Slow: ", 500),
    "in the body": _trickle(HEAD, 500),
    "in a body in pieces": _trickle(IN_PIECES + b"ffff\r\n", 500),
}


@pytest.mark.parametrize("send", SLOW.values(), ids=SLOW)
def test_an_answer_that_trickles_in_is_given_up_at_the_deadline(
    stub: Stub, carrier_with: Callable[..., Carrier], send: Callable
) -> None:
    stub.on("GET", ONE_CALL, Reply(send=send))
    carrier = carrier_with(deadline_seconds=0.3)
    began = time.monotonic()
    with pytest.raises(Unsure):
        carrier.fetch_call(AGENT_SID)
    assert time.monotonic() - began < 5  # it would have been ten


def test_other_work_goes_on_while_one_answer_trickles_in(stub: Stub, carrier_with: Callable[..., Carrier]) -> None:
    slow_sid = "CA" + "f" * 32
    stub.on("GET", ONE_CALL, call())
    stub.on("GET", BASE + rf"/Calls/{slow_sid}\.json", Reply(send=SLOW["in the body"]))
    carrier = carrier_with(deadline_seconds=1.0)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(carrier.fetch_call, slow_sid)
        for _ in range(5):
            assert carrier.fetch_call(AGENT_SID).sid == AGENT_SID
        assert not slow.done()
        with pytest.raises(Unsure):
            slow.result(timeout=10)


def test_an_answer_that_is_too_large_is_given_up(stub: Stub) -> None:
    stub.on("GET", "/large", Reply(body=b"x" * 200_000))
    wire = Wire((1, 1), 5, largest_bytes=100_000)
    with pytest.raises(Exception, match="too large"):
        wire.exchange("GET", f"{stub.url}/large")
    wire.close()


def test_a_whole_answer_is_read_whatever_its_size(stub: Stub) -> None:
    body = bytes(range(256)) * 2000
    stub.on("GET", "/whole", Reply(body=body, content_type="audio/wav"))
    wire = Wire((1, 1), 5, largest_bytes=1_000_000)
    answer = wire.exchange("GET", f"{stub.url}/whole")
    assert (answer.status, answer.content) == (200, body)
    wire.close()


def test_one_connection_serves_many_requests(stub: Stub) -> None:
    ports = set()

    def note(handler) -> None:
        ports.add(handler.client_address[1])
        handler.send_response(404)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    stub.on("GET", "/note", Reply(send=note))
    wire = Wire((1, 1), 5, largest_bytes=1000)
    for _ in range(5):
        wire.exchange("GET", f"{stub.url}/note")
    wire.close()
    assert len(ports) == 1


def test_cookies_are_not_kept(stub: Stub) -> None:
    stub.on("GET", "/cookie", Reply(headers={"Set-Cookie": "a=b"}))
    wire = Wire((1, 1), 5, largest_bytes=1000)
    for _ in range(2):
        wire.exchange("GET", f"{stub.url}/cookie")
    wire.close()
    assert "Cookie" not in stub.seen[1].headers


def test_a_line_that_the_carrier_closed_meanwhile_is_replaced_before_anything_is_sent(
    stub: Stub, carrier: Carrier
) -> None:
    def hang_up_after(handler) -> None:
        body = json.dumps(call()).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        handler.wfile.write(head.encode() + body)
        handler.close_connection = True
        closing.set()

    for _ in range(3):
        closing = threading.Event()
        stub.on("GET", ONE_CALL, Reply(send=hang_up_after))
        assert carrier.fetch_call(AGENT_SID).sid == AGENT_SID
        closing.wait(5)
        time.sleep(0.05)  # until the closing has crossed the wire

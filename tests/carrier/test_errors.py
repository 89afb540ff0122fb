"""Refused means that certainly nobody rang; everything else is unsure and never repeated."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.response import Response

from soi_dialer.carrier import reasons
from soi_dialer.carrier.client import Carrier
from soi_dialer.carrier.errors import CarrierError, Refused, Unsure, sort_error
from tests.carrier.stub import AGENT, BASE, OURS, Reply, Stub, call, error

REF = "0123456789abcdef" * 2


def ring(carrier: Carrier) -> CarrierError:
    """The error of trying to ring an agent."""
    with pytest.raises(CarrierError) as raised:
        carrier.ring_agent(ref=REF, to=AGENT, from_=OURS)
    return raised.value


REST_CODES = sorted(code for code in reasons.REASONS if code < 11000 or 20000 <= code < 22000 or code > 500000)


@pytest.mark.parametrize("code", [code for code in REST_CODES if code not in (20429, 20500)])
def test_an_error_with_a_code_is_refused_in_plain_words(stub: Stub, carrier: Carrier, code: int) -> None:
    stub.on("POST", BASE + r"/Calls\.json", error(400, code, f"secret {AGENT}"))
    refused = ring(carrier)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.reason, refused.may_retry) == (code, reasons.REASONS[code], False)


def test_a_code_that_is_not_in_the_table_names_itself(stub: Stub, carrier: Carrier) -> None:
    stub.on("POST", BASE + r"/Calls\.json", error(400, 29999))
    assert "29999" in ring(carrier).reason


@pytest.mark.parametrize("reply", [error(429, 20429), error(429, None), Reply(429, b"slow down", "text/plain")])
def test_too_many_requests_may_be_repeated(stub: Stub, carrier: Carrier, reply: Reply) -> None:
    stub.on("POST", BASE + r"/Calls\.json", reply)
    refused = ring(carrier)
    assert isinstance(refused, Refused) and refused.may_retry


def _hang(handler) -> None:
    threading.Event().wait(1.0)
    handler.close_connection = True


def _reset(handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def _close(handler) -> None:
    handler.close_connection = True


def _cut(handler) -> None:
    handler.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
    handler.close_connection = True


def _garbage(handler) -> None:
    handler.wfile.write(b"\x16\x03\x01 what is this\r\n\r\n")
    handler.close_connection = True


UNSURE = {
    "500 with a code": error(500, 20500),
    "500 without": Reply(500, b"<h1>Oops</h1>", "text/html"),
    "502": Reply(502, b""),
    "503 with a code that is a refusal elsewhere": error(503, 20429 - 1),
    "504": Reply(504, b""),
    "a proxy's time-out": Reply(408, b"", "text/html"),
    "a redirect": Reply(302, b"", headers={"Location": "/elsewhere"}),
    "a redirect that keeps the method": Reply(307, b"", headers={"Location": "/elsewhere"}),
    "a page instead of an answer": Reply(200, b"<html>Please log in</html>", "text/html"),
    "an empty answer": Reply(201, b""),
    "a list": Reply(201, b"[]"),
    "nothing in the answer": Reply(201, b"{}"),
    "null": Reply(201, b"null"),
    "a call without an identifier": Reply(201, b'{"sid": null, "status": "queued"}'),
    "a call with a strange identifier": Reply(201, b'{"sid": "../x", "status": "queued"}'),
    "bytes that are no text": Reply(201, b"\xff\xfe\x00"),
    "a packed answer that was not asked for": Reply(201, b"\x1f\x8b\x08\x00", headers={"Content-Encoding": "gzip"}),
    "silence": Reply(send=_hang),
    "a reset": Reply(send=_reset),
    "a closed line": Reply(send=_close),
    "half an answer": Reply(send=_cut),
    "no HTTP": Reply(send=_garbage),
}


@pytest.mark.parametrize("reply", UNSURE.values(), ids=UNSURE)
def test_whatever_may_have_rung_is_unsure_and_is_sent_once(
    stub: Stub, carrier_with: Callable[..., Carrier], reply: Reply
) -> None:
    stub.on("POST", BASE + r"/Calls\.json", reply)
    unsure = ring(carrier_with(timeout_seconds=(0.5, 0.3)))
    assert isinstance(unsure, Unsure)
    assert "not known whether" in unsure.reason
    assert len(stub.seen) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413])
def test_a_refusal_without_a_code_is_still_a_refusal(stub: Stub, carrier: Carrier, status: int) -> None:
    stub.on("POST", BASE + r"/Calls\.json", Reply(status, b"<h1>No</h1>", "text/html"))
    refused = ring(carrier)
    assert isinstance(refused, Refused) and refused.code is None and str(status) in refused.reason


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


def test_a_refused_connection_was_never_sent(carrier_with: Callable[..., Carrier], nobody: str) -> None:
    refused = ring(carrier_with(api_url=nobody))
    assert isinstance(refused, Refused) and refused.may_retry and "nothing was done" in refused.reason


def test_an_unknown_host_was_never_sent(carrier_with: Callable[..., Carrier]) -> None:
    refused = ring(carrier_with(api_url="http://nowhere.invalid"))
    assert isinstance(refused, Refused) and refused.may_retry


def test_a_secure_connection_to_a_plain_server_was_never_sent(stub: Stub, carrier_with: Callable[..., Carrier]) -> None:
    refused = ring(carrier_with(api_url=stub.url.replace("http:", "https:")))
    assert isinstance(refused, Refused) and refused.may_retry
    assert stub.seen == []


@pytest.fixture
def distrustful() -> Iterator[str]:
    """A TLS server that breaks off the handshake, as one does that knows none of our ciphers."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(4096)
            line.sendall(b"\x15\x03\x03\x00\x02\x02\x28")  # alert, fatal, handshake failure

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)
    listener.close()


def test_a_broken_off_handshake_was_never_sent(carrier_with: Callable[..., Carrier], distrustful: str) -> None:
    refused = ring(carrier_with(api_url=distrustful))
    assert isinstance(refused, Refused) and refused.may_retry


def test_an_address_that_cannot_be_used_was_never_sent(carrier_with: Callable[..., Carrier]) -> None:
    refused = ring(carrier_with(api_url="no-address"))
    assert isinstance(refused, Refused) and not refused.may_retry and "TWILIO_API_URL" in refused.reason


def test_an_error_in_a_list_is_sorted_by_its_code_as_well(stub: Stub, carrier: Carrier) -> None:
    stub.on("GET", BASE + r"/Calls\.json", error(400, 20007))
    with pytest.raises(Refused) as raised:
        carrier.list_children("CA" + "a" * 32)
    assert raised.value.code == 20007


@pytest.mark.parametrize(
    "reply", [Reply(500, b"{}"), Reply(200, b"{}"), Reply(200, b"[]"), Reply(200, b"x"), Reply(200, b'{"calls": [1]}')]
)
def test_a_list_that_cannot_be_read_is_unsure(stub: Stub, carrier: Carrier, reply: Reply) -> None:
    stub.on("GET", BASE + r"/Calls\.json", reply)
    with pytest.raises(Unsure):
        carrier.list_children("CA" + "a" * 32)


@pytest.mark.parametrize(
    ("thrown", "kind", "may_retry"),
    [
        (requests.ConnectTimeout(), Refused, True),
        (requests.exceptions.ProxyError(), Refused, True),
        (requests.exceptions.SSLError(ssl.SSLCertVerificationError()), Refused, True),
        (requests.exceptions.SSLError(ssl.SSLEOFError()), Unsure, None),
        (requests.ReadTimeout(), Unsure, None),
        (requests.ConnectionError(), Unsure, None),
        (requests.ConnectionError(ConnectionResetError()), Unsure, None),
        (requests.exceptions.ChunkedEncodingError(), Unsure, None),
        (requests.exceptions.InvalidHeader(), Refused, False),
        (requests.JSONDecodeError("x", "y", 0), Unsure, None),
        (TwilioRestException(400, "/x", code=21211), Refused, False),
        (TwilioRestException(400, "/x", code=None), Refused, False),
        (TwilioServiceException("t", "t", 409, 21211), Refused, False),
        (TwilioServiceException("t", "t", 503, 20500), Unsure, None),
        (TwilioException("Unable to fetch page", Response(429, "{}")), Refused, True),
        (TwilioException("Unable to fetch page", Response(404, '{"code": 20404}')), Refused, False),
        (TwilioException("Page Records can not be deserialized"), Unsure, None),
        (KeyError("sid"), Unsure, None),
    ],
)
def test_every_exception_has_one_place(thrown: Exception, kind: type, may_retry: bool | None) -> None:
    sorted_ = sort_error(thrown)
    assert type(sorted_) is kind
    assert getattr(sorted_, "may_retry", None) is may_retry


def test_an_exception_that_wraps_itself_is_sorted_too() -> None:
    loop = requests.ConnectionError()
    loop.args = (loop,)
    assert isinstance(sort_error(loop), Unsure)


def test_asking_again_after_a_refused_connection_is_judged_by_itself(
    stub: Stub, carrier_with: Callable[..., Carrier], nobody: str
) -> None:
    stub.on("POST", BASE + r"/Calls\.json", Reply(send=_close))
    try:
        carrier_with(api_url=nobody).ring_agent(ref=REF, to=AGENT, from_=OURS)
    except Refused:
        assert isinstance(ring(carrier_with()), Unsure)


def test_the_error_says_nothing_of_numbers_and_hides_the_library_s_text(stub: Stub, carrier: Carrier) -> None:
    stub.on("POST", BASE + r"/Calls\.json", error(400, 21211, f"The number {AGENT} is not valid"))
    refused = ring(carrier)
    assert AGENT not in str(refused)
    assert refused.__suppress_context__


@pytest.mark.parametrize("code", sorted(reasons.REASONS))
def test_every_reason_says_what_happened_and_ends_as_a_sentence(code: int) -> None:
    reason = reasons.REASONS[code]
    assert reason[0].isupper() and reason.endswith((".", "code."))
    assert 20 <= len(reason) <= 140
    assert str(code) not in reason


EXPECTED_CODES = """
10001 10002 10003 10004 11200 11201 11202 11205 11210 11220 11235 11236 11237 11750 12100 12200 12300 13201
13214 13223 13224 13225 13226 13227 13247 13256 13257 13615 13617 13805 15002 15003 15004 20003 20005 20006
20007 20008 20009 20010 20404 20429 21201 21203 21205 21206 21208 21210 21211 21212 21213 21214 21215 21216
21217 21219 21220 21234 21262 21263 21450 21606 21608 21610 21612 21614 21617 21626 30034 32009 32011 32014
32015 32016 32017 32018 32019 32021 573002 573005
"""


@pytest.mark.parametrize("code", EXPECTED_CODES.split())
def test_every_code_that_this_product_can_meet_has_a_reason(code: str) -> None:
    assert int(code) in reasons.REASONS


def test_a_call_that_was_placed_is_no_error(stub: Stub, carrier: Carrier) -> None:
    stub.on("POST", BASE + r"/Calls\.json", call(), status=201)
    assert carrier.ring_agent(ref=REF, to=AGENT, from_=OURS).status == "queued"

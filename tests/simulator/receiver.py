"""A scripted receiver of webhooks, which checks every signature with the official library, and a hand on the phones."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from soi_dialer.simulator.server import Running
from tests.served import Served

ACCOUNT = "AC" + "5" * 32
TOKEN = "token-of-the-simulator-tests"
OURS = "+14155550100"
AGENT = "+14155550111"
CONTACT = "+14155550122"
OTHER = "+14155550133"

Reply = tuple[int, str, bytes | str]


@dataclasses.dataclass
class Heard:
    """One webhook as it arrived."""

    path: str
    method: str
    params: dict[str, str]
    headers: dict[str, str]
    signed: bool
    at: float


class Receiver(Served):
    """Answers each path as scripted: TwiML, a (status, type, body or location), a list of those, or a function."""

    def __init__(self) -> None:
        self.script: dict[str, Any] = {}
        self.heard: list[Heard] = []
        self._lock = threading.Lock()
        super().__init__()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        url = self.url + path + (f"?{query}" if query else "")
        signed = RequestValidator(TOKEN).validate(url, form, environ.get("HTTP_X_TWILIO_SIGNATURE", ""))
        headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        params = form or dict(parse_qsl(query, keep_blank_values=True))
        heard = Heard(path, environ["REQUEST_METHOD"], params, headers, signed, time.monotonic())
        with self._lock:
            self.heard.append(heard)
        status, kind, content = self._reply(heard)
        extra = [("Location", content)] if 300 <= status < 400 else []
        start_response(f"{status} x", [("Content-Type", kind), *extra])
        return [content.encode() if isinstance(content, str) else content]

    def _reply(self, heard: Heard) -> Reply:
        reply = self.script.get(heard.path, (204, "text/plain", ""))
        if isinstance(reply, list):
            with self._lock:
                reply = reply.pop(0) if len(reply) > 1 else reply[0]
        if callable(reply):
            reply = reply(heard)
        return reply if isinstance(reply, tuple) else (200, "text/xml", f"<Response>{reply}</Response>")

    def at(self, path: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.path == path]

    def words(self, path: str, name: str = "CallStatus") -> list[str]:
        return [heard.params.get(name, "") for heard in self.at(path)]


class Phones:
    """The simulator as a test moves it: by the official library and by the control API."""

    def __init__(self, running: Running) -> None:
        self.url = running.url
        self.company = running.company
        self.client = Client(ACCOUNT, TOKEN)
        self.client.api.base_url = running.url

    def put(self, path: str, body: dict[str, Any]) -> Any:
        answer = requests.put(f"{self.url}/_sim/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = requests.post(f"{self.url}/_sim/{path}", json=body or {}, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def state(self) -> Any:
        return requests.get(f"{self.url}/_sim/state", timeout=10).json()

    def handset(self, number: str) -> Any:
        return next(handset for handset in self.state()["handsets"] if handset["number"] == number)

    def persona(self, number: str, **persona: Any) -> None:
        self.put(f"handsets/{number}", {"persona": persona})

    def settle(self) -> None:
        assert self.company.wait_idle(10), [vars(c.first) for c in self.company.live_circuits()]

    def until(self, number: str, **wanted: Any) -> Any:
        """Wait until a handset shows what is wanted."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            handset = self.handset(number)
            if all(handset[name] == value for name, value in wanted.items()):
                return handset
            time.sleep(0.01)
        raise AssertionError(f"{handset} is not {wanted}")

    def legs(self) -> list[Any]:
        return self.client.calls.list()

    def codes(self) -> list[int]:
        return [problem["code"] for problem in self.state()["problems"]]


def refused(order: Callable[..., Any], **changes: Any) -> int:
    """The vendor's code with which a request is refused."""
    with pytest.raises(TwilioRestException) as caught:
        order(**changes)
    return caught.value.code

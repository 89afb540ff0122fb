"""A web server of a few lines that answers the carrier with this room's own parts: verifier, parameters, TwiML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from soi_dialer.carrier.signature import BadSignature, Verifier
from tests.served import Served

Pairs = list[tuple[str, str]]


class Line(Served):
    """`on[step]` takes a request's verified parameters and returns a document, or a fact, which is kept in `facts`."""

    def __init__(self, account_sid: str, token: str) -> None:
        self.on: dict[str, Callable[[Pairs], object]] = {}
        self.facts: list[tuple[str, object]] = []
        self.refused = 0
        super().__init__()
        self._verifier = Verifier(self.url, (token,), account_sid)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"]
        try:
            pairs = self._verifier.check(path, body, environ.get("HTTP_X_TWILIO_SIGNATURE"))
        except BadSignature:
            self.refused += 1
            start_response("403 Forbidden", [])
            return [b""]
        step = path.rsplit("/", 1)[1]
        answer = self.on[step](pairs)
        if isinstance(answer, str):
            start_response("200 OK", [("Content-Type", "text/xml")])
            return [answer.encode()]
        self.facts.append((step, answer))
        start_response("204 No Content", [])
        return [b""]

    def heard(self, step: str) -> list[Any]:
        """The facts of one step, in the order of arrival."""
        return [fact for name, fact in self.facts if name == step]

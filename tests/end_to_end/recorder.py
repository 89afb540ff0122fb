"""Stands between the app and the phone company: passes every request on, and keeps what the app asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import requests

from tests.carrier import openapi
from tests.served import Quiet, Served

_PASSED_ON = ("Content-Type", "Location", "WWW-Authenticate")


class Lasting(Quiet):
    protocol_version = "HTTP/1.1"


class Recorder(Served):
    """Serves at `url` what is behind `target`. `sent` is what the app asked, decoded."""

    handler = Lasting

    def __init__(self, target: str) -> None:
        self.target = target
        self.sent: list[openapi.Sent] = []
        super().__init__()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        method, path, query = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        pairs = (parse_qsl(text, keep_blank_values=True) for text in (query, body.decode()))
        self.sent.append(openapi.Sent(method, path, *pairs))
        answer = requests.request(
            method,
            f"{self.target}{path}{'?' if query else ''}{query}",
            data=body,
            headers=_headers(environ),
            timeout=30,
            allow_redirects=False,
        )
        kept = [(name, answer.headers[name]) for name in _PASSED_ON if name in answer.headers]
        start_response(f"{answer.status_code} {answer.reason}", [*kept, ("Content-Length", str(len(answer.content)))])
        return [answer.content]

    def faults(self) -> list[str]:
        """What Twilio's own description of its API says against the requests so far. Media are no part of it."""
        described = openapi.description()
        asked = [sent for sent in self.sent if not sent.path.endswith((".wav", ".mp3"))]
        return [f"{sent.method} {sent.path}: {fault}" for sent in asked for fault in openapi.faults(described, sent)]


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    names = {"HTTP_AUTHORIZATION": "Authorization", "HTTP_ACCEPT": "Accept", "CONTENT_TYPE": "Content-Type"}
    return {header: environ[name] for name, header in names.items() if environ.get(name)}

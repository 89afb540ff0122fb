"""News of legs past the framework: nine of ten webhooks are these, and routing costs more than checking them.

Only what is beyond doubt is answered here: signed by our account, about a call of ours, and committed. Everything else
goes the long way, to the route of the same address in `progress`, which does it all again and says what is wrong.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable

from flask import Flask

from soi_dialer.carrier import parameters
from soi_dialer.flows import failpoints
from soi_dialer.flows.follow_call import News
from webhooks.request import LARGEST_BODY, target

_ADDRESS = re.compile(r"/webhooks/voice/([0-9a-f]{32})/(agent|contact)-status")


class Shortcut:
    """A WSGI callable around the app's own."""

    def __init__(self, app: Flask, long_way: Callable) -> None:
        self._parts = app.extensions
        self._long_way = long_way

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        address = _ADDRESS.fullmatch(environ["PATH_INFO"])
        length = environ.get("CONTENT_LENGTH") or ""
        is_usual = address and environ["REQUEST_METHOD"] == "POST" and length.isdecimal() and len(length) < 8
        if not is_usual or int(length) > LARGEST_BODY:
            return self._long_way(environ, start_response)
        body = environ["wsgi.input"].read(int(length))
        if not self._is_kept(address[1], address[2], environ, body):
            environ["wsgi.input"] = io.BytesIO(body)
            return self._long_way(environ, start_response)
        start_response("204 No Content", [])
        return []

    def _is_kept(self, ref: str, leg: str, environ: dict, body: bytes) -> bool:
        dialer = self._parts["soi_dialer"]
        try:
            pairs = self._parts["soi_verifier"].check(
                target(environ),
                body,
                environ.get("HTTP_X_TWILIO_SIGNATURE"),
                environ.get("HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"),
            )
            is_known = dialer.journal.submit(News(ref, parameters.leg_moved(pairs, leg), dialer.clock()))
            failpoints.reached("facts_committed")
            return is_known
        except Exception:  # whatever it is, the long way meets it again and answers and logs it
            return False

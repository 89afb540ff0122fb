"""The page with the handsets: a person's own phone, and their contacts' phones, in the browser."""

from __future__ import annotations

import functools
import os

from flask import Blueprint, Flask, Response, abort, render_template, request

from soi_dialer.simulator import media, speech
from soi_dialer.simulator.guard import refusal

ROOM = os.path.dirname(os.path.abspath(__file__))

POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

KEYS = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO"),
    ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"), ("*", ""), ("0", ""), ("#", ""),
)  # fmt: skip
"""What is printed on the keys of a telephone."""

SPOKEN = {"*": "star", "#": "pound"}

LONGEST_SPOKEN = 1000
"""Characters that a page may have spoken at once."""

pages = Blueprint(
    "handsets",
    __name__,
    template_folder=os.path.join(ROOM, "templates"),
    static_folder=os.path.join(ROOM, "static", "handsets"),
    static_url_path="/handsets",
)


def add_pages(app: Flask) -> None:
    """Serve the handset page at `/`, and guard it and everything under `/_sim/` against other sites and machines."""
    app.register_blueprint(pages)
    app.before_request(_guard)
    app.after_request(_harden)


@pages.get("/")
def index() -> str:
    return render_template("handsets/index.html", keys=KEYS, spoken=SPOKEN)


@pages.get("/speech.wav")
def spoken() -> Response:
    """The words of `?text=` as sound. 404 where this machine cannot speak, and the browser tries itself."""
    text = request.args.get("text", "")[:LONGEST_SPOKEN]
    sound = _speech(text) if text.strip() else None
    if sound is None:
        abort(404)
    return Response(sound, mimetype="audio/wav")


@functools.lru_cache(maxsize=8)
def _speech(text: str) -> bytes | None:
    samples = speech.speak(text)
    return media.wav(samples) if samples else None


def _is_ours() -> bool:
    return request.path.startswith(("/_sim/", "/handsets/")) or request.path in ("/", "/speech.wav")


def _guard() -> Response | None:
    words = refusal(request) if _is_ours() else None
    return Response(f"{words}\n", status=403, mimetype="text/plain") if words else None


def _harden(response: Response) -> Response:
    if _is_ours():
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-cache"
    return response

"""Who may pass, and with which headers pages leave.

Every page but the sign-in needs a session; every form needs its CSRF token and must come from our own pages. A form
whose session has ended meanwhile is not thrown away: see `kept.py`.
"""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError

from soi_dialer.web import kept

LONGEST_FORM = 512 * 1024
"""Bytes: a note of 20,000 characters of any script fits, percent-encoded."""

LONGEST_UPLOAD = 21 * 1024 * 1024
"""Bytes: an address book as large as is read, and what a form adds around it."""

_LONGEST = {"web.imports": LONGEST_UPLOAD}

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_WITHOUT_SESSION = ("web.sign_in", "web.static")

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'; img-src 'self' data:; media-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def install(pages: Blueprint) -> None:
    pages.before_request(check)
    pages.after_request(harden)


def check() -> Response | None:
    """None lets the request pass."""
    request.max_content_length = _LONGEST.get(request.endpoint, LONGEST_FORM)
    if request.method not in SAFE_METHODS and not _is_from_our_pages():
        abort(403)
    if not session.agent and request.endpoint not in _WITHOUT_SESSION:
        return _ask_to_sign_in()
    if request.method in SAFE_METHODS:
        return None
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        return kept.show_again()
    return None


def local_path(text: str) -> str:
    """A path on this server, for `next`; "/" for everything else."""
    odd = any(ord(c) < 33 or ord(c) == 127 or c == "\\" for c in text)
    parts = urlsplit(text) if not odd else None
    is_local = parts is not None and not parts.scheme and not parts.netloc
    return text if is_local and text.startswith("/") and not text.startswith("//") else "/"


def harden(response: Response) -> Response:
    """Once; a page that was hardened already stays as it is."""
    if "Content-Security-Policy" in response.headers:
        return response
    response.headers.extend(_headers(current_app.extensions["soi_dialer"].settings.public_url))
    if request.endpoint == "web.static":
        if "v" in request.args:  # the version is in the address, so the file never changes there
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _headers(public_url: str) -> dict[str, str]:
    is_https = urlsplit(public_url).scheme == "https"
    return HEADERS | ({"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if is_https else {})


def _is_from_our_pages() -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def _ask_to_sign_in() -> Response:
    if request.method not in SAFE_METHODS:
        return kept.show_again() if kept.has_text() else redirect(url_for("web.sign_in"), 303)
    next_path = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("web.sign_in", next=next_path) if next_path != "/" else url_for("web.sign_in"), 302)

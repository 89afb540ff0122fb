"""Who may turn the simulator's knobs: programs and pages of this machine, never another site in the same browser.

Any web page may send a plain form to 127.0.0.1, and a hostile name server may call its own site 127.0.0.1. Hence three
rules: the name asked for is a loopback name; the page that asks, if any, is ours; a change is sent as JSON, which other
sites cannot send without asking first.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from werkzeug.wrappers import Request

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})


def refusal(request: Request) -> str | None:
    """Why this request is not answered, in plain words; None when it may pass."""
    if not is_loopback(request.host):
        return "The simulator only answers to 127.0.0.1 and localhost."
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return "Another site may not use the simulator."
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") and not _is_a_link(request):
        return "Another site may not use the simulator."
    if request.method not in HARMLESS and request.mimetype != "application/json":
        return "Send changes as application/json."
    return None


def is_loopback(host: str) -> bool:
    """Whether `host`, with or without a port, names this very machine and cannot be made to name another."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_a_link(request: Request) -> bool:
    """A person who follows a link, from the dialer's page say, only looks."""
    return request.method in HARMLESS and request.headers.get("Sec-Fetch-Mode") == "navigate"

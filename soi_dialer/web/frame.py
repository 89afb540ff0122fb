"""The frame around every page. Its parts are drawn once for what they depend on, not once for each page."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path

from flask import render_template, request, session, url_for
from markupsafe import Markup

from soi_dialer.flows.check_health import scheduler_problem
from soi_dialer.web import menu, page
from soi_dialer.web.pieces import piece


def head() -> Markup:
    """Icon and styles."""
    return _head(request.script_root)


def top() -> Markup:
    """What stands above each page of somebody signed in: menu, sign-out, practice mode, a scheduler that stopped."""
    agent, settings = session.agent, page.dialer().settings
    return piece(
        "_top.html",
        name=agent["name"],
        place=menu.place(request.script_root, request.path),
        practice_url=_practice_url(settings),
        problem=scheduler_problem(settings, agent["swept_at"], page.present().now),
    )


def asset(name: str) -> str:
    """The address of a static file; its content's hash stands in it, so browsers may keep it for good."""
    return _asset_below(request.script_root, name)


@lru_cache(maxsize=64)
def _head(root: str) -> Markup:
    return Markup(render_template("web/_head.html"))


def _practice_url(settings) -> str | None:
    """Where the handsets of the built-in phone company are, when that is the carrier."""
    return f"http://127.0.0.1:{settings.simulator_port}/" if settings.simulated else None


@cache
def _asset_below(root: str, name: str) -> str:
    version = hashlib.sha256((Path(__file__).parent / "static" / name).read_bytes()).hexdigest()[:12]
    return url_for("web.static", filename=name, v=version)

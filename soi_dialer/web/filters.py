"""The words of `words.py` in templates, with the agent's zone and the present time filled in."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, request, session, url_for

from soi_dialer.domain import phone
from soi_dialer.domain import words as spoken
from soi_dialer.flows.check_health import scheduler_problem
from soi_dialer.web import icons, page, words
from soi_dialer.web.call_lines import call_lines
from soi_dialer.web.menu import menu


def install(app: Flask, pages: Blueprint) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.globals |= {"icon": icons.icon, "call_lines": call_lines}
    env.globals["menu"] = lambda: menu(request.script_root, request.path)
    env.filters |= {
        "outcome": lambda call: words.outcome(call["direction"], call["outcome"]),
        "tone": lambda call: words.TONES.get(call["outcome"] or "", "quiet"),
        "duration": words.duration,
        "hours": words.hours,
        "initials": words.initials,
        "upfirst": lambda text: text[:1].upper() + text[1:],
        "reason": lambda name: words.REASONS.get(name, name),
        "number": phone.display,
        "moment": lambda at: words.moment(at, page.present().today, page.present().zone),
        "clock": lambda at, seconds=False: words.clock(at, page.present().zone, seconds),
        "day": lambda on: words.day(on, page.present().today),
        "due": lambda at: words.due(at, page.present().now, page.present().zone),
        "is_late": lambda at: at <= page.present().now,
        "last_talked": _last_talked,
    }
    pages.app_context_processor(_everywhere)


def _everywhere() -> dict:
    agent = getattr(session, "agent", None)
    problem = scheduler_problem(page.dialer().settings, agent["swept_at"], page.now()) if agent else None
    return {"asset": _asset, "agent": agent, "practice_url": _practice_url(), "scheduler_problem": problem}


def _last_talked(at: datetime | None) -> str:
    on: date | None = at.astimezone(page.present().zone).date() if at else None
    return spoken.talked_words(on, page.present().today)


def _practice_url() -> str | None:
    """Where the handsets of the built-in phone company are, when that is the carrier."""
    settings = page.dialer().settings
    return f"http://127.0.0.1:{settings.simulator_port}/" if settings.simulated else None


def _asset(name: str) -> str:
    """The address of a static file; its content's hash stands in it, so browsers may keep it for good."""
    return _asset_below(request.script_root, name)


@cache
def _asset_below(root: str, name: str) -> str:
    version = hashlib.sha256((Path(__file__).parent / "static" / name).read_bytes()).hexdigest()[:12]
    return url_for("web.static", filename=name, v=version)

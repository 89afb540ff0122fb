"""The words of `words.py` in templates, with the agent's zone and the present time filled in."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, g, session, url_for

from soi_dialer.domain import phone
from soi_dialer.domain import words as spoken
from soi_dialer.web import page, words


def install(app: Flask, pages: Blueprint) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.filters |= {
        "outcome": lambda call: words.outcome(call["direction"], call["outcome"]),
        "tone": lambda call: words.TONES.get(call["outcome"] or "", "quiet"),
        "duration": words.duration,
        "hours": words.hours,
        "initials": words.initials,
        "upfirst": lambda text: text[:1].upper() + text[1:],
        "reason": lambda name: words.REASONS.get(name, name),
        "number": phone.display,
        "moment": lambda at: words.moment(at, _now(), page.zone()),
        "clock": lambda at, seconds=False: words.clock(at, page.zone(), seconds),
        "day": lambda on: words.day(on, page.today()),
        "due": lambda at: words.due(at, _now(), page.zone()),
        "is_late": lambda at: at <= _now(),
        "last_talked": _last_talked,
    }
    pages.app_context_processor(_everywhere)


def _everywhere() -> dict:
    return {"asset": _asset, "agent": getattr(session, "agent", None), "practice_url": _practice_url()}


def _now() -> datetime:
    """One time for the whole page."""
    if "page_now" not in g:
        g.page_now = page.now()
    return g.page_now


def _last_talked(at: datetime | None) -> str:
    on: date | None = at.astimezone(page.zone()).date() if at else None
    return spoken.talked_words(on, page.today())


def _practice_url() -> str | None:
    """Where the handsets of the built-in phone company are, when that is the carrier."""
    settings = page.dialer().settings
    return f"http://127.0.0.1:{settings.simulator_port}/" if settings.simulated else None


def _asset(name: str) -> str:
    return url_for("web.static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return hashlib.sha256((Path(__file__).parent / "static" / name).read_bytes()).hexdigest()[:12]

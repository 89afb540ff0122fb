"""The words of `words.py` in templates, with the agent's zone and the present time filled in."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, Flask, session

from soi_dialer.domain import fact_kinds, fact_words, phone
from soi_dialer.domain import words as spoken
from soi_dialer.web import csrf, frame, icons, links, menu, page, whose, words
from soi_dialer.web.call_lines import call_list


def install(app: Flask, pages: Blueprint) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.globals |= {"icon": icons.icon, "call_list": call_list, "asset": frame.asset, "frame": frame}
    env.globals |= {"fact_kinds": fact_kinds.KINDS, "to": whose.link_to, "whose": whose.shown}
    env.globals |= {"csrf_token": csrf.token, "csrf": csrf.field, "url_for": links.link, "menu": menu.menu}
    env.filters |= {
        "outcome": lambda call: words.outcome(call["direction"], call["outcome"]),
        "others_outcome": lambda call: words.outcome(call["direction"], call["outcome"], of_others=True),
        "tone": lambda call: words.TONES.get(call["outcome"] or "", "quiet"),
        "duration": words.duration,
        "hours": words.hours,
        "hour": words.hour,
        "initials": words.initials,
        "upfirst": lambda text: text[:1].upper() + text[1:],
        "reason": lambda name: words.REASONS.get(name, name),
        "number": phone.display,
        "moment": _moment,
        "clock": lambda at, seconds=False: words.clock(at, page.present().zone, seconds),
        "day": lambda on: words.day(on, page.present().today),
        "due": lambda at: words.due(at, page.present().now, page.present().zone),
        "is_late": lambda at: at <= page.present().now,
        "last_talked": _last_talked,
        "fact_label": lambda kind: fact_kinds.kind_of(kind).label,
        "fact_day": lambda fact: fact_words.day_words(fact["about_on"], fact["month_day"]),
    }
    pages.app_context_processor(_everywhere)


def _everywhere() -> dict:
    """The token as well, for the extension would put its own before the global one."""
    return {"agent": getattr(session, "agent", None), "csrf_token": csrf.token}


def _moment(at: datetime) -> str:
    present = page.present()
    return words.moment(at, present.today, present.zone)


def _last_talked(at: datetime | None) -> str:
    on: date | None = at.astimezone(page.present().zone).date() if at else None
    return spoken.talked_words(on, page.present().today)

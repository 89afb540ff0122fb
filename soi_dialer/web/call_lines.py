"""Lists of calls, as markup: a page shows many rows, so each is put together at once and its parts are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup, escape

from soi_dialer.domain import phone
from soi_dialer.web import icons, page, words
from soi_dialer.web.links import link

NOTE_SHOWN = 140


def call_list(calls: Iterable[Any], people: dict[int, Any] | None = None, others: str = "") -> Markup:
    """The calls' rows; `people` by id, for lists that are about more than one person; `others` is where the calls of
    somebody else are looked at."""
    at, calls_at = page.present(), others or link("web.calls")
    rows = [_row(call, at, calls_at, people, bool(others)) for call in calls]
    return Markup(f'<ul class="list">\n{"".join(rows)}</ul>\n')


def _row(call: Any, at: page.Present, calls_at: str, people: dict[int, Any] | None, of_others: bool) -> str:
    """What people wrote is escaped here; the rest is our own."""
    name = f"<strong>{escape(_name(call, people))}</strong>" if people is not None else ""
    note = f'<span class="row-note">{escape(_short(call["note"]))}</span>' if call["note"] else ""
    moment = words.moment(call["placed_at"], at.today, at.zone)
    badge = _badge(call["direction"], call["outcome"], call["self_reported"], of_others)
    seconds = _seconds(call["talk_seconds"], call["voicemail_seconds"])
    return f"""<li class="row-line">
  <a class="row-link" href="{calls_at}/{call["id"]}">{_arrow(call["direction"])}
    <span class="row-main">{name}<span class="row-sub">{moment}</span>{note}</span>
    <span class="row-end">{badge}{seconds}</span>
  </a>
</li>
"""


@lru_cache(maxsize=4096)
def _seconds(talked: int, message: int) -> str:
    """How long a message was is shown when nobody talked."""
    if talked:
        return f'<span class="amount">{words.duration(talked)}</span>'
    return f'<span class="row-sub">{words.duration(message)}</span>' if message else ""


def _name(call: Any, people: dict[int, Any]) -> str:
    if call["contact_id"] in people:
        return people[call["contact_id"]]["name"]
    return phone.display(call["contact_number"]) if call["contact_number"] else "Hidden number"


def _short(note: str) -> str:
    return note if len(note) <= NOTE_SHOWN else note[:NOTE_SHOWN].rsplit(" ", 1)[0] + "..."


@cache
def _arrow(direction: str) -> str:
    picture, said = ("in", "They called") if direction == "inbound" else ("out", "You called")
    arrow = Markup('<span class="arrow" title="{}">{}<span class="visually-hidden">{}</span></span>')
    return str(arrow.format(said.lower(), icons.icon(picture), said))


@cache
def _badge(direction: str, outcome: str | None, self_reported: bool, of_others: bool) -> str:
    tone = words.TONES.get(outcome or "", "quiet")
    said = words.outcome(direction, outcome, of_others=of_others) + (words.SELF_REPORTED if self_reported else "")
    return f'<span class="badge-soft tone-{escape(tone)}">{escape(said)}</span>'

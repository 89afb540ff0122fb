"""Rows of a list of calls, their words ready: a page shows many, so each is said once and the rest is looked up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup

from soi_dialer.domain import phone
from soi_dialer.web import icons, page, words

NOTE_SHOWN = 140


class CallLine(NamedTuple):
    """One row. `arrow` and `badge` are markup of ours; the rest is text."""

    href: str
    arrow: Markup
    name: str
    moment: str
    note: str
    badge: Markup
    talked: str
    other: str  # how long a message was; shown when nobody talked


def call_lines(calls: Iterable[Any], people: dict[int, Any] | None = None) -> list[CallLine]:
    """`people` by id, for lists that are about more than one person."""
    at, calls_at = page.present(), url_for("web.calls")
    return [_line(call, at, calls_at, _name(call, people) if people is not None else "") for call in calls]


def _line(call: Any, at: page.Present, calls_at: str, name: str) -> CallLine:
    return CallLine(
        href=f"{calls_at}/{call['id']}",
        arrow=_arrow(call["direction"]),
        name=name,
        moment=words.moment(call["placed_at"], at.today, at.zone),
        note=_short(call["note"]),
        badge=_badge(call["direction"], call["outcome"], call["self_reported"]),
        talked=words.duration(call["talk_seconds"]) if call["talk_seconds"] else "",
        other=words.duration(call["voicemail_seconds"]) if call["voicemail_seconds"] else "",
    )


def _name(call: Any, people: dict[int, Any]) -> str:
    if call["contact_id"] in people:
        return people[call["contact_id"]]["name"]
    return phone.display(call["contact_number"]) if call["contact_number"] else "Hidden number"


def _short(note: str) -> str:
    return note if len(note) <= NOTE_SHOWN else note[:NOTE_SHOWN].rsplit(" ", 1)[0] + "..."


@cache
def _arrow(direction: str) -> Markup:
    picture, said = ("in", "They called") if direction == "inbound" else ("out", "You called")
    return Markup('<span class="arrow" title="{}">{}<span class="visually-hidden">{}</span></span>').format(
        said.lower(), icons.icon(picture), said
    )


@cache
def _badge(direction: str, outcome: str | None, self_reported: bool) -> Markup:
    tone = words.TONES.get(outcome or "", "quiet")
    said = words.outcome(direction, outcome) + (words.SELF_REPORTED if self_reported else "")
    return Markup('<span class="badge-soft tone-{}">{}</span>').format(tone, said)

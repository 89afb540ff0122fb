"""A form that came too late: signed out meanwhile, or its CSRF token is not this session's. Nothing typed is lost.

The fields travel with the page that asks to sign in, and afterwards are shown once more with a button; they are never
acted upon before the agent has pressed it. What is typed, other than what is ticked or chosen, is known by its name.
"""

from __future__ import annotations

import json

from flask import Response, request, session

from soi_dialer.domain.plan import ASSUMPTIONS
from soi_dialer.domain.scripts import SCRIPTS
from soi_dialer.flows.guide import ANSWERS
from soi_dialer.web import page

_TYPED = {
    *("name", "email", "note", "text", "reason", "number", "label", "tags", "word", "own_level", "cadence_days"),
    *("day", "due_on", "due_time", "until_on", "opening_on", "sent_on", "thanked_on", "made_on", "made_at", "minutes"),
    *("amount", "days", "working_hours", "time_zone", "holidays", "leave_from_on", "leave_until_on", "addresses"),
    *("customers_a_day", "partners_a_day"),
    *(f"answer_{kind}" for kind in ANSWERS),
    *SCRIPTS,
    *(one.name for one in ASSUMPTIONS),
}
_NEVER_KEPT = frozenset({"csrf_token", "password"})
_MOST_FIELDS = 100

Fields = list[tuple[str, str]]


def has_text() -> bool:
    """Whether the form holds anything that somebody typed; a bare button is not worth keeping."""
    return any(name in _TYPED and value.strip() for name, value in request.form.items(multi=True))


def show_again() -> Response:
    """The form's fields, to be sent again by the agent; with a sign-in first where that is needed."""
    if request.endpoint == "web.sign_in":
        return page.show("sign_in.html", 400, stale=True, email=request.form.get("email", "")[:320])
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_KEPT]
    return offer(request.path, fields[:_MOST_FIELDS], status=403 if not session.agent else 400)


def offer(path: str, fields: Fields, status: int = 200) -> Response:
    """The page that shows what was typed; with a sign-in form for somebody who is signed out."""
    if not session.agent:
        kept = json.dumps([path, fields])
        return page.show("sign_in.html", status, kept=kept, kept_fields=_visible(fields), email="")
    return page.show("kept.html", status, path=path, fields=fields, typed=_TYPED)


def unpack(text: str) -> tuple[str, Fields] | None:
    """What a sign-in form carried along, if it is of our making."""
    try:
        path, fields = json.loads(text)
        good = isinstance(path, str) and all(isinstance(n, str) and isinstance(v, str) for n, v in fields)
        return (path, [(n, v) for n, v in fields][:_MOST_FIELDS]) if good else None
    except (ValueError, TypeError):
        return None


def _visible(fields: Fields) -> Fields:
    return [(name, value) for name, value in fields if name in _TYPED and value.strip()]

"""What is remembered about somebody, as markup: the contact page is opened before every call, and shows all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from soi_dialer.domain import fact_words
from soi_dialer.domain.fact_kinds import ASK_NEXT
from soi_dialer.web import csrf
from soi_dialer.web.links import link


def fact_list(facts: Iterable[Mapping[str, Any]]) -> Markup:
    """The facts of a contact page in their order; "" when there are none."""
    rows = "".join(_row(one) for one in facts)
    return Markup(f'<ul class="facts">{rows}</ul>') if rows else Markup("")


def _row(fact: Mapping[str, Any]) -> str:
    """What people wrote is escaped here; the rest is our own."""
    kind, day = fact["label"], fact_words.day_words(fact["about_on"], fact["month_day"])
    label = fact_words.label(kind)
    said = f'<span class="fact-kind">{escape(label)}</span> ' if label else ""
    when = f' <span class="row-sub">{day}</span>' if day else ""
    asked = _asked(fact["id"]) if kind == ASK_NEXT else ""
    of_kind = ' class="ask-next"' if asked else ""
    return f"<li{of_kind}><span>{said}{escape(fact['value'])}{when}</span>{asked}</li>"


def _asked(fact_id: int) -> str:
    """The button that lets go of a question."""
    action = link("web.fact_done", fact_id=fact_id)
    return (
        f'<form method="post" action="{action}">{csrf.field()}<input type="hidden" name="done" value="1">'
        '<button class="btn btn-outline-secondary">Asked</button></form>'
    )

"""The plan: from an income to conversations, each assumption visible and to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from markupsafe import Markup

from soi_dialer.domain.plan import ASSUMPTIONS, LEAST_WEEKS, needed
from soi_dialer.domain.span import Span
from soi_dialer.flows import pictures
from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.plan import Worked, change_plan, read_plan, stands
from soi_dialer.web import page, report_words

WEEKS_SHOWN = 12


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/plan", "plan", plan, methods=["GET", "POST"])


def plan() -> Response:
    return _change() if request.method == "POST" else _show()


def _change() -> Response:
    typed = {one.name: page.typed(one.name)[:100] for one in ASSUMPTIONS}
    try:
        change_plan(page.dialer(), page.scope(), typed)
    except BadValue as wrong:
        return _show(422, typed, wrong)
    flash("Saved. The plan is worked out anew.")
    return redirect(url_for("web.plan"), 303)


def _show(status: int = 200, typed: Mapping[str, str] | None = None, wrong: BadValue | None = None) -> Response:
    worked = read_plan(page.dialer(), page.scope())
    weeks = _weeks(worked)
    return page.show(
        "plan.html",
        status,
        worked=worked,
        plan=worked.plan,
        assumptions=ASSUMPTIONS,
        typed=typed or {name: _plain(value) for name, value in worked.pinned.items()},
        wrong=wrong,
        standing=stands(worked),
        weeks=weeks,
        picture=_picture(worked, weeks),
        planned=needed(worked.plan.conversations_a_week),
        least_weeks=LEAST_WEEKS,
        week_title=report_words.title,
        needed=needed,
        plain=_plain,
    )


def _plain(value: float) -> str:
    """As "33", "1.8" or "120,000"."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _weeks(worked: Worked) -> list[tuple[Span, int]]:
    """The last twelve weeks and their conversations."""
    present = Span.week_of(worked.today, worked.agent["first_weekday"])
    firsts = [present.starts_on - timedelta(weeks=ago) for ago in reversed(range(WEEKS_SHOWN))]
    weeks = [Span.week_of(first, worked.agent["first_weekday"]) for first in firsts]
    return [(week, sum(day.conversations for day in worked.days if day.on in week)) for week in weeks]


def _picture(worked: Worked, weeks: list[tuple[Span, int]]) -> Markup:
    columns: Any = tuple((report_words.short(week.starts_on), count) for week, count in weeks)
    planned = needed(worked.plan.conversations_a_week)
    says = f"Conversations of twelve weeks; the plan asks for {planned} in each. The table below has the same figures."
    return Markup(pictures.conversations(columns, planned, says))

"""The week in hours: talk time by day, calls by outcome, callbacks opened and returned."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response

from soi_dialer.domain.week import BadWeek, Week
from soi_dialer.flows.report_week import report_week
from soi_dialer.web import chart, page


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/week", "week", week)
    pages.add_url_rule("/week/<name>", "week_of", week)


def week(name: str | None = None) -> Response:
    current = Week.of(page.now(), page.agent()["time_zone"])
    try:
        shown = Week.parse(name) if name else current
        previous, following = _neighbor(shown.previous), _neighbor(shown.next)
    except BadWeek:
        return page.found(None)
    report = report_week(page.dialer(), page.scope(), str(shown))
    days = [{**day, "date": _date(day["date"])} for day in report["days"]]
    return page.show(
        "week.html",
        week=shown,
        is_current=shown == current,
        previous=previous,
        next=following if following and shown < current else None,
        report=report,
        days=days,
        chart=chart.bars([day["talk_seconds"] for day in days]),
        dialed=sum(report["calls"].get("outbound", {}).values()),
        received=sum(report["calls"].get("inbound", {}).values()),
        connected=sum(day["connected"] for day in days),
    )


def _neighbor(step: Any) -> Week | None:
    """None at the ends of the calendar."""
    try:
        return Week.parse(str(step()))
    except (BadWeek, ValueError, OverflowError):
        return None


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)

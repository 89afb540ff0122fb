"""The week in hours, and any other days: talk against the plan, calls, messages, best hours, and the trend."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request
from markupsafe import Markup

from soi_dialer.domain.span import BadSpan, Span
from soi_dialer.flows import pictures
from soi_dialer.flows.plan import stands
from soi_dialer.flows.report_files import span_csv
from soi_dialer.flows.report_span import SpanReport, report_span
from soi_dialer.web import page, report_words, whose, words

FATES = (
    ("1h", "Within an hour"),
    ("same_day", "The same day"),
    ("next_day", "The next day"),
    ("later", "Later"),
    ("waived", "Waived"),
    ("still_open", "Still open"),
)


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/week", "week", week)
    pages.add_url_rule("/week/<name>", "week_of", week)
    pages.add_url_rule("/week.csv", "week_csv", as_csv)
    member = f"/team/<int(max={page.BIGGEST_ID}):agent_id>/week"
    pages.add_url_rule(member, "member_week", week)
    pages.add_url_rule(f"{member}/<name>", "member_week_of", week)
    pages.add_url_rule(f"{member}.csv", "member_week_csv", as_csv)


def week(name: str | None = None, agent_id: int | None = None) -> Response:
    """The signed-in agent's own, or a member's: see `whose`."""
    report = _report(name)
    span, today, first_weekday = report.span, report.worked.today, report.worked.agent["first_weekday"]
    parts = report_words.gathered(span, report.days, first_weekday)
    return page.show(
        "week.html",
        report=report,
        span=span,
        title=report_words.title(span, today),
        dates=report_words.dates(span),
        kind=report_words.kind(span),
        is_current=today in span,
        steps=_steps(span, today),
        others=report_words.others(span, today, first_weekday),
        parts=parts,
        talk=_talk_picture(report, parts),
        trend=_trend_picture(report),
        trend_title=report_words.title,
        fates=FATES,
        standing=stands(report.worked),
        dialed=sum(report.calls["outbound"].values()),
        received=sum(report.calls["inbound"].values()),
        said="" if report.with_self_reported else "0",
        said_in_span=_said(report),
        hours_of=_hours_of(report),
    )


def as_csv(agent_id: int | None = None) -> Response:
    """A line for each day of the span."""
    report = _report(request.args.get("span"))
    headers = {"Content-Disposition": f'attachment; filename="talk {report.span}.csv"'}
    return Response(span_csv(report), content_type="text/csv; charset=utf-8", headers=headers)


def _report(name: str | None) -> SpanReport:
    """A page that is not there for what is no span."""
    try:
        span = report_words.asked(name)
    except BadSpan:
        page.found(None)
    return report_span(page.dialer(), whose.shown().scope, span, self_reported=request.args.get("self") != "0")


def _steps(span: Span, today: date) -> tuple[Span | None, Span | None]:
    """The span before and the one after, as far as there are figures or a calendar."""
    later = report_words.stepped(span.next) if span.until_on <= today else None
    return report_words.stepped(span.previous), later


def _said(report: SpanReport) -> bool:
    """Whether there is any self-reported call to switch on and off."""
    return bool(report.total.self_reported_calls) or not report.with_self_reported


def _hours_of(report: SpanReport) -> str:
    """The days of the trend, of which the best hours are, as an address names them."""
    return f"{report.trend[0].week.starts_on}..{report.trend[-1].week.last_on}"


def _talk_picture(report: SpanReport, parts: list) -> Markup:
    """The plan is for a day, so it is only drawn where bars are days."""
    planned = report.worked.plan.talk_seconds_a_day if len(parts) == report.span.length else 0
    says = f"Talk time, {words.hours(report.total.talk_seconds)} in all. The table below has the same figures."
    return Markup(pictures.talk(report_words.columns(parts), planned, says))


def _trend_picture(report: SpanReport) -> Markup:
    pairs = tuple(
        pictures.Pair(report_words.short(one.week.starts_on), one.figures.talk_seconds, one.year_before.talk_seconds)
        for one in report.trend
    )
    says = "Talk time of twelve weeks, and of the same weeks a year before. The table below has the same figures."
    return Markup(pictures.trend(pairs, ("These weeks", "A year before"), says))

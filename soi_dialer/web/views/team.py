"""The team's figures side by side: medians instead of a race."""

from __future__ import annotations

from flask import Blueprint, Response, request

from soi_dialer.domain.span import BadSpan, Span
from soi_dialer.flows.report_files import as_csv
from soi_dialer.flows.report_team import TeamReport, report_team
from soi_dialer.web import page, report_words

HEADS = {
    "name": "Name",
    "talk_seconds": "Talked",
    "self_reported_seconds": "Self-reported",
    "conversations": "Conversations",
    "long_conversations": "Five minutes or more",
    "calls": "Calls",
    "voicemails_left": "Messages left",
    "returned": "Callbacks returned",
}


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/team", "team", team)
    pages.add_url_rule("/team.csv", "team_csv", team_csv)


def team() -> Response:
    report = _report()
    return page.show(
        "team.html",
        report=report,
        span=report.span,
        title=report_words.title(report.span, page.present().today),
        heads=HEADS,
        sort=_sort(),
        steps=_steps(report),
        mine=page.scope().agent_id,
    )


def team_csv() -> Response:
    """A line for each member whom the asker may see, and one for the team."""
    report = _report()
    names = list(HEADS)
    rows = [[getattr(member, name) for name in names] for member in report.members]
    rows.append(["Team", *(report.sums[name] for name in names[1:])])
    headers = {"Content-Disposition": f'attachment; filename="team {report.span}.csv"'}
    return Response(as_csv(names, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _report() -> TeamReport:
    name = request.args.get("span", "")
    try:
        span = Span.parse(name) if name else None
    except BadSpan:
        page.found(None)
    return report_team(page.dialer(), page.scope(), span, sort=_sort())


def _sort() -> str:
    wanted = request.args.get("sort", "")
    return wanted if wanted in HEADS else "name"


def _steps(report: TeamReport) -> tuple[Span | None, Span | None]:
    later = None if report.today_is_in else _stepped(report.span.next)
    return _stepped(report.span.previous), later


def _stepped(step) -> Span | None:
    """None at the ends of the calendar."""
    try:
        return Span.parse(str(step()))
    except (BadSpan, ValueError, OverflowError):
        return None

"""The team's figures side by side: medians instead of a race."""

from __future__ import annotations

from flask import Blueprint, Response, request
from markupsafe import Markup

from soi_dialer.domain.span import BadSpan, Span
from soi_dialer.domain.team import Member
from soi_dialer.domain.team_trend import TeamWeek
from soi_dialer.flows import pictures
from soi_dialer.flows.report_files import as_csv
from soi_dialer.flows.report_team import TeamReport, report_team
from soi_dialer.flows.team_trend import team_trend
from soi_dialer.web import page, report_words
from soi_dialer.web.links import link

HEADS = {
    "name": "Name",
    "talk_seconds": "Talked",
    "self_reported_seconds": "Self-reported",
    "conversations": "Conversations",
    "long_conversations": "Five minutes or more",
    "calls": "Calls",
    "voicemails_left": "Messages left",
    "received": "Messages received",
    "returned": "Callbacks returned",
    "percent_kept": "Promises kept",
}


BEHIND = {
    "talk_seconds": ("calls", {"outcome": "connected", "self_reported": "0"}),
    "self_reported_seconds": ("calls", {"self_reported": "1"}),
    "conversations": ("calls", {"outcome": "connected"}),
    "long_conversations": ("calls", {"long": "1"}),
    "calls": ("calls", {}),
    "voicemails_left": ("calls", {"outcome": "left_voicemail"}),
    "received": ("callbacks", {"figure": "received"}),
    "returned": ("callbacks", {"figure": "returned"}),
    "percent_kept": ("callbacks", {"figure": "due"}),
}
"""The list that each figure opens, and what narrows it down."""


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/team", "team", team)
    pages.add_url_rule("/team.csv", "team_csv", team_csv)


def team() -> Response:
    report = _report()
    said = "" if report.with_self_reported else "0"
    weeks = team_trend(page.dialer(), page.scope(), report.span, page.present().today, report.first_weekday)
    return page.show(
        "team.html",
        report=report,
        span=report.span,
        dates=report_words.dates(report.span),
        title=report_words.title(report.span, page.present().today),
        heads=HEADS,
        sort=_sort(),
        steps=_steps(report),
        others=report_words.others(report.span, page.present().today, report.first_weekday),
        mine=page.scope().agent_id,
        behind=_behind,
        said=said,
        said_in_span=bool(said or report.sums["self_reported_seconds"]),
        weeks=weeks[::-1],
        picture=_picture(weeks),
        week_title=report_words.title,
        today=page.present().today,
    )


def _picture(weeks: list[TeamWeek]) -> Markup:
    pairs = tuple(
        pictures.Pair(report_words.short(one.week.starts_on), one.talk_seconds, one.year_before_seconds)
        for one in weeks
    )
    says = "The team's talk time of twelve weeks, and of the same weeks a year before. The table below has the same."
    return Markup(pictures.trend(pairs, ("These weeks", "A year before"), says))


def _behind(report: TeamReport, member: Member, column: str) -> str:
    """Where the calls or callbacks are that this figure counts."""
    which, narrowed = BEHIND[column]
    if which == "calls" and not report.with_self_reported:
        narrowed = {"self_reported": "0"} | narrowed
    if member.agent_id == page.scope().agent_id:
        return link(f"web.{which}", span=str(report.span), **narrowed)
    return link(f"web.member_{which}", agent_id=member.agent_id, span=str(report.span), **narrowed)


def team_csv() -> Response:
    """A line for each member whom the asker may see, and one for the team."""
    report = _report()
    names = list(HEADS)
    rows = [[getattr(member, name) for name in names] for member in report.members]
    rows.append(["Team", *(report.sums.get(name) for name in names[1:])])
    headers = {"Content-Disposition": f'attachment; filename="team {report.span}.csv"'}
    return Response(as_csv(names, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _report() -> TeamReport:
    try:
        span = report_words.asked(request.args.get("span"))
    except BadSpan:
        page.found(None)
    counted = request.args.get("self") != "0"
    return report_team(page.dialer(), page.scope(), span, sort=_sort(), self_reported=counted)


def _sort() -> str:
    wanted = request.args.get("sort", "")
    return wanted if wanted in HEADS else "name"


def _steps(report: TeamReport) -> tuple[Span | None, Span | None]:
    later = None if report.today_is_in else report_words.stepped(report.span.next)
    return report_words.stepped(report.span.previous), later

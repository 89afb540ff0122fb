"""The mail about a week: what to do now, the figures, and the picture of the week page, as HTML and as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from soi_dialer.dialer import Dialer
from soi_dialer.domain.span import Span
from soi_dialer.domain.weekly_advice import LastWeek, advice, in_hours
from soi_dialer.flows import pictures
from soi_dialer.flows.report_span import SpanReport, report_span
from soi_dialer.flows.weekly_mail_page import Page, Row, html_of
from soi_dialer.notify.message import Link, Message, Picture
from soi_dialer.notify.picture import png_of
from soi_dialer.store.owed import owed_now
from soi_dialer.store.scope import Scope

PICTURE, PICTURE_WIDTH = "talk", 2 * pictures.WIDTH
"""Twice as wide as it is shown, for screens that have two pixels where others have one."""

MOST_WAITING = 100


def message_about(dialer: Dialer, agent: Mapping[str, Any], week_on: date, now: datetime) -> Message:
    """The mail to this agent about the week that began on that day. Raises `NotFound` when they are gone."""
    scope = Scope(agent["office_id"], agent["id"])
    report = report_span(dialer, scope, Span.week_of(week_on, week_on.weekday()))
    with dialer.db.read() as connection:
        waiting = len(owed_now(connection, scope, now, MOST_WAITING))
    base = dialer.settings.public_url.rstrip("/")
    page = Page(
        title=f"Your week from {_day(report.span.starts_on)} to {_day(report.span.last_on)}",
        advice=_advice(report, waiting),
        rows=_rows(report),
        picture=PICTURE,
        picture_says=_says(report),
        days=tuple(_day_row(day.on, day.talk_seconds, day.self_reported_seconds) for day in report.days),
        links=(Link("Begin today", f"{base}/"), Link("Open the week", f"{base}/week/{report.span}")),
        settings=Link("Switch this mail off in your settings", f"{base}/settings"),
    )
    return Message(
        subject=_subject(report),
        text=_text(page),
        short=page.advice,
        links=(*page.links, page.settings),
        key=f"week {agent['id']} {week_on}",
        at=now,
        html=html_of(page),
        pictures=(Picture(PICTURE, png_of(_picture(report), PICTURE_WIDTH)),),
    )


def _subject(report: SpanReport) -> str:
    talked, conversations = report.total.talk_seconds, report.total.conversations
    if not report.total.calls:
        return "Your week: no calls"
    return f"Your week: {in_hours(talked)} of talk, {conversations} {_plural(conversations, 'conversation')}"


def _advice(report: SpanReport, waiting: int) -> str:
    next_week = report.span.next()
    return advice(
        LastWeek(
            waiting=waiting,
            calls=report.total.calls,
            conversations=report.total.conversations - report.total.self_reported_conversations,
            talk_seconds=report.total.talk_seconds,
            planned_seconds=_planned(report),
            working_days=sum(map(report.worked.works_on, next_week.days())),
            promises_broken=report.messages.due - report.messages.kept,
            customers_a_day=report.worked.agent["customers_a_day"],
        )
    )


def _rows(report: SpanReport) -> tuple[Row, ...]:
    total, messages = report.total, report.messages
    said = total.self_reported_seconds
    before = report.trend[-2].figures.talk_seconds if len(report.trend) > 1 else 0
    planned = f"{in_hours(_planned(report))} planned, " if _planned(report) else ""
    rows = [
        Row("Talk", in_hours(total.talk_seconds), f"{planned}{in_hours(before)} the week before"),
        Row("Conversations", str(total.conversations), f"{total.long_conversations} of five minutes or more"),
        Row("Messages received", str(messages.received), _fates(messages.fates)),
        Row("Voicemails left", str(total.voicemails_left), ""),
    ]
    if said:
        rows.insert(1, Row("Self-reported", in_hours(said), "made elsewhere, not in the talk above"))
    if messages.percent_kept is not None:
        rows.append(Row("Promises kept", f"{messages.percent_kept} %", f"{messages.kept} of {messages.due}"))
    if report.streak:
        customers = _plural(report.worked.agent["customers_a_day"], "past customer")
        days = f"{report.streak} {_plural(report.streak, 'day')}"
        rows.append(Row("Streak", days, f"with {report.worked.agent['customers_a_day']} {customers} each"))
    return tuple(rows)


_FATES = (
    ("1h", "within an hour"),
    ("same_day", "the same day"),
    ("next_day", "the next day"),
    ("later", "later"),
    ("waived", "waived"),
    ("still_open", "still open"),
)


def _fates(fates: Mapping[str, int]) -> str:
    return ", ".join(f"{fates[name]} {words}" for name, words in _FATES if fates[name])


def _picture(report: SpanReport) -> str:
    columns = tuple(
        pictures.Column(f"{day.on:%a}", day.talk_seconds, day.self_reported_seconds) for day in report.days
    )
    planned = report.worked.plan.talk_seconds_a_day if _planned(report) else 0
    return pictures.talk(columns, planned, _says(report))


def _planned(report: SpanReport) -> int:
    """Seconds of talk that the agent planned for the week; nothing as long as they have not looked at their plan."""
    return report.planned_talk_seconds if report.worked.pinned else 0


def _says(report: SpanReport) -> str:
    best = max(report.days, key=lambda day: day.talk_seconds)
    talked = f"Talk time by day, {in_hours(report.total.talk_seconds)} in all"
    return f"{talked}, most of it on {best.on:%A}." if best.talk_seconds else f"{talked}."


def _day_row(on: date, talk_seconds: int, said_seconds: int) -> Row:
    said = f"{in_hours(said_seconds)} self-reported" if said_seconds else ""
    return Row(_day(on), in_hours(talk_seconds), said)


def _day(on: date) -> str:
    return f"{on:%a, %b} {on.day}"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _text(page: Page) -> str:
    """The links come below by themselves."""
    rows = [f"{row.name}: {row.figure}{f' ({row.more})' if row.more else ''}" for row in page.rows]
    days = [f"{row.name}: {row.figure}{f', {row.more}' if row.more else ''}" for row in page.days]
    return "\n\n".join([page.title, page.advice, "\n".join(rows), "Talk by day:\n" + "\n".join(days)])

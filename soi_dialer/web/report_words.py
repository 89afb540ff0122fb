"""How spans are named on pages, and how days are gathered into bars of a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask import request

from soi_dialer.domain.day_figures import DayFigures
from soi_dialer.domain.span import DAYS, MONTH, QUARTER, BadSpan, Span
from soi_dialer.flows.pictures import Column
from soi_dialer.flows.report_span import total

MOST_DAY_BARS = 31
MOST_WEEK_BARS = 200
"""In days: longer spans are drawn by the month."""

_KINDS = {7: "week", MONTH: "month", QUARTER: "quarter"}


def title(span: Span, today: date) -> str:
    """As "This week", "Week of November 16", "November 2026", "July to September 2026", "Nov 1 to Nov 15, 2026"."""
    if span.kind == MONTH:
        return "This month" if today in span else f"{span.starts_on:%B %Y}"
    if span.kind == QUARTER:
        return "This quarter" if today in span else f"{span.starts_on:%B} to {span.last_on:%B %Y}"
    if span.kind != DAYS or span.length == 7:
        year = "" if span.starts_on.year == today.year else f", {span.starts_on.year}"
        return "This week" if today in span else f"Week of {span.starts_on:%B} {span.starts_on.day}{year}"
    return dates(span)


def dates(span: Span) -> str:
    """Its first and last day, as "Nov 1 to Nov 15, 2026"."""
    if span.length == 1:
        return short(span.starts_on, year=True)
    return f"{short(span.starts_on, year=span.starts_on.year != span.last_on.year)} to {short(span.last_on, year=True)}"


def short(on: date, *, year: bool = False) -> str:
    """As "Nov 1" or "Nov 1, 2026"."""
    return f"{on:%b} {on.day}, {on.year}" if year else f"{on:%b} {on.day}"


def kind(span: Span) -> str:
    """A word for what it is: week, month, quarter, or days."""
    return _KINDS.get(span.kind) or (_KINDS[7] if span.length == 7 else "days")


def asked(name: str | None) -> Span | None:
    """The span of that name, or else of the days that the address says; None asks for the present week. Raises
    `BadSpan`."""
    if name:
        return Span.parse(name)
    first, last = request.args.get("from", ""), request.args.get("until", "")
    return Span.parse(f"{first}..{last or first}") if first else None


def stepped(step: Callable[[], Span]) -> Span | None:
    """The span before or after another one; None at the ends of the calendar."""
    try:
        return Span.parse(str(step()))
    except (BadSpan, ValueError, OverflowError):
        return None


def others(span: Span, today: date, first_weekday: int) -> list[tuple[str, Span]]:
    """The week, month and quarter around the end of this span, or around today where it is not over."""
    around = min(span.last_on, max(today, span.starts_on))
    kinds = (Span.week_of(around, first_weekday), Span.month_of(around), Span.quarter_of(around))
    return list(zip(("Week", "Month", "Quarter"), kinds, strict=True))


def gathered(span: Span, days: Sequence[DayFigures], first_weekday: int) -> list[tuple[Span, DayFigures]]:
    """The days of the span as they are drawn and listed: single ones, weeks, or months, each cut at the span's ends."""
    if span.length <= MOST_DAY_BARS:
        return [(Span.parse(f"{day.on}..{day.on}"), day) for day in days]
    by_month = span.length > MOST_WEEK_BARS
    groups: dict[date, list[DayFigures]] = {}
    for day in days:
        of = Span.month_of(day.on) if by_month else Span.week_of(day.on, first_weekday)
        groups.setdefault(of.starts_on, []).append(day)
    return [(Span.parse(f"{group[0].on}..{group[-1].on}"), total(group[0].on, group)) for group in groups.values()]


def columns(parts: Sequence[tuple[Span, DayFigures]]) -> tuple[Column, ...]:
    """The bars of the picture of talk time."""
    return tuple(
        Column(_label(part, len(parts)), figures.talk_seconds, figures.self_reported_seconds) for part, figures in parts
    )


def _label(part: Span, bars: int) -> str:
    if part.length == 1:
        return f"{part.starts_on:%a}" if bars <= 7 else short(part.starts_on)
    return f"{part.starts_on:%b %Y}" if part.length > 7 else short(part.starts_on)

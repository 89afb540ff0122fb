"""Reports as files and as plain JSON values, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from soi_dialer.domain.team import SORTED_BY
from soi_dialer.flows.report_span import SpanReport
from soi_dialer.flows.report_team import TeamReport

DAY_COLUMNS = (
    "date", "calls", "conversations", "long_conversations", "talk_seconds", "self_reported_seconds",
    "self_reported_calls", "ring_seconds", "whisper_seconds", "voicemail_seconds", "voicemails_left",
)  # fmt: skip

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def span_json(report: SpanReport) -> dict[str, Any]:
    """All figures of a span; times in whole seconds."""
    return {
        "span": str(report.span),
        "starts_on": report.span.starts_on.isoformat(),
        "ends_on": report.span.last_on.isoformat(),
        "time_zone": report.zone,
        "total": {name: getattr(report.total, name) for name in DAY_COLUMNS[1:]},
        "planned_talk_seconds": report.planned_talk_seconds,
        "planned_conversations": report.planned_conversations,
        "calls": {direction: dict(counts) for direction, counts in report.calls.items()},
        "levels": dict(report.levels),
        "messages": _messages(report),
        "streak_days": report.streak,
        "amended_calls": report.amended or 0,
        "days": day_rows(report),
    }


def _messages(report: SpanReport) -> dict[str, Any]:
    of = report.messages
    promises = {"due": of.due, "kept": of.kept, "percent_kept": of.percent_kept}
    return {"received": of.received, "fates": dict(of.fates), "returned": of.returned, "promises": promises}


def day_rows(report: SpanReport) -> list[dict[str, Any]]:
    """A row for each day of the span, by `DAY_COLUMNS`."""
    return [
        {"date": day.on.isoformat()} | {name: getattr(day, name) for name in DAY_COLUMNS[1:]} for day in report.days
    ]


def team_json(report: TeamReport) -> dict[str, Any]:
    """The members whom the asker may see, the middle where that is everybody, and the sum of all."""
    names = ("name", *SORTED_BY)
    return {
        "span": str(report.span),
        "size": report.size,
        "members": [{name: getattr(member, name) for name in names} for member in report.members],
        "medians": dict(report.medians) or None,
        "sums": dict(report.sums),
    }


def span_csv(report: SpanReport) -> str:
    """A line for each day of the span."""
    return as_csv(DAY_COLUMNS, (tuple(row.values()) for row in day_rows(report)))


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """With a header and the line ends that spreadsheets expect; no cell can act as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    """Text that a spreadsheet would run begins with an apostrophe instead."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell

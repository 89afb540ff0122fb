"""The days that an address asks for, in lists of what is behind a report's figure."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request

from soi_dialer.domain.span import DAYS, BadSpan, Span


def asked() -> Span | None:
    """The day, week or other days of `on`, `from` and `until`, `span` or `week`; None for anything else."""
    given = request.args
    try:
        if given.get("on"):
            on = date.fromisoformat(given["on"])
            return Span.parse(str(Span(DAYS, on, on + timedelta(days=1))))
        if given.get("from"):
            return Span.parse(f"{given['from']}..{given.get('until') or given['from']}")
        name = given.get("span") or given.get("week")
        return Span.parse(name) if name else None
    except (BadSpan, ValueError, OverflowError):
        return None


def address(span: Span) -> dict[str, str]:
    """What to write into an address so that `asked` finds the span."""
    return {"on": str(span.starts_on)} if span.length == 1 and span.kind == DAYS else {"span": str(span)}

"""The callbacks behind one figure of a report: those that it counts, and no others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.domain.messages import behind
from soi_dialer.domain.span import Span
from soi_dialer.store import callbacks, figures
from soi_dialer.web import page, report_words, spans, whose

WORDS = {
    "received": "from a message, a missed call or a text that came in",
    "1h": "that came in, returned within an hour",
    "same_day": "that came in, returned the same day",
    "next_day": "that came in, returned the next day",
    "later": "that came in, returned later than the next day",
    "waived": "that came in, waived",
    "still_open": "that came in, still open",
    "returned": "returned in these days, whenever they came in",
    "due": "that came due, without those waived",
    "kept": "that came due, returned in time",
    "late": "that came due, not returned in time",
}
"""What is said of the callbacks of each of `messages.FIGURES`."""


def values(conn: Connection, span: Span, figure: str, before: tuple[datetime, int] | None) -> dict[str, Any]:
    """The rows that were opened before the last one seen, the newest first, and what to say above them."""
    of = whose.shown()
    scope, zone = of.scope, of.zone.key
    starts_at, ends_at = span.instants(zone)
    debts = figures.debts(conn, scope, starts_at, ends_at)
    found = behind(figure, debts, starts_at, ends_at, page.now(), zone)
    places = sorted((debt.opened_at, debt.id) for debt in found)
    seen = [row_id for opened_at, row_id in places if before is None or (opened_at, row_id) < before]
    rows = callbacks.get_many(conn, scope, seen[-page.PAGE_SIZE - 1 :])
    address = of.values | {"figure": figure} | spans.address(span)
    rows, more = page.more(rows, "opened_at", of.endpoint("callbacks"), "after", **address)
    title = report_words.title(span, page.present().today)
    return {"rows": rows, "more": more, "count": len(found), "which": WORDS[figure], "span": span, "title": title}

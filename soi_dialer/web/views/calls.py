"""All calls, the newest first; or those of one day or week, so that every figure opens down to its calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, request

from soi_dialer.domain.call import OUTCOMES
from soi_dialer.domain.week import BadWeek, Day, Week
from soi_dialer.store import calls as store
from soi_dialer.store import contacts
from soi_dialer.web import page

_CHUNK = 200
_MOST = 2000


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/calls", "calls", calls)


def calls() -> Response:
    span = _span()
    direction, outcome = _chosen("direction", OUTCOMES), request.args.get("outcome", "")
    with page.dialer().db.read() as conn:
        if span:
            rows, more = _within(conn, span, direction, outcome), None
        else:
            before = page.time_cursor(request.args.get("before", ""))
            rows = store.page(conn, page.scope(), before=before, limit=page.PAGE_SIZE + 1)
            rows, more = page.more(rows, "placed_at", "web.calls", "before")
        people = contacts.get_many(conn, page.scope(), {row["contact_id"] for row in rows if row["contact_id"]})
    values = {"direction": direction, "outcome": outcome if span else ""}
    values |= {"talked": _talked(rows, False), "said": _talked(rows, True)}
    return page.show("calls.html", rows=rows, people=people, more=more, span=span, **values)


def _talked(rows: list, self_reported: bool) -> int:
    """Seconds; what was measured and what agents say is never added up."""
    return sum(row["talk_seconds"] for row in rows if row["self_reported"] == self_reported)


def _chosen(name: str, known: Any) -> str:
    value = request.args.get(name, "")
    return value if value in known else ""


def _span() -> Day | Week | None:
    """The day or the week that is asked for; None, and all calls, for anything else."""
    zone = page.agent()["time_zone"]
    try:
        if request.args.get("on"):
            on = date.fromisoformat(request.args["on"])
            return next(day for day in Week.containing(on).day_bounds(zone) if day.on == on)
        if request.args.get("week"):
            return Week.parse(request.args["week"])
    except (ValueError, OverflowError, BadWeek):
        pass
    return None


def _within(conn: Any, span: Day | Week, direction: str, outcome: str) -> list:
    """A call belongs to the local day on which it was placed."""
    bounds = span.instants(page.agent()["time_zone"]) if isinstance(span, Week) else (span.starts_at, span.ends_at)
    rows = _between(conn, *bounds)
    return [
        row
        for row in rows
        if (not direction or row["direction"] == direction) and (not outcome or row["outcome"] == outcome)
        if not request.args.get("self_reported") or row["self_reported"]
    ]


def _between(conn: Any, starts_at: datetime, ends_at: datetime) -> list:
    found: list = []
    before = (ends_at, 0)
    while len(found) < _MOST:
        rows = store.page(conn, page.scope(), before=before, limit=_CHUNK)
        inside = [row for row in rows if row["placed_at"] >= starts_at]
        found += inside
        if len(inside) < _CHUNK:
            break
        before = (inside[-1]["placed_at"], inside[-1]["id"])
    return found

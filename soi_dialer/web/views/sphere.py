"""The whole network: who is on time, drifting and lost, and who moved on the ladder."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from soi_dialer.domain.health import DRIFTING, HEALTHS, LOST, ON_TIME
from soi_dialer.flows import levels as flow
from soi_dialer.store import levels, sphere
from soi_dialer.web import page

SUGGESTED = 10

WORDS = {
    LOST: ("Lost", "more than thirty days past the day of their call"),
    DRIFTING: ("Drifting", "past the day of their call, by thirty days at most"),
    ON_TIME: ("On time", "the day of their call has not passed"),
}


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/sphere", "sphere", network)
    pages.add_url_rule("/sphere/moves", "moves", moves)


def network() -> Response:
    today = page.today()
    with page.dialer().db.read() as conn:
        counts = sphere.counts(conn, page.scope(), today)
        health = _chosen(request.args.get("health", ""), counts)
        after = _cursor(request.args.get("after", ""))
        rows = sphere.page(conn, page.scope(), health, today, after, page.PAGE_SIZE + 1)
    rows = [row | {"due": row["next_touch_on"].isoformat()} for row in rows]
    rows, more = page.more(rows, "due", "web.sphere", "after", health=health)
    return page.show("sphere.html", rows=rows, more=more, health=health, counts=counts, words=WORDS, today=today)


def _chosen(asked: str, counts: dict[str, int]) -> str:
    """What was asked for; otherwise the worst that there is."""
    return asked if asked in HEALTHS else next((health for health in HEALTHS if counts[health]), ON_TIME)


def _cursor(text: str) -> tuple[date, int] | None:
    position = page.name_cursor(text)
    try:
        return (date.fromisoformat(position[0]), position[1]) if position else None
    except ValueError:
        return None


def moves() -> Response:
    scope, now = page.scope(), page.now()
    since = flow.quarter_begins(now, page.agent()["time_zone"])
    with page.dialer().db.read() as conn:
        ladder = levels.ladder(conn, scope.agent_id)
        moved = levels.moved_since(conn, scope, since)
        suggested = flow.suggestions(conn, scope, now)
    shown: list[dict[str, Any]] = [
        dict(row) | {"is_up": flow.is_up(ladder, row["from_level"], row["to_level"])} for row in moved
    ]
    people_up = len({row["contact_id"] for row in shown if row["is_up"]})
    closer, further = ([pair for pair in suggested if pair[1].is_up is up] for up in (True, False))
    values = {"closer": closer, "further": further, "most": SUGGESTED}
    values |= {"people_up": people_up, "since": since.astimezone(page.zone()).date()}
    return page.show("moves.html", moved=shown, **values)

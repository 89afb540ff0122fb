"""What every page needs: who asks, the dialer, the time, and cursors for long lists."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, g, render_template, request, session

from soi_dialer.dialer import Dialer
from soi_dialer.domain.whole_number import whole
from soi_dialer.store.scope import Scope
from soi_dialer.web import links

BIGGEST_ID = 2**31 - 1
"""Ids above this are no ids on PostgreSQL; routes use it so that they are a plain 404."""

PAGE_SIZE = 25

HTML = "text/html; charset=utf-8"


def dialer() -> Dialer:
    return current_app.extensions["soi_dialer"]


def agent() -> Any:
    """The row of the agent who is signed in (see `store.sessions.find`)."""
    return session.agent


def scope() -> Scope:
    return Scope(session.agent["office_id"], session.agent["agent_id"])


def now() -> datetime:
    return dialer().clock()


def zone() -> ZoneInfo:
    return ZoneInfo(session.agent["time_zone"])


def today() -> date:
    """The date where the agent is."""
    return now().astimezone(zone()).date()


@dataclasses.dataclass(frozen=True, slots=True)
class Present:
    """The time and place that all words of one page refer to."""

    now: datetime
    zone: ZoneInfo
    today: date


def present() -> Present:
    """Read once for a page."""
    known = g.get("present")
    if known is None:
        at, where = now(), zone()
        known = g.present = Present(at, where, at.astimezone(where).date())
    return known


def look_from(zone: ZoneInfo) -> None:
    """The page is about somebody there: its days and times are theirs."""
    at = now()
    g.present = Present(at, zone, at.astimezone(zone).date())


def show(template: str, status: int = 200, **values: Any) -> Response:
    return Response(render_template(f"web/{template}", **values), status, content_type=HTML)


def found(row: Any) -> Any:
    """The row, or a 404 that does not tell whether it exists for somebody else."""
    if row is None:
        abort(404)
    return row


def id_of(text: str) -> int | None:
    """An id as it stands in a form or an address; None for what cannot be one."""
    number = whole(text, digits=10)
    return number if number and number <= BIGGEST_ID else None


def cursor_of(position: datetime | str, row_id: int) -> str:
    """Where a list goes on, opaque, for a link."""
    value = position.isoformat() if isinstance(position, datetime) else position
    return base64.urlsafe_b64encode(json.dumps([value, row_id]).encode()).decode().rstrip("=")


def name_cursor(text: str) -> tuple[str, int] | None:
    """Position in a list by name; None, the first page, for what is no cursor of ours."""
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(text[:600] + "=="))
        known = isinstance(value, str) and isinstance(row_id, int) and 0 < row_id <= BIGGEST_ID and "\0" not in value
        return (value, row_id) if known else None
    except (ValueError, TypeError):
        return None


def time_cursor(text: str) -> tuple[datetime, int] | None:
    """Position in a list by time; None for what is no cursor of ours."""
    position = name_cursor(text)
    try:
        instant = datetime.fromisoformat(position[0]) if position else None
    except ValueError:
        return None
    return (instant, position[1]) if instant and instant.tzinfo else None


def more(rows: list, column: str, endpoint: str, parameter: str, size: int = PAGE_SIZE, **values: Any):
    """Cut a list that was read with one row too many; the rows, and the link to the next page or None."""
    if len(rows) <= size:
        return rows, None
    rows = rows[:size]
    cursor = cursor_of(rows[-1][column], rows[-1]["id"])
    return rows, links.link(endpoint, **values, **{parameter: cursor})


def typed(name: str) -> str:
    """A form field as it was typed, whole, with the browser's line ends made plain. Flows refuse what is too long."""
    return request.form.get(name, "").replace("\r\n", "\n")

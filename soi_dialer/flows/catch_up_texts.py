"""Texts that came while we did not listen: the carrier's list since a mark of its own is compared with ours.

There is no fallback for a text, so it is in that list or nowhere. Each opens its callback once, by its id; nobody is
written to.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from soi_dialer.carrier.errors import CarrierError
from soi_dialer.carrier.reports import TextReport
from soi_dialer.dialer import Dialer
from soi_dialer.flows.take_text import take_text
from soi_dialer.store import agents, callbacks, watermarks
from soi_dialer.store.chunks import chunks

log = logging.getLogger(__name__)

MARK = "texts"
"""All numbers share one mark, for one list shows the texts of all."""

PAUSE = timedelta(minutes=5)
PAUSE_AT_START = timedelta(seconds=1)
OVERLAP = timedelta(minutes=10)
"""How far the carrier's list may lag behind the truth."""

AFTER_DOWNTIME = timedelta(hours=24)


def catch_up_texts(dialer: Dialer, *, since: datetime | None = None, at_start: bool = False) -> int:
    """Take in the texts that are not here, if it is our turn to look; returns how many.

    Args:
        since: look back to this instant now, whoever's turn it is, and leave the mark alone.
        at_start: this process has just started, so its first look need not wait.
    """
    now = dialer.clock()
    marks = {} if since else _claim(dialer, now, PAUSE_AT_START if at_start else PAUSE)
    if since is None and not marks:
        return 0
    try:
        missing = missing_texts(dialer, since or look_back_to(marks[MARK], now))
    except CarrierError as error:
        log.warning("the carrier's list of texts could not be read: %s", error.reason)
        return 0
    taken = [_take(dialer, report, by_mark=bool(marks)) for report in missing]
    if marks and None not in taken:
        with dialer.db.write() as connection:
            watermarks.move(connection, marks, now, now)
    return sum(bool(one) for one in taken)


def missing_texts(dialer: Dialer, since: datetime) -> list[TextReport]:
    """Incoming texts since then that opened no callback here, the oldest first. Changes nothing."""
    listed = [report for report in dialer.carrier.list_texts_since(since) if report.is_incoming]
    with dialer.db.read() as connection:
        sids = [report.sid for report in listed]
        known = {key for some in chunks(sids) for key in callbacks.event_keys_among(connection, some)}
    return sorted((one for one in listed if one.sid not in known), key=lambda one: (one.created_at or since, one.sid))


def look_back_to(mark: datetime, now: datetime) -> datetime:
    mark = min(now, mark)
    return mark - (OVERLAP if now - mark <= OVERLAP else AFTER_DOWNTIME)


def first_mark(dialer: Dialer, now: datetime) -> datetime | None:
    """Where to begin when nothing was compared yet: before the first agent came nothing was ours."""
    with dialer.db.read() as connection:
        active = agents.all_active(connection)
    return max(min(agent["created_at"] for agent in active), now - AFTER_DOWNTIME) if active else None


def _claim(dialer: Dialer, now: datetime, pause: timedelta) -> dict[str, datetime]:
    """The mark, if it is our turn. Takes no write lock when it is not."""
    with dialer.db.read() as connection:
        if not watermarks.anything_due(connection, [MARK], now, pause):
            return {}
    begins_at = first_mark(dialer, now)
    if begins_at is None:
        return {}
    with dialer.db.write() as connection:
        return watermarks.claim(connection, {MARK: begins_at}, now, pause)


def _take(dialer: Dialer, report: TextReport, by_mark: bool) -> bool | None:
    """Whether it opened or joined a callback; None when it failed, which the mark then waits for."""
    try:
        return bool(
            take_text(
                dialer,
                sid=report.sid,
                sender=report.sender,
                called=report.called,
                body=report.body,
                came_at=report.created_at,
                not_before_its_agent=by_mark,
            )
        )
    except Exception:
        # One bad text must not stop the others.
        log.exception("a text of the carrier's list could not be taken in")
        return None

"""All that an account did since an instant, in as few pages as the carrier allows.

Lists come newest first, a thousand to a page. A filter by time may be taken as a filter by UTC day (Twilio: Calls,
list), so what is older is left out here, and no further page is asked for once a page ends far enough before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.rest import Client

from soi_dialer.carrier import reports
from soi_dialer.carrier.reports import CallReport, RecordingReport, TextReport

PAGE_SIZE = 1000
MIXED_UP = timedelta(hours=4)
"""How far a list may be from the order of creation: as long as the longest call, should it be sorted by the end."""


def calls_since(client: Client, since: datetime) -> list[CallReport]:
    """Legs created at or after `since`, each once."""
    first = client.calls.page(start_time_after=since.astimezone(UTC), page_size=PAGE_SIZE)
    return _newer(first, reports.call_report, since)


def recordings_since(client: Client, since: datetime) -> list[RecordingReport]:
    """Recordings begun at or after `since`, each once."""
    first = client.recordings.page(date_created_after=since.astimezone(UTC), page_size=PAGE_SIZE)
    return _newer(first, reports.recording_report, since)


def texts_since(client: Client, since: datetime) -> list[TextReport]:
    """Text messages of either direction since `since`, each once (Twilio: Messages, list)."""
    first = client.messages.page(date_sent_after=since.astimezone(UTC), page_size=PAGE_SIZE)
    return _newer(first, reports.text_report, since)


def _newer(first: Any, read: Any, since: datetime) -> list[Any]:
    found: dict[str, Any] = {}
    for page in _pages(first):
        some = [read(item) for item in page]
        found |= {report.sid: report for report in some if report.created_at is None or report.created_at >= since}
        if some and some[-1].created_at is not None and some[-1].created_at < since - MIXED_UP:
            break
    return list(found.values())


def _pages(page: Any) -> Iterator[Any]:
    while page is not None:
        yield page
        page = page.next_page()

"""What happened at the carrier while we did not listen: its list since a high-water mark is compared with ours.

Once a minute, however many schedulers there are, one page shows all calls of the account. A call that we do not have
becomes ours, with its messages and debts, in a transaction of its own; the marks move only after that. The same page
answers for all calls gone silent, where there are more than a few. Nobody is rung by any of it.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from soi_dialer.carrier.errors import CarrierError
from soi_dialer.carrier.reports import CallReport, RecordingReport
from soi_dialer.dialer import Dialer
from soi_dialer.flows import failpoints
from soi_dialer.flows.adopt_call import Found, adopt
from soi_dialer.flows.catch_up_texts import catch_up_texts
from soi_dialer.flows.follow_call import FETCHED, News
from soi_dialer.flows.following import follower
from soi_dialer.flows.listed import Listing
from soi_dialer.flows.reconcile import reconcile
from soi_dialer.store import agents, calls, watermarks
from soi_dialer.store.chunks import chunks

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=1)
PAUSE_AT_START = timedelta(seconds=1)
OVERLAP = timedelta(minutes=10)
"""How far the carrier's list may lag behind the truth."""

AFTER_DOWNTIME = timedelta(hours=24)
"""How far back to look when the last look is longer ago than the overlap; so long is an unfinished call awaited."""

FEW = 3
MANY = 5000

Seen = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, slots=True)
class CaughtUp:
    """What came of it: silent calls asked about, calls that were not here, and messages found later than their call."""

    asked: int = 0
    added: int = 0
    messages: int = 0
    texts: int = 0  # text messages that were not here
    problem: str = ""  # why the carrier's list could not be read


def catch_up(
    dialer: Dialer, *, since: datetime | None = None, at_start: bool = False, seen: Seen | None = None
) -> CaughtUp:
    """Compare the lists, of calls and of texts, if it is our turn, and ask about silent calls in any case.

    Args:
        since: look back to this instant now, whoever's turn it is, and leave the marks alone.
        at_start: this process has just started, so its first look need not wait a minute.
        seen: told how many calls are done and how many there are.
    """
    found = _catch_up_calls(dialer, since, at_start, seen)
    if found.problem:
        return found
    return dataclasses.replace(found, texts=catch_up_texts(dialer, since=since, at_start=at_start))


def _catch_up_calls(dialer: Dialer, since: datetime | None, at_start: bool, seen: Seen | None) -> CaughtUp:
    now = dialer.clock()
    marks = {} if since else _claim(dialer, now, PAUSE_AT_START if at_start else _pause(dialer))
    since = since or look_back_to(marks, now)
    if since is None:
        return CaughtUp(asked=reconcile(dialer, limit=FEW))
    silent_since = _silent_since(dialer, now)
    try:
        listing = Listing(dialer, min(since, silent_since or since))
    except CarrierError as error:
        if seen is None:  # nobody watches
            log.warning("the carrier's list could not be read: %s", error.reason)
        return CaughtUp(asked=reconcile(dialer, limit=FEW), problem=error.reason)
    added, held_at = _add_missing(dialer, listing, bool(marks), seen or _nobody)
    messages = _add_late_messages(dialer, listing)
    if added:
        failpoints.reached("calls_adopted")
    if marks:
        with dialer.db.write() as connection:
            watermarks.move(connection, marks, max(min([now, *held_at]), now - AFTER_DOWNTIME), now)
    return CaughtUp(reconcile(dialer, MANY, listing if silent_since else None), added, messages)


def catch_up_at_start(dialer: Dialer) -> CaughtUp:
    """As `catch_up`, for a process that has just started."""
    return catch_up(dialer, at_start=True)


def _pause(dialer: Dialer) -> timedelta:
    """A minute, less what a tick may come too early: a turn that is missed by a hair is not made up for."""
    return PAUSE - timedelta(seconds=min(5, dialer.settings.reconcile_seconds / 12))


def _nobody(_done: int, _total: int) -> None:
    pass


def _claim(dialer: Dialer, now: datetime, pause: timedelta) -> dict[str, datetime]:
    """Our numbers with their marks, if it is our turn to look. Takes no write lock when it is not."""
    with dialer.db.read() as connection:
        first_marks = own_numbers(dialer, connection, now)
        if not watermarks.anything_due(connection, first_marks, now, pause):
            return {}
    with dialer.db.write() as connection:
        return watermarks.claim(connection, first_marks, now, pause)


def own_numbers(dialer: Dialer, connection: Connection, now: datetime) -> dict[str, datetime]:
    """Every number that is ours, each with the mark to begin with: before its agent came nothing was ours."""
    first_marks: dict[str, datetime] = {}
    for agent in agents.all_active(connection):
        number = agent["twilio_number"] or dialer.settings.twilio_phone_number
        if number:
            begins_at = max(agent["created_at"], now - AFTER_DOWNTIME)
            first_marks[number] = min(begins_at, first_marks.get(number, begins_at))
    return first_marks


def look_back_to(marks: dict[str, datetime], now: datetime) -> datetime | None:
    if not marks:
        return None
    mark = min(now, *marks.values())
    return mark - (OVERLAP if now - mark <= OVERLAP else AFTER_DOWNTIME)


def _silent_since(dialer: Dialer, now: datetime) -> datetime | None:
    """How far back the list must reach for the silent calls, a day at most. A few are asked about singly."""
    with dialer.db.read() as connection:
        placed = [row["placed_at"] for row in calls.due_for_reconcile(connection, now, MANY)]
    recent = [at for at in placed if at >= now - AFTER_DOWNTIME]
    return min(recent) if len(recent) > FEW else None


def _add_missing(dialer: Dialer, listing: Listing, by_marks: bool, seen: Seen) -> tuple[int, list[datetime]]:
    """Adopt what we do not have; the number of calls, and when those began that the mark has to wait for."""
    missing = not_ours(dialer, listing.first_legs)
    added, held_at = 0, []
    for done, first in enumerate(missing, 1):
        began_at = first.created_at or listing.since
        try:
            found = _found(dialer, listing, first)
            if found.is_over:
                added += _adopt(dialer, found, by_marks)
            else:
                held_at.append(began_at)
        except Exception:
            # One bad call must not stop the others; the mark stays before it and it is tried again.
            log.exception("a call of the carrier's list could not be taken in")
            held_at.append(began_at)
        seen(done, len(missing))
    return added, held_at


def _adopt(dialer: Dialer, found: Found, by_marks: bool) -> bool:
    with dialer.db.write() as connection:
        return adopt(dialer, connection, found, not_before_its_agent=by_marks) is not None


def not_ours(dialer: Dialer, first_legs: list[CallReport]) -> list[CallReport]:
    """Calls of our numbers, either direction, that have no row. Changes nothing."""
    with dialer.db.read() as connection:
        numbers = own_numbers(dialer, connection, dialer.clock())
        ours = _known(connection, [report.sid for report in first_legs])
    return [
        report
        for report in first_legs
        if report.sid not in ours
        and (report.to if report.direction == "inbound" else report.from_) in numbers
        and report.direction in ("inbound", "outbound-api")
    ]


def _known(connection: Connection, sids: list[str]) -> set[str]:
    return {sid for some in chunks(sids) for sid in calls.owners_of_sids(connection, some)}


def _found(dialer: Dialer, listing: Listing, first: CallReport) -> Found:
    """All that the carrier has of a call, the texts of its messages too."""
    children = listing.list_children(first.sid)
    if first.direction != "inbound" or not first.is_over:
        return Found(first, children)
    recordings = listing.list_recordings(first.sid)
    return Found(first, children, recordings, _texts(dialer, recordings))


def _texts(dialer: Dialer, recordings: list[RecordingReport]) -> dict[str, str]:
    done = [recording.sid for recording in recordings if recording.status == "completed"]
    texts = {sid: dialer.carrier.fetch_transcript(sid) for sid in done}
    return {sid: text for sid, text in texts.items() if text}


def _add_late_messages(dialer: Dialer, listing: Listing) -> int:
    """Recordings of callers who, as far as we know, left none: the carrier showed the call before its recording."""
    sids = [report.sid for report in listing.first_legs if report.direction == "inbound"]
    with dialer.db.read() as connection:
        missed = [row for some in chunks(sids) for row in calls.missed_among(connection, some)]
    added = 0
    for row in missed:
        try:
            added += _add_messages(dialer, listing, row["ref"], row["contact_sid"])
        except CarrierError as error:
            log.warning("the carrier's list of recordings could not be read: %s", error.reason)
            break
        except Exception:
            log.exception("the recordings of call %s could not be taken in", row["id"])
    return added


def _add_messages(dialer: Dialer, listing: Listing, ref: str, sid: str) -> int:
    done = [recording for recording in listing.list_recordings(sid) if recording.status == "completed"]
    if done:
        now = dialer.clock()
        with dialer.db.write() as connection:
            follower(dialer).follow(connection, [News(ref, one.as_fact(), now, FETCHED) for one in done])
    return len(done)

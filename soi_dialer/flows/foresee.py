"""What a look at the carrier's lists would do, without doing it: nothing is written, and nobody's turn is taken."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from soi_dialer.carrier.reports import CallReport, TextReport
from soi_dialer.dialer import Dialer
from soi_dialer.flows import catch_up_texts
from soi_dialer.flows.catch_up import MANY, look_back_to, not_ours, own_numbers
from soi_dialer.flows.listed import Listing
from soi_dialer.store import calls, watermarks
from soi_dialer.store.chunks import chunks


@dataclasses.dataclass(frozen=True, slots=True)
class Foreseen:
    """What `catch_up` would come upon, the oldest first."""

    since: datetime
    silent: int  # calls that it would ask the carrier about
    calls: list[CallReport]  # that the carrier has and we do not; a call that only rang the agent is none
    messages: int  # recordings of callers who, as far as we know, left none
    texts: list[TextReport]


def foresee(dialer: Dialer, since: datetime | None = None) -> Foreseen:
    """Compare the lists since that instant, or since the marks.

    Raises:
        CarrierError: a list could not be read.
    """
    now = dialer.clock()
    calls_since, texts_since = (since, since) if since else _marks(dialer, now)
    listing = Listing(dialer, calls_since)
    missing = [one for one in not_ours(dialer, listing.first_legs) if one.is_over and _is_about_somebody(listing, one)]
    with dialer.db.read() as connection:
        silent = len(calls.due_for_reconcile(connection, now, MANY))
    texts = catch_up_texts.missing_texts(dialer, texts_since)
    return Foreseen(calls_since, silent, missing, _late_messages(dialer, listing), texts)


def _marks(dialer: Dialer, now: datetime) -> tuple[datetime, datetime]:
    """From where the next look would begin."""
    with dialer.db.read() as connection:
        numbers = own_numbers(dialer, connection, now)
        kept = watermarks.marks(connection, [*numbers, catch_up_texts.MARK])
    begun = {number: kept.get(number, first) for number, first in numbers.items()}
    text_mark = kept.get(catch_up_texts.MARK) or catch_up_texts.first_mark(dialer, now) or now
    return look_back_to(begun, now) or now, catch_up_texts.look_back_to(text_mark, now)


def _is_about_somebody(listing: Listing, first: CallReport) -> bool:
    return first.direction == "inbound" or bool(listing.list_children(first.sid))


def _late_messages(dialer: Dialer, listing: Listing) -> int:
    sids = [report.sid for report in listing.first_legs if report.direction == "inbound"]
    with dialer.db.read() as connection:
        missed = [row for some in chunks(sids) for row in calls.missed_among(connection, some)]
    recorded = [one for row in missed for one in listing.list_recordings(row["contact_sid"])]
    return sum(one.status == "completed" for one in recorded)

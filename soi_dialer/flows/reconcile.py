"""Silence is an event: calls of which nothing was heard for a while are asked about at the carrier.

What is due stands in each call's `reconcile_at`, which every piece of news moves ahead. Answers become facts like any
other and go through the same fold, so a call whose webhooks were lost ends as the same row. A call whose placing is
unsure is looked for in the carrier's list and adopted, or, when it cannot be found, handed to the human. It is never
dialled again.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.carrier.client import Carrier
from soi_dialer.carrier.errors import CarrierError
from soi_dialer.dialer import Dialer
from soi_dialer.domain.facts import Fact, LegMoved, Recorded, Transcribed
from soi_dialer.domain.leg import NO_LEG
from soi_dialer.flows import failpoints
from soi_dialer.flows.adopt_call import CREATED_WITHIN, Found, claimed_at, facts_of
from soi_dialer.flows.follow_call import FETCHED, News
from soi_dialer.flows.following import follower
from soi_dialer.flows.listed import Listing
from soi_dialer.store import calls, heartbeats, voicemails

log = logging.getLogger(__name__)

TRIES_BEFORE_GIVING_UP = 2
"""How often the carrier's list is read for an unsure call; the list lags behind the truth."""

MOST_SINGLY = 100
"""So many requests one after the other at most: the rest stays due for the next sweep."""

_UNSURE = ("intent", "posting", "unsure")


def reconcile(dialer: Dialer, limit: int = 100, listing: Listing | None = None) -> int:
    """Ask about every call that is due; returns how many there were. One that fails is put off, the rest go on.

    With a `listing` the calls that it reaches back to are looked up there, and only the others are asked about singly.
    """
    now = dialer.clock()
    with dialer.db.read() as connection:
        due = calls.due_for_reconcile(connection, now, limit)
    asked_singly = 0
    for row in due:
        is_listed = listing is not None and listing.since <= row["placed_at"]
        asked_singly += not is_listed
        if is_listed or asked_singly <= MOST_SINGLY:
            _reconcile_one(dialer, listing if is_listed else dialer.carrier, row, now)
    heartbeats.beat_if_stale(dialer.db, "reconcile", now)
    return len(due)


def _reconcile_one(dialer: Dialer, asked: Carrier | Listing, row: Any, now: datetime) -> None:
    try:
        if row["direction"] == "outbound" and row["placement"] in _UNSURE and not row["agent_sid"]:
            _find_or_give_up(dialer, row, now)
        else:
            _fetch(dialer, asked, row, now)
    except CarrierError as error:
        log.warning("call %s could not be asked about: %s", row["id"], error.reason)
        _put_off(dialer, row, now)
    except Exception:
        # One bad row must not stop the others; it is put off and stands in the log.
        log.exception("call %s could not be reconciled", row["id"])
        _put_off(dialer, row, now)


def _put_off(dialer: Dialer, row: Any, now: datetime) -> None:
    """Ask again later, each time after a longer pause, unless there is nothing to ask any more.

    While we asked in vain, a webhook or another scheduler may have told the rest. Then nothing new would ever come.
    """
    tries = row["reconcile_tries"] + 1
    pause = follower(dialer).ask_after * min(2**tries, 32)
    with dialer.db.write() as connection:
        (row,) = calls.lock(connection, ids=[row["id"]])
        if row["reconcile_at"] is not None:
            calls.change(connection, row["id"], reconcile_at=now + pause, reconcile_tries=tries)


def _fetch(dialer: Dialer, asked: Carrier | Listing, row: Any, now: datetime) -> None:
    """Everything that the carrier knows of a call and could have told us by webhook."""
    found = _found(asked, row)
    facts = _outbound_facts(row, found) if row["direction"] == "outbound" else _inbound_facts(dialer, row, found)
    news = [News(row["ref"], fact, now, FETCHED) for fact in facts]
    failpoints.reached("call_fetched")
    with dialer.db.write() as connection:
        _claim_by_evidence(dialer, connection, row, found, now)
        follower(dialer).follow(connection, news)
        (after,) = calls.lock(connection, ids=[row["id"]])
        if after["reconcile_at"] is not None:
            # Still going on, or the carrier does not know more yet: look again after another silence.
            calls.change(connection, row["id"], reconcile_at=now + follower(dialer).ask_after)


def _found(asked: Carrier | Listing, row: Any) -> Found:
    """What the carrier has of this call. Only a leg that was answered can have dialled another."""
    is_inbound = row["direction"] == "inbound"
    sid = row["contact_sid"] if is_inbound else row["agent_sid"]
    first = asked.fetch_call(sid)
    may_have_children = is_inbound or row["claimed_at"] is not None or first.status == "completed"
    children = asked.list_children(sid) if may_have_children else []
    return Found(first, children, asked.list_recordings(sid) if is_inbound else [])


def _claim_by_evidence(dialer: Dialer, connection: Connection, row: Any, found: Found, now: datetime) -> None:
    """The key was pressed in hours that a restored backup does not have: the legs tell."""
    pressed_at = claimed_at(found, row["direction"] == "inbound", now) if row["claimed_at"] is None else None
    if pressed_at is None or not found.is_over:
        return
    (row,) = calls.lock(connection, ids=[row["id"]])
    if row["claimed_at"] is None:
        follower(dialer).rederive(connection, row, now, claimed_at=pressed_at)


def _outbound_facts(row: Any, found: Found) -> list[Fact]:
    facts: list[Fact] = [found.first.as_fact("agent"), *(child.as_fact("contact") for child in found.children)]
    if row["claimed_at"] is not None and not found.children and found.first.is_over:
        facts.append(LegMoved("contact", NO_LEG, "canceled", fetched=True))
    return facts


def _inbound_facts(dialer: Dialer, row: Any, found: Found) -> list[Fact]:
    facts: list[Fact] = [found.first.as_fact("contact"), *(child.as_fact("agent") for child in found.children)]
    recordings = [report.as_fact() for report in found.recordings]
    if not recordings and found.first.is_over:
        recordings = [Recorded(row["contact_sid"], NO_LEG, "absent", fetched=True)]
    return facts + recordings + _transcripts(dialer, row, recordings)


def _transcripts(dialer: Dialer, row: Any, recordings: list[Recorded]) -> list[Fact]:
    """The texts of messages that have none yet: their webhook may have been lost with the others."""
    with dialer.db.read() as connection:
        known = voicemails.of_call(connection, row["id"])
    if known is not None and known["transcript"]:
        return []
    done = [r.recording_sid for r in recordings if r.status == "completed"]
    texts = {sid: dialer.carrier.fetch_transcript(sid) for sid in done}
    return [Transcribed(row["contact_sid"], sid, text) for sid, text in texts.items() if text]


def _find_or_give_up(dialer: Dialer, row: Any, now: datetime) -> None:
    """Our request's answer was lost. Look for the call that it may have made."""
    listed = dialer.carrier.list_calls(to=row["agent_number"], from_=row["twilio_number"], since=row["posted_at"])
    near = [report for report in listed if not report.parent_sid and _near(report, row)]
    calls_found = [Found(r, dialer.carrier.list_children(r.sid) if r.status == "completed" else []) for r in near]
    with dialer.db.write() as connection:
        (row,) = calls.lock(connection, ids=[row["id"]])
        if row["agent_sid"]:
            return
        ours = calls.owners_of_sids(connection, [report.sid for report in near])
        ours |= calls.sids_told_of(connection, row, row["posted_at"] - CREATED_WITHIN * 2)
        free = [found for found in calls_found if found.first.sid not in ours]
        if not free:
            _not_found(dialer, connection, row, now)
            return
        best = min(free, key=lambda f: abs((f.first.created_at or row["posted_at"]) - row["posted_at"]))
        changes = {"agent_sid": best.first.sid, "placement": "placed", "failure": None, "repaired": True}
        changes["claimed_at"] = row["claimed_at"] or claimed_at(best, False, now)
        after = follower(dialer).rederive(connection, row, now, **changes)
        follower(dialer).follow(connection, [News(after["ref"], fact, now, FETCHED) for fact in facts_of(best)])


def _near(report: Any, row: Any) -> bool:
    return report.created_at is None or abs(report.created_at - row["posted_at"]) <= CREATED_WITHIN


def _not_found(dialer: Dialer, connection: Any, row: Any, now: datetime) -> None:
    tries = row["reconcile_tries"] + 1
    if tries < TRIES_BEFORE_GIVING_UP:
        calls.change(connection, row["id"], reconcile_tries=tries, reconcile_at=now + follower(dialer).ask_after)
        return
    reason = "We could not confirm that this call was placed. If your phone did not ring, call again."
    follower(dialer).rederive(connection, row, now, placement="lost", failure=reason)

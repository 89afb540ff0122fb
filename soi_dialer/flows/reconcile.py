"""Silence is an event: calls of which nothing was heard for a while are asked about at the carrier.

What is due stands in each call's `reconcile_at`, which every piece of news moves ahead. Answers become facts like any
other and go through the same fold, so a call whose webhooks were lost ends as the same row. A call whose placing is
unsure is looked for in the carrier's list and adopted, or, when it cannot be found, handed to the human. It is never
dialled again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from soi_dialer.carrier.errors import CarrierError
from soi_dialer.dialer import Dialer
from soi_dialer.domain.facts import Fact, LegMoved, Recorded, Transcribed
from soi_dialer.domain.leg import NO_LEG
from soi_dialer.flows.follow_call import FETCHED, News
from soi_dialer.flows.following import follower
from soi_dialer.store import calls, heartbeats, voicemails

log = logging.getLogger(__name__)

TRIES_BEFORE_GIVING_UP = 2
"""How often the carrier's list is read for an unsure call; the list lags behind the truth."""

CREATED_WITHIN = timedelta(minutes=2)
"""How far from our request the carrier's call may have been created to be taken for it."""

_UNSURE = ("intent", "posting", "unsure")


def reconcile(dialer: Dialer, limit: int = 100) -> int:
    """Ask about every call that is due; returns how many there were. One that fails is put off, the rest go on."""
    now = dialer.clock()
    with dialer.db.read() as connection:
        due = calls.due_for_reconcile(connection, now, limit)
    for row in due:
        _reconcile_one(dialer, row, now)
    heartbeats.beat_if_stale(dialer.db, "reconcile", now)
    return len(due)


def _reconcile_one(dialer: Dialer, row: Any, now: datetime) -> None:
    try:
        if row["direction"] == "outbound" and row["placement"] in _UNSURE and not row["agent_sid"]:
            _find_or_give_up(dialer, row, now)
        else:
            _fetch(dialer, row, now)
    except CarrierError as error:
        log.warning("call %s could not be asked about: %s", row["id"], error.reason)
        _put_off(dialer, row, now)
    except Exception:
        # One bad row must not stop the others; it is put off and stands in the log.
        log.exception("call %s could not be reconciled", row["id"])
        _put_off(dialer, row, now)


def _put_off(dialer: Dialer, row: Any, now: datetime) -> None:
    """Ask again later, each time after a longer pause."""
    tries = row["reconcile_tries"] + 1
    pause = follower(dialer).ask_after * min(2**tries, 32)
    with dialer.db.write() as connection:
        calls.change(connection, row["id"], reconcile_at=now + pause, reconcile_tries=tries)


def _fetch(dialer: Dialer, row: Any, now: datetime) -> None:
    """Everything that the carrier knows of a call and could have told us by webhook."""
    facts = _outbound_facts(dialer, row) if row["direction"] == "outbound" else _inbound_facts(dialer, row)
    news = [News(row["ref"], fact, now, FETCHED) for fact in facts]
    with dialer.db.write() as connection:
        follower(dialer).follow(connection, news)
        (after,) = calls.lock(connection, ids=[row["id"]])
        if after["reconcile_at"] is not None:
            # Still going on, or the carrier does not know more yet: look again after another silence.
            calls.change(connection, row["id"], reconcile_at=now + follower(dialer).ask_after)


def _outbound_facts(dialer: Dialer, row: Any) -> list[Fact]:
    parent = dialer.carrier.fetch_call(row["agent_sid"])
    facts: list[Fact] = [parent.as_fact("agent")]
    if row["claimed_at"] is None:
        return facts
    children = dialer.carrier.list_children(row["agent_sid"])
    facts += [child.as_fact("contact") for child in children]
    if not children and facts[0].status in ("completed", "canceled", "failed", "busy", "no_answer"):
        facts.append(LegMoved("contact", NO_LEG, "canceled", fetched=True))
    return facts


def _inbound_facts(dialer: Dialer, row: Any) -> list[Fact]:
    facts: list[Fact] = [dialer.carrier.fetch_call(row["contact_sid"]).as_fact("contact")]
    facts += [child.as_fact("agent") for child in dialer.carrier.list_children(row["contact_sid"])]
    recordings = [report.as_fact() for report in dialer.carrier.list_recordings(row["contact_sid"])]
    over = facts[0].status in ("completed", "canceled", "failed", "busy", "no_answer")
    if not recordings and over:
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
    with dialer.db.write() as connection:
        (row,) = calls.lock(connection, ids=[row["id"]])
        if row["agent_sid"]:
            return
        ours = calls.owners_of_sids(connection, [report.sid for report in listed])
        found = [r for r in listed if r.sid not in ours and not r.parent_sid and _near(r, row)]
        if found:
            best = min(found, key=lambda r: abs((r.created_at or row["posted_at"]) - row["posted_at"]))
            changes = {"agent_sid": best.sid, "placement": "placed", "failure": None, "repaired": True}
            after = follower(dialer).rederive(connection, row, now, **changes)
            follower(dialer).follow(connection, [News(after["ref"], best.as_fact("agent"), now, FETCHED)])
            return
        _not_found(dialer, connection, row, now)


def _near(report: Any, row: Any) -> bool:
    return report.created_at is None or abs(report.created_at - row["posted_at"]) <= CREATED_WITHIN


def _not_found(dialer: Dialer, connection: Any, row: Any, now: datetime) -> None:
    tries = row["reconcile_tries"] + 1
    if tries < TRIES_BEFORE_GIVING_UP:
        calls.change(connection, row["id"], reconcile_tries=tries, reconcile_at=now + follower(dialer).ask_after)
        return
    reason = "We could not confirm that this call was placed. If your phone did not ring, call again."
    follower(dialer).rederive(connection, row, now, placement="lost", failure=reason)

"""A call that never went through us, on the agent's word: kept as self-reported, with the time that they say.

Nobody measured it, so it is marked wherever it is shown and its time never adds to the talk time that was measured. In
everything else it is a call: a conversation returns the callback of that person and is the last time they were talked
with.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.domain.callback import FOLLOW_UP_WORKING_DAYS, Event
from soi_dialer.domain.facts import SelfReported
from soi_dialer.domain.whole_number import whole
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.follow_call import PRESSED, News
from soi_dialer.flows.follow_up import follow_up
from soi_dialer.flows.following import follower
from soi_dialer.flows.owe_callback import working_hours
from soi_dialer.store import agents, callbacks, calls, contacts
from soi_dialer.store.scope import Scope

OUTCOMES = {"outbound": ("connected", "left_voicemail", "no_answer", "busy"), "inbound": ("connected",)}
"""What can be said of a call made elsewhere; one that was missed there left no trace to speak of."""

MOST_MINUTES = 600
LONGEST_AGO = timedelta(days=366)
CLOCKS_DIFFER = timedelta(minutes=5)


def log_call(
    dialer: Dialer,
    scope: Scope,
    *,
    contact_id: int,
    number: str | None = None,
    direction: str = "outbound",
    outcome: str = "connected",
    minutes: int | None = None,
    at: datetime | None = None,
    note: str = "",
    follow_up_at: datetime | None = None,
    request_key: str | None = None,
    request_digest: str | None = None,
) -> RowMapping:
    """Log a call with this contact; returns its row. The same `request_key` returns the call that it made.

    Args:
        minutes: how long they talked; None when the agent does not say, which counts as no time.
        at: when it was, now when left out.
        follow_up_at: when to come back to them; None leaves it to their cadence.
        request_digest: of what was asked for; the same key with another one is a conflict.

    Raises:
        NotFound, BadValue, Conflict: nothing was logged.
    """
    now = dialer.clock()
    with dialer.db.write() as connection:
        if contacts.hold(connection, scope, contact_id) is None:
            raise NotFound("There is no such contact.")
        earlier = calls.by_request_key(connection, scope, request_key) if request_key else None
        if earlier is not None:
            return _same_request(earlier, request_digest)
        about = {"contact_id": contact_id, "contact_number": _number_of(connection, contact_id, number)}
        about |= {"request_key": request_key, "request_digest": request_digest}
        word = said(direction, outcome, minutes, at or now, now)
        row = keep(dialer, connection, scope, direction, word, note=note, **about)
        if follow_up_at is not None:
            _come_back(connection, scope, contact_id, follow_up_at, now)
        return row


def _come_back(connection: Connection, scope: Scope, contact_id: int, at: datetime, now: datetime) -> None:
    try:
        follow_up(connection, scope, contact_id, at, now)
    except BadValue as wrong:
        raise BadValue(str(wrong), "follow_up_at") from None


def _same_request(earlier: RowMapping, digest: str | None) -> RowMapping:
    if digest is not None and earlier["request_digest"] != digest:
        raise Conflict("This request key was used for another call. Use a new key for a new call.")
    return earlier


def said(direction: str, outcome: str, minutes: int | None, at: datetime, now: datetime) -> SelfReported:
    """The agent's word as a fact.

    Raises:
        BadValue: it cannot be so.
    """
    if direction not in OUTCOMES:
        raise BadValue("Say who called: you (outbound) or they (inbound).", "direction")
    if outcome not in OUTCOMES[direction]:
        raise BadValue(f"What came of it can be {', '.join(OUTCOMES[direction])}.", "outcome")
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        raise BadValue(f"Minutes are a whole number up to {MOST_MINUTES}.", "minutes")
    if at.tzinfo is None or at > now + CLOCKS_DIFFER:
        raise BadValue("A call that is logged is over: its time lies in the past and has a time zone.", "at")
    if at < now - LONGEST_AGO:
        raise BadValue("That is more than a year ago.", "at")
    return SelfReported(outcome, min(at, now), (minutes or 0) * 60)


def read_minutes(text: str) -> int | None:
    """Minutes as typed into a form; None when nothing was.

    Raises:
        BadValue: for what is no number of minutes.
    """
    text = text.strip()
    minutes = whole(text, digits=4)
    if text and minutes is None:
        raise BadValue(f"Minutes are a whole number up to {MOST_MINUTES}.", "minutes")
    return minutes


def keep(
    dialer: Dialer,
    connection: Connection,
    scope: Scope,
    direction: str,
    word: SelfReported,
    *,
    callback_id: int | None = None,
    note: str = "",
    **about: Any,
) -> RowMapping:
    """Add the call and all that follows from it. The contact, if there is one, is held already.

    Raises:
        BadValue: the note cannot be kept.
    """
    row = _row(connection, scope, direction, word, note) | {"callback_id": callback_id} | about
    call_id = calls.add(connection, row)
    if callback_id is not None:
        # They may say later that it was a message that they left: then it is their turn until the follow-up.
        follow_up_at = working_hours(connection, scope.agent_id).add_working_days(word.at, FOLLOW_UP_WORKING_DAYS)
        event = Event("contact_called", word.at, call_id=call_id, due_at=follow_up_at)
        callbacks.add_event(connection, callback_id, event)
    follower(dialer).follow(connection, [News(row["ref"], word, dialer.clock(), PRESSED)])
    return calls.get(connection, scope, call_id)


def _row(connection: Connection, scope: Scope, direction: str, word: SelfReported, note: str) -> dict[str, Any]:
    try:
        note = names.clean_note(note)
    except names.BadNote as error:
        raise BadValue(str(error), "note") from None
    return {
        "office_id": scope.office_id,
        "agent_id": scope.agent_id,
        "ref": secrets.token_hex(16),
        "direction": direction,
        "agent_number": agents.get(connection, scope.agent_id)["phone"],
        "twilio_number": "",  # none of ours had a part in it
        "placement": "placed",
        "state": "ended",
        "self_reported": True,
        "placed_at": word.at,
        "last_fact_at": word.at,
        "note": note,
    }


def _number_of(connection: Connection, contact_id: int, number: str | None) -> str | None:
    known = [row["number"] for row in contacts.phones(connection, [contact_id])[contact_id]]
    if number is not None and number not in known:
        raise BadValue("That is not one of this contact's numbers.", "phone")
    return number or next(iter(known), None)

"""A click becomes a call: checks, an intent row, one request to the carrier, and what its answer says.

The row whose reference stands in every URL given to the carrier is committed before the carrier is asked, so its first
webhook finds the call even when the answer to our request is lost. An unknown answer is never asked for again: it is
reconciled. Only what surely rang nobody may be repeated.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping
from sqlalchemy.exc import IntegrityError

from soi_dialer.carrier.errors import Refused, Unsure
from soi_dialer.clock import sleep
from soi_dialer.dialer import Dialer
from soi_dialer.flows import failpoints
from soi_dialer.flows.cancel_call import hang_up_if_canceled
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed, NotFound
from soi_dialer.flows.following import follower
from soi_dialer.flows.may_call import check_may_call
from soi_dialer.store import agents, callbacks, calls, contacts
from soi_dialer.store.scope import Scope

PAUSES_SECONDS = (0.5, 1.5)
"""Between tries that surely rang nobody. The person who clicked is waiting, so only two more."""

_BUSY = "You are in a call already. End it before you start the next one."


class _Busy(NotAllowed):
    """Another call of this agent lives, unless it is the very one that was asked for."""


def place_call(
    dialer: Dialer,
    scope: Scope,
    *,
    contact_id: int,
    number: str | None = None,
    callback_id: int | None = None,
    request_key: str | None = None,
) -> RowMapping:
    """Ring the agent's own phone to join them with a contact; returns the call's row.

    The same `request_key` for the same call returns the call that it made. When the carrier refuses, the row is ended
    with outcome `failed` and `failure` says why; when its answer is unknown, `failure` says that it is being checked.

    Raises:
        NotFound, BadValue, NotAllowed, Conflict: nothing was placed.
    """
    digest = _digest(contact_id, number, callback_id)
    now = dialer.clock()
    try:
        with dialer.db.write() as connection:
            earlier = calls.by_request_key(connection, scope, request_key) if request_key else None
            if earlier is not None:
                return _same_request(earlier, digest)
            intent = _intent(connection, dialer, scope, contact_id, number, callback_id, now)
            call_id = calls.add(connection, intent | {"request_key": request_key, "request_digest": digest})
    except (IntegrityError, _Busy):
        # Two clicks at once: the database let one in, and it may be this one, sent twice.
        return _after_a_race(dialer, scope, request_key, digest)
    failpoints.reached("after_intent")
    ask_carrier(dialer, call_id, intent)
    failpoints.reached("after_answer")
    hang_up_if_canceled(dialer, scope, call_id)
    with dialer.db.read() as connection:
        return calls.get(connection, scope, call_id)


def _digest(contact_id: int, number: str | None, callback_id: int | None) -> str:
    return hashlib.sha256(repr((contact_id, number, callback_id)).encode()).hexdigest()


def _same_request(earlier: RowMapping, digest: str) -> RowMapping:
    if earlier["request_digest"] != digest:
        raise Conflict("This request key was used for another call. Use a new key for a new call.")
    return earlier


def _after_a_race(dialer: Dialer, scope: Scope, request_key: str | None, digest: str) -> RowMapping:
    with dialer.db.read() as connection:
        earlier = calls.by_request_key(connection, scope, request_key) if request_key else None
    if earlier is None:
        raise NotAllowed(_BUSY)
    return _same_request(earlier, digest)


def _intent(
    connection: Connection,
    dialer: Dialer,
    scope: Scope,
    contact_id: int,
    number: str | None,
    callback_id: int | None,
    now: datetime,
) -> dict[str, Any]:
    """The row to insert, after every check."""
    person = contacts.pin(connection, scope, contact_id)
    agent = agents.get(connection, scope.agent_id)
    if person is None or agent is None or agent["disabled_at"]:
        raise NotFound("There is no such contact.")
    _check_callback(connection, scope, contact_id, callback_id)
    number = _number_of(connection, contact_id, number)
    check_may_call(connection, dialer.settings, agent, person, number, now)
    if calls.live(connection, scope) is not None:
        raise _Busy(_BUSY)
    about = {"contact_id": contact_id, "contact_number": number, "callback_id": callback_id}
    return about | outbound_row(dialer, agent, now)


def outbound_row(dialer: Dialer, agent: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A call that is about to ring this agent's phone, about whomever. Raises `NotAllowed` without a number."""
    return {
        "office_id": agent["office_id"],
        "agent_id": agent["id"],
        "ref": secrets.token_hex(16),
        "direction": "outbound",
        "agent_number": agent["phone"],
        "twilio_number": caller_id(dialer, agent),
        "placement": "posting",
        "state": "requested",
        "placed_at": now,
        "posted_at": now,
        "last_fact_at": now,
        "reconcile_at": now + timedelta(seconds=dialer.settings.reconcile_after_seconds),
    }


def _check_callback(connection: Connection, scope: Scope, contact_id: int, callback_id: int | None) -> None:
    if callback_id is None:
        return
    owed = callbacks.get(connection, scope, callback_id)
    if owed is None:
        raise NotFound("There is no such callback.")
    if owed["contact_id"] != contact_id:
        raise BadValue("That callback is owed to somebody else.", "callback_id")


def _number_of(connection: Connection, contact_id: int, number: str | None) -> str:
    known = [row["number"] for row in contacts.phones(connection, [contact_id])[contact_id]]
    if not known:
        raise BadValue("This contact has no phone number. Add one first.", "phone")
    if number is not None and number not in known:
        raise BadValue("That is not one of this contact's numbers.", "phone")
    return number or known[0]


def caller_id(dialer: Dialer, agent: Mapping[str, Any]) -> str:
    """The number that shows on the phones rung for this agent."""
    number = agent["twilio_number"] or dialer.settings.twilio_phone_number
    if not number:
        raise NotAllowed("There is no number to call from. Set TWILIO_PHONE_NUMBER or the agent's own Twilio number.")
    return number


def ask_carrier(dialer: Dialer, call_id: int, intent: dict[str, Any], step: str = "screen") -> None:
    """Ring the agent's phone, once the intent is committed, and keep what the carrier answers."""
    try:
        placed = _ring_agent(dialer, intent, step)
    except Refused as error:
        _write(dialer, call_id, placement="refused", failure=error.reason)
    except Unsure as error:
        _write(dialer, call_id, placement="unsure", failure=f"{error.reason} It is being checked; wait a moment.")
    else:
        failpoints.reached("after_post")
        _write(dialer, call_id, placement="placed", agent_sid=placed.sid)


def _ring_agent(dialer: Dialer, intent: dict[str, Any], step: str):
    """Ask until the carrier takes the request or refuses it for good; only what surely rang nobody is repeated."""
    for pause in (*PAUSES_SECONDS, None):
        try:
            return dialer.carrier.ring_agent(
                ref=intent["ref"], to=intent["agent_number"], from_=intent["twilio_number"], step=step
            )
        except Refused as error:
            if pause is None or not error.may_retry:
                raise
            sleep(pause)
    raise AssertionError("the last try returns or raises")


def _write(dialer: Dialer, call_id: int, **changes: Any) -> None:
    """Keep the carrier's answer; the first webhook may have told more already, and that stays."""
    with dialer.db.write() as connection:
        (row,) = calls.lock(connection, ids=[call_id])
        if row["agent_sid"]:
            changes.pop("agent_sid", None)
        if row["placement"] != "posting":
            changes = {"agent_sid": changes["agent_sid"]} if "agent_sid" in changes else {}
        follower(dialer).rederive(connection, row, dialer.clock(), **changes)

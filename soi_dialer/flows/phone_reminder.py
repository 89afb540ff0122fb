"""A reminder that rings the agent: who left what when, and what the keys do. It never rings a contact by itself.

The call that reminds becomes the call to the contact when key 1 is pressed, by the same claim as a click. Until then it
has no contact and no number, so it stands in nobody's history and counts as no call.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from soi_dialer.dialer import Dialer
from soi_dialer.domain import reminder_words, words
from soi_dialer.domain.callback import Event
from soi_dialer.domain.facts import KeyPressed, LegMoved
from soi_dialer.domain.wall_clock import zone_named
from soi_dialer.flows import reminder_tokens
from soi_dialer.flows.answer_agent import Reply, Say, claim, too_late
from soi_dialer.flows.close_callback import stop_calling, talked_elsewhere
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed
from soi_dialer.flows.follow_call import PRESSED, News
from soi_dialer.flows.following import follower
from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.owe_callback import refold
from soi_dialer.flows.place_call import ask_carrier, outbound_row
from soi_dialer.flows.reminder_links import later, number_of
from soi_dialer.flows.reminder_message import name_of
from soi_dialer.notify.message import Message, NotSent
from soi_dialer.store import agents, callbacks, calls, voicemails
from soi_dialer.store.scope import Scope

STEP = "reminder"
LATER_KEYS = {"3": "hour", "4": "tomorrow"}
TALKED, WAIVED, STOP = CLOSING_KEYS = ("5", "6", "9")
NO_CALL_NEEDED = "No call needed, said on the keypad."

_BUSY = "You were in a call."


@dataclasses.dataclass(frozen=True, slots=True)
class AskReminder:
    """Play the sound, if there is one, say this and wait for a key."""

    words: str
    sound_url: str | None = None


def ring_reminder(dialer: Dialer, agent: Mapping[str, Any], message: Message) -> None:
    """Ring this agent about the message's callback; a message that was rung already is not rung again.

    Raises:
        NotSent: nobody was rung.
    """
    scope, key = Scope(agent["office_id"], agent["id"]), f"phone {message.key}"
    try:
        with dialer.db.write() as connection:
            if calls.by_request_key(connection, scope, key) is not None:
                return
            if calls.live(connection, scope) is not None:
                raise NotSent(_BUSY, may_retry=True)
            intent = _intent(dialer, agent, message, key)
            call_id = calls.add(connection, intent)
    except IntegrityError:
        raise NotSent(_BUSY, may_retry=True) from None
    ask_carrier(dialer, call_id, intent, STEP)
    with dialer.db.read() as connection:
        row = calls.get(connection, scope, call_id)
    if row["placement"] == "refused":
        raise NotSent(row["failure"], may_retry=False)


def _intent(dialer: Dialer, agent: Mapping[str, Any], message: Message, key: str) -> dict[str, Any]:
    try:
        row = outbound_row(dialer, agent, dialer.clock())
    except NotAllowed as error:
        raise NotSent(str(error), may_retry=False) from None
    return row | {"callback_id": message.callback_id, "request_key": key}


def answer_reminder(dialer: Dialer, ref: str, fact: LegMoved) -> Reply | AskReminder | None:
    """What the agent hears on picking up; None when there is no such call."""
    now = dialer.clock()
    with dialer.db.write() as connection:
        row = follower(dialer).follow_one(connection, News(ref, fact, now))
        if row is None:
            return None
        if too_late(row, fact.sid, now) or row["claimed_at"]:
            return Say(words.already_handled_words())
        return _ask(dialer, connection, row, now)


def press_reminder_key(dialer: Dialer, ref: str, fact: KeyPressed) -> Reply | AskReminder | None:
    """1 calls now, 2 lets hear the message, 3 and 4 put it off, 5, 6 and 9 close it; any other key asks again."""
    now = dialer.clock()
    with dialer.db.write() as connection:
        row = follower(dialer).follow_one(connection, News(ref, fact, now, PRESSED))
        if row is None:
            return None
        if too_late(row, fact.sid, now):
            return Say(words.already_handled_words())
        if fact.digits == "1" or row["claimed_at"]:
            return _call(dialer, connection, row, fact.sid, now)
        if fact.digits in LATER_KEYS:
            return _put_off(dialer, connection, row, LATER_KEYS[fact.digits], now)
        if fact.digits not in CLOSING_KEYS:
            return _ask(dialer, connection, row, now, with_message=fact.digits == "2")
        owed = _owed(connection, row)
        agent = agents.get(connection, row["agent_id"])
    return _close(dialer, agent, owed, fact.digits)


def _close(dialer: Dialer, agent: Any, owed: Any, key: str) -> Say:
    """Each way out is a transaction of its own, and the same key once more finds nothing that is owed."""
    if owed is None:
        return Say(reminder_words.NOTHING_OWED)
    scope, callback_id = Scope(owed["office_id"], owed["agent_id"]), owed["id"]
    try:
        if key == TALKED:
            note = "" if owed["agent_id"] == agent["id"] else f"{agent['name']} talked with them."
            talked_elsewhere(dialer, scope, callback_id, note=note)
        elif key == WAIVED:
            waive(dialer, scope, callback_id, NO_CALL_NEEDED)
        else:
            stop_calling(dialer, scope, callback_id)
    except BadValue as error:
        return Say(f"{error} Goodbye.")
    except Conflict:  # somebody else closed it meanwhile
        return Say(reminder_words.NOTHING_OWED)
    return Say(words.kept_words())


def _owed(connection: Connection, row: Any) -> Any:
    """The callback that the call is about, if it is still open."""
    owed = callbacks.of_office(connection, row["office_id"], row["callback_id"]) if row["callback_id"] else None
    return owed if owed is not None and owed["state"] == "open" else None


def _ask(dialer: Dialer, connection: Connection, row: Any, now: datetime, with_message: bool = False) -> Any:
    owed = _owed(connection, row)
    if owed is None:
        return Say(reminder_words.NOTHING_OWED)
    agent, left = agents.get(connection, row["agent_id"]), voicemails.of_callback(connection, owed["id"])
    keys = reminder_words.keys(can_call=_can_call(connection, row, owed), has_message=bool(left))
    if with_message and left:
        return _message(dialer, agent, left[-1], keys, now)
    who = words.speakable(name_of(connection, owed))
    zone = zone_named(agent["time_zone"])
    said = reminder_words.what_happened(who, owed["reason"], owed["arrived_at"] or owed["opened_at"], now, zone)
    if owed["agent_id"] != agent["id"]:
        said = f"For {agents.get(connection, owed['agent_id'])['name']}: {said}"
    return AskReminder(f"{said} {keys}")


def _message(dialer: Dialer, agent: Any, left: Any, keys: str, now: datetime) -> AskReminder:
    """The newest message: its sound when we have it, else its text."""
    if left["audio_state"] == "stored":
        settings = dialer.settings
        token = reminder_tokens.sound_token(settings.secret_key, agent["id"], left["id"], now)
        return AskReminder(keys, f"{settings.public_url.rstrip('/')}/r/sound/{token}")
    return AskReminder(f"{left['transcript'] or reminder_words.NO_SOUND} {keys}")


def _can_call(connection: Connection, row: Any, owed: Any) -> bool:
    """Whoever stands in for somebody calls from their own phone."""
    is_own = owed["agent_id"] == row["agent_id"] and owed["contact_id"] is not None
    return is_own and number_of(connection, owed) is not None


def _call(dialer: Dialer, connection: Connection, row: Any, sid: str, now: datetime) -> Reply:
    if row["claimed_at"] is None:
        owed = _owed(connection, row)
        if owed is None or not _can_call(connection, row, owed):
            return Say(reminder_words.NOTHING_OWED)
        contact = {"contact_id": owed["contact_id"], "contact_number": number_of(connection, owed)}
        calls.change(connection, row["id"], **contact)
        row = {**row, **contact}
    return claim(dialer, connection, row, sid, now)


def _put_off(dialer: Dialer, connection: Connection, row: Any, when: str, now: datetime) -> Say:
    owed = _owed(connection, row)
    if owed is None:
        return Say(reminder_words.NOTHING_OWED)
    until = later(agents.get(connection, row["agent_id"]), now)[when]
    callbacks.add_event(connection, owed["id"], Event("snoozed", now, due_at=until))
    refold(connection, owed["id"])
    follower(dialer).rederive(connection, row, now, cancel_requested_at=now)
    return Say(words.kept_words())

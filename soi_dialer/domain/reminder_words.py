"""What a reminder says, in one line: who, what they did, since when. The zone is that of the agent who reads it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from soi_dialer.domain import names
from soi_dialer.domain.reminders import ARRIVED, DUE

LONGEST_NAME = 40

NOTHING_OWED = "There is nobody to call from here any more. Goodbye."
NO_SOUND = "The sound of the message is not here yet."

_CLOSING = "5 if you talked already, 6 if no call is needed, 9 if they asked not to be called again"

_DID = {
    "voicemail": "left you a message",
    "missed_call": "called and left no message",
    "text": "sent you a text",
}


def first_name(name: str) -> str:
    """What stands on a lock screen: nobody's family name and nobody's number."""
    words = names.visible_line(name, 200).split()
    first = words[0] if words else ""
    return first[:LONGEST_NAME] if any(letter.isalpha() for letter in first) else "Somebody"


def sentence(who: str, reason: str, rung: str, due_at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As "Jane left you a message." or "Jane still waits for your call, due since 2:05 pm."."""
    did = _DID.get(reason)
    if rung == ARRIVED and did:
        return f"{who} {did}."
    if due_at > now:
        return f"{who} waits for your call, due {moment(due_at, now, zone)}."
    if rung == DUE:
        return f"{who} waits for your call. It is due now."
    return f"{who} still waits for your call, due since {_since(due_at, now, zone)}."


def what_happened(who: str, reason: str, at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As "Jane Doe left you a message at 2:05 pm."; for a promise of the agent's own, that it is time."""
    did = _DID.get(reason)
    return f"{who} {did} {moment(at, now, zone)}." if did else f"It is time to call {who}."


def keys(can_call: bool, has_message: bool) -> str:
    """What the keys of a reminder by phone do."""
    call, hear = "1 to call now, " if can_call else "", "2 to hear the message, " if has_message else ""
    put_off = "3 to be reminded in an hour, 4 for tomorrow morning"
    return f"Press {call}{hear}{put_off}, {_CLOSING}."


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As "at 2:05 pm" today, "yesterday at 2:05 pm", "on Mon, Nov 16 at 2:05 pm"."""
    local = at.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    near = {0: "", -1: "yesterday ", 1: "tomorrow "}.get(days, f"on {local:%a, %b} {local.day} ")
    return f"{near}at {_clock(local)}"


def _since(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As "2:05 pm" today, "yesterday, 2:05 pm", "Mon, Nov 16"."""
    local = at.astimezone(zone)
    days = (now.astimezone(zone).date() - local.date()).days
    return {0: _clock(local), 1: f"yesterday, {_clock(local)}"}.get(days, f"{local:%a, %b} {local.day}")


def _clock(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"

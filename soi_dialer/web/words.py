"""How pages say things: durations, moments, due times, outcomes. Pure; the agent's zone and the time are given."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

OUTCOMES = {
    "outbound": {
        "connected": "We talked",
        "left_voicemail": "Left a message",
        "machine": "A machine answered",
        "no_answer": "No answer",
        "busy": "Busy",
        "failed": "Did not get through",
        "agent_missed": "You did not pick up",
        "canceled": "Canceled",
        "unconfirmed": "Unconfirmed",
    },
    "inbound": {"connected": "We talked", "voicemail": "Left you a message", "missed": "Missed call"},
}

_OF_OTHERS = {"connected": "Talked", "agent_missed": "Did not pick up", "voicemail": "Left a message"}
"""For somebody who looks at the call of a member."""

SELF_REPORTED = ", self-reported"
"""Behind the outcome of a call that the agent made elsewhere: nobody measured it."""

REASONS = {
    "voicemail": "Left you a message",
    "missed_call": "Missed call",
    "text": "Sent a text",
    "requested": "To call back",
    "follow_up": "To follow up",
}

TONES = {
    "connected": "good",
    "left_voicemail": "part",
    "voicemail": "part",
    "machine": "part",
    "missed": "bad",
    "failed": "bad",
    "unconfirmed": "bad",
}


def outcome(direction: str, name: str | None, *, of_others: bool = False) -> str:
    """What became of a call, for whose call it is, or for their lead; a call under way has none yet."""
    if of_others and name in _OF_OTHERS:
        return _OF_OTHERS[name]
    return OUTCOMES[direction].get(name, name.replace("_", " ")) if name else "Under way"


def duration(seconds: int) -> str:
    """As "45 s", "9 min 12 s", "1 h 05 min"."""
    if seconds < 60:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def hours(seconds: int) -> str:
    """A sum of talk time, in whole minutes as a clock shows them: "0 min", "48 min", "3 h 20 min"."""
    minutes = seconds // 60
    if seconds and not minutes:
        return "under a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def hour(number: int) -> str:
    """As "8 am" of 8."""
    return f"{number % 12 or 12} {'am' if number < 12 else 'pm'}"


def clock(at: datetime, zone: ZoneInfo, seconds: bool = False) -> str:
    """As "2:05 pm"."""
    local = at.astimezone(zone)
    return _clock(local, f":{local.second:02d}" if seconds else "")


@lru_cache(maxsize=4096)
def day(on: date, today: date) -> str:
    """As "today", "yesterday", "Mon, Nov 16", "Nov 16, 2024"."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((on - today).days)
    if near:
        return near
    return f"{on:%a, %b} {on.day}" if on.year == today.year else f"{on:%b} {on.day}, {on.year}"


@lru_cache(maxsize=4096)
def moment(at: datetime, today: date, zone: ZoneInfo) -> str:
    """As "today, 2:05 pm"."""
    local = at.astimezone(zone)
    return f"{day(local.date(), today)}, {_clock(local)}"


def _clock(local: datetime, seconds: str = "") -> str:
    hour, half = local.hour, "am" if local.hour < 12 else "pm"
    return f"{hour % 12 or 12}:{local.minute:02d}{seconds} {half}"


def due(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As "3 h overdue", "due in 25 min", "due tomorrow, 9:00 am". Words carry it, not colour alone."""
    late = now - at
    if late >= timedelta(0):
        return f"{_rough(late)} overdue" if late >= timedelta(minutes=1) else "due now"
    if -late < timedelta(hours=2):
        return f"due in {_rough(-late)}"
    return f"due {moment(at, now.astimezone(zone).date(), zone)}"


def _rough(span: timedelta) -> str:
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def initials(name: str) -> str:
    """Two letters for the round badge; a person named by number gets a mark instead."""
    words = [w for w in name.split() if w[0].isalpha()]
    if not words:
        return "#"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

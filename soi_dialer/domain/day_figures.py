"""What one call adds to the figures of its day, and the figures of a day: the one place that says what is counted.

A call counts once it has an outcome, in the local day in which it was placed. The time on the line is split without
rest: talk, message, whisper, and everything else, which is ringing and the keypad afterwards. What agents say of calls
made elsewhere stands apart: it is in none of the measured times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

LONG_SECONDS = 300
"""A conversation is a long one from five minutes of measured talk on."""


class DayFigures(NamedTuple):
    """The figures of one day, or of all days from `on` that were added up. Seconds are whole, and measured if not said
    otherwise."""

    on: date
    calls: int = 0  # with an outcome, whatever it is; those made elsewhere included
    conversations: int = 0  # connected; those made elsewhere included
    long_conversations: int = 0  # measured alone
    talk_seconds: int = 0
    self_reported_seconds: int = 0
    self_reported_calls: int = 0
    self_reported_conversations: int = 0
    ring_seconds: int = 0
    whisper_seconds: int = 0
    voicemail_seconds: int = 0  # of messages left either way
    voicemails_left: int = 0  # by the agent


Counts = tuple[int, ...]
"""What a call adds, in the order of `COUNTED`."""

COUNTED = DayFigures._fields[1:]
NOTHING: Counts = (0,) * len(COUNTED)


def counts_of(call: Mapping[str, Any]) -> Counts:
    """What this row of a call adds to its day; `NOTHING` as long as it has no outcome or was with nobody."""
    if call["outcome"] is None or not _is_with_somebody(call):
        return NOTHING
    talked, said = call["outcome"] == "connected", bool(call["self_reported"])
    talk = call["talk_seconds"]
    ring, whisper, message = (0, 0, 0) if said else _beside_talk(call)
    return (
        1,
        int(talked),
        int(talked and not said and talk >= LONG_SECONDS),
        0 if said else talk,
        talk if said else 0,
        int(said),
        int(said and talked),
        ring,
        whisper,
        message,
        int(call["outcome"] == "left_voicemail"),
    )


def _is_with_somebody(call: Mapping[str, Any]) -> bool:
    """Not a reminder by phone that nobody was called from; see `store.calls.is_with_somebody`."""
    return call["direction"] == "inbound" or call["contact_number"] is not None or bool(call["self_reported"])


def _beside_talk(call: Mapping[str, Any]) -> tuple[int, int, int]:
    """Seconds of ringing, of the whisper and of a message. With the talk they are the leg that holds the call."""
    message = call["voicemail_seconds"]
    held = call["contact_leg_seconds" if call["direction"] == "inbound" else "agent_leg_seconds"]
    left = max(0, held - call["talk_seconds"] - message)
    whisper = min(left, _whisper(call))
    return left - whisper, whisper, message


def _whisper(call: Mapping[str, Any]) -> int:
    """Outbound: from the agent's answer to key 1, or to the end where it was not pressed. Inbound: as in the talk."""
    claimed_at = call["claimed_at"]
    if call["direction"] == "inbound":
        return _seconds(call["whispered_at"], claimed_at)
    if claimed_at is None:
        return call["agent_leg_seconds"]
    return max(0, call["agent_leg_seconds"] - _seconds(claimed_at, call["ended_at"])) if call["ended_at"] else 0


def _seconds(from_at: Any, until_at: Any) -> int:
    if from_at is None or until_at is None:
        return 0
    return max(0, round((until_at - from_at).total_seconds()))


def added(some: Iterable[Counts]) -> Counts:
    """The sum of these."""
    return tuple(map(sum, zip(NOTHING, *some, strict=True)))


def difference(after: Counts, before: Counts) -> Counts:
    """What a call adds now and did not before."""
    return tuple(new - old for new, old in zip(after, before, strict=True))

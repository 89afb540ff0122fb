"""What an agent's calls add up to on a day, and over any number of days.

Talk time is what the carrier measured. What agents say of calls made elsewhere stands apart, and so do ringing, whispers
and messages: none of them is ever inside `talk_seconds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

LONG_SECONDS = 300
"""A conversation of five minutes or more is a long one."""


class DayFigures(NamedTuple):
    """One local day of one agent. A call belongs to the day on which it was placed, with all of its talk."""

    on: date
    calls: int = 0  # that are over, self-reported ones included
    conversations: int = 0  # connected calls, self-reported ones included
    long_conversations: int = 0  # of `LONG_SECONDS` or more, self-reported ones included
    talk_seconds: int = 0  # measured
    self_reported_seconds: int = 0
    self_reported_calls: int = 0
    ring_seconds: int = 0
    whisper_seconds: int = 0
    voicemail_seconds: int = 0  # of messages that contacts left
    voicemails_left: int = 0  # on contacts' machines


class Totals(NamedTuple):
    """The same of any number of days."""

    calls: int = 0
    conversations: int = 0
    long_conversations: int = 0
    talk_seconds: int = 0
    self_reported_seconds: int = 0
    self_reported_calls: int = 0
    ring_seconds: int = 0
    whisper_seconds: int = 0
    voicemail_seconds: int = 0
    voicemails_left: int = 0


def total(days: Iterable[DayFigures]) -> Totals:
    """The days added up; nothing of no days."""
    columns = list(zip(*(day[1:] for day in days), strict=True))
    return Totals(*map(sum, columns)) if columns else Totals()

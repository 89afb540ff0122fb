"""The ladder of reminders of one callback: on arrival, when due, one and three hours after, then each morning.

Every rung stands inside working hours; one that would not moves to the next opening. Rungs that were missed, in a night
or while the program did not run, are one: the latest of them. What is long overdue is shown and told in the day's
digest, so that a restore from a backup or a clock that jumped never sends a burst of messages.
"""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta

from soi_dialer.domain.working_hours import WorkingHours

ARRIVED, SNOOZED, DUE, AFTER_1H, AFTER_3H, MORNING = "arrived", "snoozed", "due", "due_1h", "due_3h", "morning"
RUNGS = (ARRIVED, SNOOZED, DUE, AFTER_1H, AFTER_3H, MORNING)
DIGEST = "digest"

TOLD_SINGLY = timedelta(hours=12)
"""Longer overdue than this is shown and told in the digest, not one by one."""

_AFTER_DUE = ((DUE, timedelta(0)), (AFTER_1H, timedelta(hours=1)), (AFTER_3H, timedelta(hours=3)))


@dataclasses.dataclass(frozen=True, slots=True)
class Owed:
    """What the ladder depends on; the names are those of the callback's columns.

    `arrived_at` is the newest message of the contact, if there is one. `reminded_at` is the last rung that was done.
    """

    due_at: datetime
    state: str = "open"
    turn: str = "agent"
    arrived_at: datetime | None = None
    snoozed_until: datetime | None = None
    reminded_at: datetime | None = None

    @property
    def from_at(self) -> datetime:
        """When the ladder begins: the due time, or the end of a snooze after it."""
        return max(self.due_at, self.snoozed_until or self.due_at)


@dataclasses.dataclass(frozen=True, slots=True)
class Rung:
    """One reminder of the ladder."""

    name: str  # one of RUNGS
    at: datetime


def next_reminder(owed: Owed, hours: WorkingHours, now: datetime) -> Rung | None:
    """The rung to be done next: of those that have passed undone the latest, else the first to come.

    None when nothing is owed any more.
    """
    if owed.state != "open":
        return None
    missed = None
    for rung in ladder(owed, hours):
        if owed.reminded_at is not None and rung.at <= owed.reminded_at:
            continue
        if rung.at > now:
            return missed or rung
        missed = rung
    return missed


def first_undone(owed: Owed, hours: WorkingHours) -> Rung:
    """The earliest rung that was not done, passed or not."""
    done = owed.reminded_at
    return next(rung for rung in ladder(owed, hours) if done is None or rung.at > done)


def ladder(owed: Owed, hours: WorkingHours) -> Iterator[Rung]:
    """Every rung in order, without end; of two at the same instant the later one stands."""
    waiting: Rung | None = None
    for rung in _rungs(owed, hours):
        if waiting is not None and waiting.at < rung.at:
            yield waiting
        waiting = rung


def is_told_singly(owed: Owed, now: datetime) -> bool:
    """Whether a reminder now is a message of its own. Otherwise it is only shown, and told in the digest."""
    return now - max(owed.from_at, owed.arrived_at or owed.from_at) <= TOLD_SINGLY


def is_owed_now(owed: Owed, now: datetime) -> bool:
    """Whether the agent has something to do: it is their turn, or time to follow up, and they did not put it off."""
    if owed.state != "open" or (owed.snoozed_until is not None and owed.snoozed_until > now):
        return False
    return owed.turn == "agent" or owed.due_at <= now


def _rungs(owed: Owed, hours: WorkingHours) -> Iterator[Rung]:
    """In order, but with doubles."""
    return heapq.merge(_early(owed, hours), _from_due(owed, hours), key=lambda rung: rung.at)


def _early(owed: Owed, hours: WorkingHours) -> Iterator[Rung]:
    """The arrival, or the end of a snooze that came after it; neither while it is their turn."""
    if owed.turn != "agent":
        return
    if owed.snoozed_until is not None:
        yield Rung(SNOOZED, hours.next_opening(owed.snoozed_until))
    elif owed.arrived_at is not None:
        yield Rung(ARRIVED, hours.next_opening(owed.arrived_at))


def _from_due(owed: Owed, hours: WorkingHours) -> Iterator[Rung]:
    at = owed.from_at
    for name, later in _AFTER_DUE:
        at = hours.next_opening(owed.from_at + later)
        yield Rung(name, at)
    while True:
        at = hours.tomorrow_morning(at)
        yield Rung(MORNING, at)

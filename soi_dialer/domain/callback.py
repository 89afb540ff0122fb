"""A callback: the debt that a message leaves. Folded from its events, so a late correction of a call corrects the debt.

Only a conversation (`connected`, either direction) or a waiver closes it. A message left for the contact makes it their
turn, with a follow-up date; their next message makes it the agent's turn again and never moves the due time later.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

REASONS = ("voicemail", "missed_call", "text", "requested", "follow_up")
STATES = ("open", "returned", "waived")

OPENERS = {
    "message_left": "voicemail",
    "call_missed": "missed_call",
    "text_received": "text",
    "requested": "requested",
    "follow_up": "follow_up",
}
"""Which event opens a callback, and the reason it is then shown with."""

ARRIVALS = frozenset({"message_left", "call_missed", "text_received"})
"""What comes from the contact, as against what the agent asked for."""

FOLLOW_UP_WORKING_DAYS = 2

ATTEMPTS = frozenset({"left_voicemail", "machine", "no_answer", "busy"})
"""What comes of a call that reached their phone and not them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a callback. `outcome` is the present outcome of the call it is about, if any.

    `due_at` is, for an opener, when an answer is owed; for `contact_called`, when to follow up if a message was left;
    for `due_changed`, the new due time; for `snoozed`, until when the agent is not reminded.
    """

    kind: str
    at: datetime
    call_id: int | None = None
    outcome: str | None = None
    due_at: datetime | None = None
    reason: str = ""
    key: str | None = None  # the carrier's id of a text message
    repaired: bool = False  # of a text: found later at the carrier, for its webhook was lost


@dataclasses.dataclass(frozen=True, slots=True)
class Callback:
    """Where a debt stands; the names are those of the callback's columns."""

    reason: str
    due_at: datetime
    state: str = "open"
    turn: str = "agent"
    attempts: int = 0
    closed_at: datetime | None = None
    returned_call_id: int | None = None
    waive_reason: str | None = None
    arrived_at: datetime | None = None
    snoozed_until: datetime | None = None


def fold_callback(events: Iterable[Event]) -> Callback:
    """The callback after these events.

    Raises:
        ValueError: when no event opens it.
    """
    ordered = sorted(events, key=_order)
    first = next((e for e in ordered if e.kind in OPENERS), None)
    if first is None or first.due_at is None:
        raise ValueError("a callback is opened by a message, a missed call, a text or a request")
    standing = Callback(reason=OPENERS[first.kind], due_at=first.due_at)
    for event in ordered[ordered.index(first) :]:
        standing = _step(standing, event)
    return standing


def _order(event: Event) -> tuple:
    """By time; two of one moment in a fixed order, so that it does not matter how they were read."""
    comes_second = event.kind not in OPENERS
    return event.at, comes_second, event.kind, event.call_id or 0, event.due_at or event.at, event.reason


def _step(standing: Callback, event: Event) -> Callback:
    if standing.state == "waived":
        return standing
    if event.outcome == "connected" and event.kind in ("contact_called", "message_left", "call_missed"):
        return _returned(standing, event)
    if event.kind in OPENERS:
        return _joined_by(standing, event)
    if standing.state == "returned":
        return standing
    if event.kind == "contact_called":
        return _attempted(standing, event)
    if event.kind == "due_changed" and event.due_at:
        return dataclasses.replace(standing, due_at=event.due_at, snoozed_until=None)
    if event.kind == "snoozed" and event.due_at:
        return dataclasses.replace(standing, snoozed_until=event.due_at)
    if event.kind == "waived":
        return dataclasses.replace(standing, state="waived", closed_at=event.at, waive_reason=event.reason)
    return standing


def _returned(standing: Callback, event: Event) -> Callback:
    if standing.state == "returned":
        return standing
    return dataclasses.replace(standing, state="returned", closed_at=event.at, returned_call_id=event.call_id)


def _joined_by(standing: Callback, event: Event) -> Callback:
    """A further message joins the thread: it is the agent's turn, the earlier due time holds, a voicemail names it.

    A message left after the conversation that closed the thread is owed an answer again. That happens when the news of
    the conversation comes so late that the message had joined already.
    """
    reason = "voicemail" if event.kind == "message_left" else standing.reason
    if standing.state == "returned":
        if event.at <= standing.closed_at or event.due_at is None:
            return standing
        standing = Callback(OPENERS[event.kind], event.due_at, attempts=standing.attempts)
        return _arrived(standing, event)
    due_at = min(standing.due_at, event.due_at) if event.due_at else standing.due_at
    return _arrived(dataclasses.replace(standing, turn="agent", due_at=due_at, reason=reason), event)


def _arrived(standing: Callback, event: Event) -> Callback:
    """News of the contact ends a snooze."""
    if event.kind not in ARRIVALS:
        return standing
    return dataclasses.replace(standing, arrived_at=event.at, snoozed_until=None)


def _attempted(standing: Callback, event: Event) -> Callback:
    if event.outcome not in ATTEMPTS:
        return standing
    standing = dataclasses.replace(standing, attempts=standing.attempts + 1)
    if event.outcome == "left_voicemail" and event.due_at:
        return dataclasses.replace(standing, turn="contact", due_at=event.due_at, snoozed_until=None)
    return standing

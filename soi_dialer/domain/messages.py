"""Messages that came in, how fast each was returned, and how many promises were kept.

A debt's promise is its due time. It is kept when the call came by then; a waived debt is no promise any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from soi_dialer.domain.weekly import RETURNED_WITHIN, CallbackFigures, returned_within

ARRIVALS = ("voicemail", "missed_call", "text")
"""Reasons of debts that somebody else began, by calling or writing."""

FATES = (*RETURNED_WITHIN, "waived", "still_open")
"""What became of a message; each is in exactly one."""


FIGURES = ("received", *FATES, "returned", "due", "kept", "late")
"""Figures of debts that each open the debts behind them. Due ones are kept or late: closed too late, or not yet."""


class Messages(NamedTuple):
    """`fates` are those of the messages received in the span, as known now, so they add up to `received`.

    `due` are the promises whose time came in the span and is over, and `kept` are those of them that were kept.
    """

    received: int
    fates: dict[str, int]
    returned: int  # in the span, whenever they came in
    kept: int
    due: int

    @property
    def percent_kept(self) -> int | None:
        """Rounded down, so that 100 means every one; None when nothing was due."""
        return self.kept * 100 // self.due if self.due else None


def messages(
    debts: Iterable[CallbackFigures], starts_at: datetime, ends_at: datetime, now: datetime, zone: str
) -> Messages:
    """Of a span of instants, the end left out. `debts` are all that were open or came due at any moment of it."""
    counts = Counter(name for debt in debts for name in _counted_in(debt, starts_at, ends_at, now, zone))
    fates = {name: counts[name] for name in FATES}
    return Messages(counts["received"], fates, counts["returned"], counts["kept"], counts["due"])


def behind(
    figure: str, debts: Iterable[CallbackFigures], starts_at: datetime, ends_at: datetime, now: datetime, zone: str
) -> list[CallbackFigures]:
    """The debts that this one of `FIGURES` counts: as many as `messages` says of the same ones."""
    return [debt for debt in debts if figure in _counted_in(debt, starts_at, ends_at, now, zone)]


def _counted_in(debt: CallbackFigures, starts_at: datetime, ends_at: datetime, now: datetime, zone: str) -> list[str]:
    """The figures in which it counts."""
    names = []
    if starts_at <= debt.opened_at < ends_at and debt.reason in ARRIVALS:
        names += ["received", _fate(debt, zone)]
    if debt.state == "returned" and starts_at <= debt.closed_at < ends_at:
        names.append("returned")
    if debt.state != "waived" and _was_due(debt, starts_at, min(ends_at, now)):
        names += ["due", "kept" if _is_kept(debt) else "late"]
    return names


def _fate(debt: CallbackFigures, zone: str) -> str:
    if debt.state == "returned":
        return returned_within(debt, zone)
    return "waived" if debt.state == "waived" else "still_open"


def _was_due(debt: CallbackFigures, starts_at: datetime, ends_at: datetime) -> bool:
    return debt.due_at is not None and starts_at <= debt.due_at < ends_at


def _is_kept(debt: CallbackFigures) -> bool:
    return debt.state == "returned" and debt.closed_at <= debt.due_at

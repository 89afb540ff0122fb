"""The kinds of things worth remembering about a person, and which of them have a day or come again every year."""

from __future__ import annotations

import dataclasses
from datetime import date

NOTE, ASK_NEXT, OPENING = "note", "ask_next", "opening"


@dataclasses.dataclass(frozen=True, slots=True)
class FactKind:
    """`label` heads the fact on a page; `example` is what somebody might write.

    A dated kind is about a day, which may be left out; a yearly one is dated and comes again on that day each year.
    """

    name: str
    label: str
    example: str
    dated: bool = False
    yearly: bool = False


_ALL = (
    FactKind(NOTE, "Note", "Prefers a call in the morning"),
    FactKind(ASK_NEXT, "Ask next time", "How did the recital go?"),
    FactKind("child", "Children", "Her daughter starts college"),
    FactKind("house", "House", "They want to redo the kitchen"),
    FactKind("neighborhood", "Neighborhood", "A new school opens around the corner"),
    FactKind("work", "Work", "She changed jobs in spring"),
    FactKind("pet", "Pets", "The old beagle is called Biscuit"),
    FactKind("holiday", "Holidays", "They go to the lake in August"),
    FactKind("birthday", "Birthday", "Turns fifty", dated=True, yearly=True),
    FactKind("closing", "Closing", "12 Maple Street", dated=True, yearly=True),
    FactKind("loan_date", "Loan date", "Fixed rate ends", dated=True, yearly=True),
    FactKind("application", "Application", "Applied for a refinance", dated=True),
    FactKind(OPENING, "Opening", "May add a room: equity", dated=True),
)

KINDS: dict[str, FactKind] = {kind.name: kind for kind in _ALL}
"""By name, in the order in which they are offered."""


def kind_of(name: str) -> FactKind:
    """The kind of that name; an unknown one, such as that of an old import, behaves as a note with its own label."""
    return KINDS.get(name) or FactKind(name, name.replace("_", " ").capitalize() or "Note", "")


def month_day(kind: str, about_on: date | None) -> int | None:
    """100 x month + day of what comes again each year; None for what does not."""
    return about_on.month * 100 + about_on.day if about_on is not None and kind_of(kind).yearly else None

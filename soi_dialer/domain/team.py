"""A team's figures: of each member, in the middle, and in all."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

COLUMNS = (
    "talk_seconds", "self_reported_seconds", "conversations", "long_conversations", "calls", "voicemails_left",
    "received", "returned", "promises_due", "promises_kept",
)  # fmt: skip
"""What is counted of each member."""

PERCENT_KEPT = "percent_kept"
SORTED_BY = (*COLUMNS, PERCENT_KEPT)


class Member(NamedTuple):
    """One member's figures over a span. Talk is measured; what they say of calls made elsewhere stands apart."""

    agent_id: int
    name: str
    talk_seconds: int = 0
    self_reported_seconds: int = 0
    conversations: int = 0
    long_conversations: int = 0
    calls: int = 0
    voicemails_left: int = 0
    received: int = 0  # messages, missed calls and texts that came in
    returned: int = 0  # callbacks, whenever they were opened
    promises_due: int = 0
    promises_kept: int = 0
    has_left: bool = False

    @property
    def percent_kept(self) -> int | None:
        """Rounded down, so that 100 means every one; None when nothing was due."""
        return self.promises_kept * 100 // self.promises_due if self.promises_due else None


def ordered(members: Sequence[Member], column: str) -> list[Member]:
    """By name; or by one of `SORTED_BY`, the highest first, those alike by name, and who has none of it last."""
    by_name = sorted(members, key=lambda member: (member.name.casefold(), member.agent_id))
    if column not in SORTED_BY:
        return by_name
    return sorted(by_name, key=lambda member: -(-1 if getattr(member, column) is None else getattr(member, column)))


def medians(members: Sequence[Member]) -> dict[str, int]:
    """Of each of `SORTED_BY`, among those who work here now and have it: half have as much or more. What nobody has
    is left out."""
    here = [member for member in members if not member.has_left]
    of = {name: [n for member in here if (n := getattr(member, name)) is not None] for name in SORTED_BY}
    return {name: round(statistics.median(some)) for name, some in of.items() if some}


def sums(members: Sequence[Member]) -> dict[str, int]:
    """Of each of the `COLUMNS`, whoever has left included; and `percent_kept` of them all where anything was due."""
    total = {name: sum(getattr(member, name) for member in members) for name in COLUMNS}
    percent = Member(0, "", promises_due=total["promises_due"], promises_kept=total["promises_kept"]).percent_kept
    return total if percent is None else total | {PERCENT_KEPT: percent}

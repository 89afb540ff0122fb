"""A team's figures: of each member, in the middle, and in all."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

COLUMNS = (
    "talk_seconds", "self_reported_seconds", "conversations", "long_conversations", "calls", "voicemails_left",
    "returned",
)  # fmt: skip
"""What is shown of each member and may be sorted by."""


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
    returned: int = 0
    has_left: bool = False


def ordered(members: Sequence[Member], column: str) -> list[Member]:
    """By name; or by one of the `COLUMNS`, the highest first and those alike by name."""
    by_name = sorted(members, key=lambda member: (member.name.casefold(), member.agent_id))
    return sorted(by_name, key=lambda member: -getattr(member, column)) if column in COLUMNS else by_name


def medians(members: Sequence[Member]) -> dict[str, int]:
    """Of each of the `COLUMNS`, among those who work here now: half have as much or more. Nothing of nobody."""
    here = [member for member in members if not member.has_left]
    if not here:
        return {}
    return {name: round(statistics.median(getattr(member, name) for member in here)) for name in COLUMNS}


def sums(members: Sequence[Member]) -> dict[str, int]:
    """Of each of the `COLUMNS`, whoever has left included."""
    return {name: sum(getattr(member, name) for member in members) for name in COLUMNS}

"""A team's talk by week, beside that of the year before."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from soi_dialer.domain.span import Span


class TeamWeek(NamedTuple):
    """One week of a team, whoever has left included. Talk is measured."""

    week: Span
    talk_seconds: int
    people: int  # who talked
    median_seconds: int  # of these people; 0 of nobody
    year_before_seconds: int


def team_weeks(
    weeks: list[Span], now: Iterable[tuple[int, int]], year_before: Iterable[tuple[int, int]]
) -> list[TeamWeek]:
    """`now` and `year_before` have a number of the week, 0 being the first, and seconds of talk for each member's."""
    talked, before = _by_week(now), _by_week(year_before)
    return [
        TeamWeek(week, sum(talked[n]), len(talked[n]), _median(talked[n]), sum(before[n]))
        for n, week in enumerate(weeks)
    ]


def _by_week(talks: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    by_week: dict[int, list[int]] = defaultdict(list)
    for number, seconds in talks:
        if seconds:
            by_week[number].append(seconds)
    return by_week


def _median(seconds: list[int]) -> int:
    return round(statistics.median(seconds)) if seconds else 0

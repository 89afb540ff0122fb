"""After ten minutes of refused webhooks: how soon every gap is closed, and what that asks of the carrier."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bench import gaps_for_real
from bench.refused import REFUSED_FOR, RefusedOffice
from bench.table import Figure
from soi_dialer.flows.catch_up import catch_up

TICK = timedelta(seconds=30)
"""Two schedulers that look once a minute each, by turns."""

PATIENCE = timedelta(minutes=30)


def figures(scratch: Path, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Ten minutes in virtual time, and less than one in real time, with the real programs."""
    yield from in_virtual_time(scratch, tell)
    yield from gaps_for_real.figures(scratch, tell)


def in_virtual_time(scratch: Path, tell: Callable[[str], None]) -> Iterator[Figure]:
    """With schedulers that went on meanwhile, and with ones that were away as well.

    Each gap is counted from the end of its call, or from when the schedulers were back.
    """
    for words, goes_on in (("10 minutes of refused webhooks", True), ("10 minutes of everything down", False)):
        with contextlib.closing(RefusedOffice(scratch, seed=7 + goes_on)) as office:
            yield from _closing(office, words, goes_on, tell)


def _closing(office: RefusedOffice, words: str, goes_on: bool, tell: Callable[[str], None]) -> Iterator[Figure]:
    back_at = office.began_at + REFUSED_FOR
    closed = _closed_at(office, back_at, goes_on)
    could_begin_at = office.began_at if goes_on else back_at
    longest = max(closed[gap.sid] - max(gap.since, could_begin_at) for gap in office.gaps)
    count, asked = f"{len(office.gaps)} gaps", len(office.carrier.requests)
    tell(f"  {words}: {count}, each closed within {longest}, with {asked} requests")
    lasted = f"{_minutes(longest):.1f} min"
    yield Figure(f"Longest gap, {words}", count, lasted, _minutes(longest), 5, most=True, unit=" min")
    differ = office.too_many_or_few()
    yield Figure("calls and messages lost or doubled", count, f"{differ}", differ, 0, most=True)
    pages = office.carrier.most_pages_in_a_minute()
    yield Figure("list pages in any minute", f"{asked} requests in all", f"{pages}", pages, 1, most=True)


def _closed_at(office: RefusedOffice, back_at: datetime, goes_on: bool) -> dict[str, datetime]:
    """When each gap was found closed, looking after each sweep."""
    carrier, closed = office.carrier, {}
    while carrier.now < back_at or len(closed) < len(office.gaps):
        if carrier.now > back_at + PATIENCE:
            raise RuntimeError(f"{len(office.gaps) - len(closed)} gaps were not closed in {PATIENCE}")
        carrier.now += TICK
        if carrier.now < back_at:
            office.somebody_clicks()
        if goes_on or carrier.now > back_at:
            catch_up(office.dialer)
        closed |= dict.fromkeys(office.closed() - closed.keys(), carrier.now)
    return closed


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60

"""Whom to call today: a few past customers, chosen anew each day and the same all day long.

First come those whom the agent put off until now and, once, those left from the list before. Then everybody who is due
or has a day near, by how long they have waited against what is usual for them, with something on top for past
customers, for closeness, and for what is near. Waiting counts from the last talk or the last time on a list, so
somebody who never picks up does not keep the others from their turn. Where fewer are due than a day has places, those
come early who have waited for the greatest part of their days.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from soi_dialer.domain.cadence import counts_from

APART_DAYS = 7
"""Nobody is listed, or listed after a talk, sooner than that, but for what was left or put off."""

NEAR_DAYS = 14
PAST_CUSTOMER, EACH_RUNG, NEAR_DATE, OPENING = 0.5, 0.1, 1.0, 0.25

MOST_A_DAY = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Near:
    """A day of theirs that comes round: `kind` as of a fact, `on` its next return, `since` the day itself if known."""

    kind: str
    text: str
    on: date
    since: date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """One person who may be called. `touched_on` is the last touch of theirs or of somebody of their household,
    `own_touched_on` of theirs alone.

    `listed_on` is the last day on which one of the household was listed. `left_on` is the day of the list that they
    were left from, if they are to be carried; `put_off_on` the day until which they were put off, once it has come.
    `place` is the rung, 0 for the most distant.
    """

    contact_id: int
    days: int
    known_on: date
    touched_on: date | None = None
    own_touched_on: date | None = None
    household_id: int | None = None
    place: int = 0
    is_past_customer: bool = False
    near: tuple[Near, ...] = ()
    opening: str = ""
    listed_on: date | None = None
    left_on: date | None = None
    put_off_on: date | None = None

    @property
    def due_on(self) -> date:
        return self.counts_from + timedelta(days=self.days)

    @property
    def counts_from(self) -> date:
        """As `cadence.counts_from`."""
        return counts_from(self.touched_on, self.known_on, self.days, self.contact_id)

    @property
    def is_promised(self) -> bool:
        """Whether they come before everybody else."""
        return self.left_on is not None or self.put_off_on is not None

    @property
    def home(self) -> tuple[str, int]:
        return ("person", self.contact_id) if self.household_id is None else ("household", self.household_id)


def choose(
    candidates: Iterable[Candidate], on: date, places: int, *, taken: Iterable[tuple[str, int]] = ()
) -> list[Candidate]:
    """At most `places` people for that day, the first to call first; one of each household.

    `taken` are the homes of those who stand on the list already.
    """
    homes: dict[tuple[str, int], list[Candidate]] = {}
    for one in sorted((c for c in candidates if may_be_listed(c, on)), key=lambda c: _order(c, on)):
        homes.setdefault(one.home, []).append(one)
    beside = set(taken)
    free = [mates for home, mates in homes.items() if home not in beside]
    return [_whose_turn(mates, on) for mates in free[: max(places, 0)]]


def _whose_turn(mates: Sequence[Candidate], on: date) -> Candidate:
    """Of a household, in order: whom you have not talked with for the longest, at the days of the first of them.

    The first of them stays where there is a reason for this very person.
    """
    first = mates[0]
    if first.is_promised or first.near:
        return first
    longest = min(mates, key=lambda one: one.own_touched_on or date.min)
    other = dataclasses.replace(longest, days=min(longest.days, first.days))
    return first if is_early(other, on) and not is_early(first, on) else other


def may_be_listed(one: Candidate, on: date) -> bool:
    """Whether a week has passed since they were listed or talked with; what was put off or left is not bound by it."""
    talked_lately = one.touched_on is not None and (on - one.touched_on).days < APART_DAYS
    if one.is_promised:
        return one.put_off_on is not None or not talked_lately
    listed_lately = one.listed_on is not None and (on - one.listed_on).days < APART_DAYS
    return not (talked_lately or listed_lately)


def is_early(one: Candidate, on: date) -> bool:
    """Neither due nor with a day near, nor promised."""
    return one.due_on > on and not one.near and not one.is_promised


def score(one: Candidate, on: date) -> float:
    """How much it is their turn: what is added to the waiting is bounded, so whoever waits comes first one day."""
    near = max((1 - (day.on - on).days / (NEAR_DAYS + 1) for day in one.near), default=0.0)
    return waited(one, on) + _weight(one) + NEAR_DATE * near


def early_score(one: Candidate, on: date) -> float:
    """The same of those who come early: a part of what was waited, so that whoever was talked with lately stays low."""
    return waited(one, on) * (1 + _weight(one))


def _weight(one: Candidate) -> float:
    return PAST_CUSTOMER * one.is_past_customer + EACH_RUNG * one.place + OPENING * bool(one.opening)


def waited(one: Candidate, on: date) -> float:
    """Days since the last talk or place on a list, against the days that are usual: 1 when exactly those passed."""
    since = max(one.counts_from, one.listed_on or one.counts_from)
    return (on - since).days / one.days


def _order(one: Candidate, on: date) -> tuple:
    if one.is_promised:
        return 0, one.put_off_on is None, one.contact_id
    if is_early(one, on):
        return 2, -early_score(one, on), one.contact_id
    return 1, -score(one, on), one.contact_id


def next_return(month_day: int, on: date) -> date:
    """The first day from `on` that has this month and day; 29 February is kept on 1 March in other years."""
    month, day = divmod(month_day, 100)
    for year in (on.year, on.year + 1):
        if (month, day) == (2, 29) and not _is_leap(year):
            back = date(year, 3, 1)
        else:
            back = date(year, month, day)
        if back >= on:
            return back
    raise AssertionError("every day comes back within a year")


def near_month_days(on: date) -> Sequence[int]:
    """Months and days, as 100 x month + day, that come within two weeks."""
    days = [on + timedelta(days=ahead) for ahead in range(NEAR_DAYS + 1)]
    kept_a_day_later = [229 for day in days if (day.month, day.day) == (3, 1) and not _is_leap(day.year)]
    return [day.month * 100 + day.day for day in days] + kept_a_day_later


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

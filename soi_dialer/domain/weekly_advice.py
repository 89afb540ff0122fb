"""One sentence of what to do this week, from what the last one was. Whoever waits comes first, then the plan."""

from __future__ import annotations

import math
from typing import NamedTuple

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_USUAL_SECONDS = 600
"""How long a conversation is taken to be as long as there are too few to tell."""

_ENOUGH = 3
MOST_MORE = 5
"""More than so many more a day nobody makes from one week to the next."""

_NEAR_SECONDS = 15 * 60
"""Nobody is told to talk more for less than that."""


class LastWeek(NamedTuple):
    """What the advice depends on. Nothing is planned where `planned_seconds` is 0."""

    waiting: int  # people who wait for a call now
    calls: int
    conversations: int
    talk_seconds: int
    planned_seconds: int
    working_days: int  # in this week
    promises_broken: int
    customers_a_day: int


def advice(week: LastWeek) -> str:
    """One sentence, the most pressing thing."""
    if week.waiting:
        people, wait = ("person", "waits") if week.waiting == 1 else ("people", "wait")
        return f"{_number(week.waiting).capitalize()} {people} still {wait} for a call from you: call them first."
    if not week.calls:
        return f"Nobody was called last week: begin today with {_customers(week.customers_a_day)}."
    missing = week.planned_seconds - week.talk_seconds
    if missing >= _NEAR_SECONDS:
        more = _more_a_day(week, missing)
        if more > MOST_MORE:
            return f"You talked {in_hours(missing)} less than planned: begin with three more conversations a day."
        return (
            f"You talked {in_hours(missing)} less than planned: {_number(more)} more "
            f"{'conversation' if more == 1 else 'conversations'} a day {'closes' if more == 1 else 'close'} the gap."
        )
    if week.promises_broken:
        messages, were = ("message", "was") if week.promises_broken == 1 else ("messages", "were")
        count = _number(week.promises_broken).capitalize()
        return f"{count} {messages} {were} returned late or not at all: return each on the day on which it comes."
    if week.planned_seconds:
        return f"You kept to your plan: keep the pace, with {_customers(week.customers_a_day)} a day."
    return f"Call {_customers(week.customers_a_day)} a day, and ask what is new before anything else."


def _more_a_day(week: LastWeek, missing: int) -> int:
    usual = week.talk_seconds / week.conversations if week.conversations >= _ENOUGH else _USUAL_SECONDS
    return max(1, math.ceil(missing / max(usual, 60) / max(week.working_days, 1)))


def _customers(count: int) -> str:
    return f"{_number(count)} past {'customer' if count == 1 else 'customers'}" if count else "somebody whom you know"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def in_hours(seconds: int) -> str:
    """As "45 min", "1 h" or "2 h 10", in whole minutes as a clock shows them."""
    if 0 < seconds < 60:
        return "under a minute"
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"

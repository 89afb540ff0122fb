"""From an income to conversations: closings, applications, conversations a week and a day, each step by a number that
the agent can see and change.

A number comes from the first of these that there is: the agent's own word, what was measured of the agent over eight
weeks or more, and what is commonly assumed. Where it comes from is always said.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import NamedTuple

YOURS, MEASURED, COMMON = "yours", "measured", "common"

LEAST_WEEKS = 8
"""Before so many weeks of calls, ratios of one's own are mere chance."""

MOST_WEEKS = 52
"""What lies further back than a year says little about the present."""


class BadAssumption(ValueError):
    """Not a number that can stand in a plan. One line, for the person who typed it; `name` says which."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclasses.dataclass(frozen=True, slots=True)
class Assumption:
    """A number of the plan. `says` tells where the common one comes from, in words."""

    name: str
    label: str
    common: float
    least: float
    most: float
    says: str
    whole: bool = False  # a whole number


ASSUMPTIONS = (
    Assumption(
        "income_goal",
        "Income you want in a year",
        120_000,
        1,
        1_000_000_000,
        "an example from a loan officer's business plan; put in your own",
        whole=True,
    ),
    Assumption(
        "income_per_closing",
        "Income from a closing",
        2_000,
        1,
        100_000_000,
        "the same example: 120,000 a year from 60 loans",
        whole=True,
    ),
    Assumption(
        "applications_per_closing",
        "Applications for a closing",
        1.8,
        1,
        100,
        "loan officers plan with 55 closings of 100 applications",
    ),
    Assumption(
        "conversations_per_application",
        "Conversations for an application",
        33,
        1,
        10_000,
        "coaches say that ten conversations bring a referral and six referrals a closing: 60 conversations, "
        "and at 1.8 applications for a closing 33 for each",
    ),
    Assumption(
        "minutes_per_conversation",
        "Minutes in a conversation",
        7.5,
        0.5,
        240,
        "loan officers who call for an hour each morning plan eight calls of seven and a half minutes",
    ),
    Assumption("weeks_per_year", "Weeks in which you work", 48, 1, 52, "a year less four weeks off", whole=True),
    Assumption("days_per_week", "Days of a week on which you call", 5, 1, 7, "Monday to Friday", whole=True),
)

BY_NAME = {one.name: one for one in ASSUMPTIONS}


class Measured(NamedTuple):
    """What an agent did in so many whole weeks up to now. Talk is measured talk, and of measured conversations."""

    weeks: int = 0
    conversations: int = 0
    measured_conversations: int = 0
    talk_seconds: int = 0
    applications: int = 0
    closings: int = 0


class Known(NamedTuple):
    """A number of the plan, whose it is (`YOURS`, `MEASURED` or `COMMON`), and that in words."""

    value: float
    source: str
    says: str


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What the numbers come to, unrounded. `known` has every assumption by name."""

    known: Mapping[str, Known]

    def value(self, name: str) -> float:
        return self.known[name].value

    @property
    def closings_a_year(self) -> float:
        return self.value("income_goal") / self.value("income_per_closing")

    @property
    def applications_a_year(self) -> float:
        return self.closings_a_year * self.value("applications_per_closing")

    @property
    def conversations_a_year(self) -> float:
        return self.applications_a_year * self.value("conversations_per_application")

    @property
    def conversations_a_week(self) -> float:
        """Of a week in which the agent works."""
        return self.conversations_a_year / self.value("weeks_per_year")

    @property
    def conversations_a_day(self) -> float:
        return self.conversations_a_week / self.value("days_per_week")

    @property
    def talk_seconds_a_week(self) -> int:
        return round(self.conversations_a_week * self.value("minutes_per_conversation") * 60)

    @property
    def talk_seconds_a_day(self) -> int:
        return round(self.conversations_a_day * self.value("minutes_per_conversation") * 60)

    def conversations_in(self, working_days: int) -> int:
        """How many so many days ask for."""
        return needed(self.conversations_a_day * working_days)


def needed(number: float) -> int:
    """The whole number that reaches it: nobody has half a conversation."""
    return math.ceil(round(number, 6))


def make_plan(pinned: Mapping[str, float], measured: Measured, working_days: int = 5) -> Plan:
    """The plan of somebody who pinned these numbers; `working_days` are those of their working hours."""
    ratios = _ratios(measured)
    known = {}
    for one in ASSUMPTIONS:
        if one.name in pinned:
            known[one.name] = Known(pinned[one.name], YOURS, "your own number")
        elif one.name in ratios:
            value = min(max(ratios[one.name], one.least), one.most)
            known[one.name] = Known(value, MEASURED, f"yours, measured over {measured.weeks} weeks")
        elif one.name == "days_per_week":
            known[one.name] = Known(working_days, COMMON, "the days of your working hours")
        else:
            known[one.name] = Known(one.common, COMMON, f"a common assumption: {one.says}")
    return Plan(known)


def _ratios(measured: Measured) -> dict[str, float]:
    """The agent's own, as far as there is anything to divide by."""
    if measured.weeks < LEAST_WEEKS:
        return {}
    pairs = {
        "applications_per_closing": (measured.applications, measured.closings),
        "conversations_per_application": (measured.conversations, measured.applications),
        "minutes_per_conversation": (measured.talk_seconds / 60, measured.measured_conversations),
    }
    return {name: of / by for name, (of, by) in pairs.items() if of and by}


def read_pinned(typed: Mapping[str, str]) -> dict[str, float]:
    """The numbers that somebody typed; what is empty is not pinned. Names that are no assumption are passed over.

    Raises:
        BadAssumption: for the first that is no number within its limits.
    """
    return {one.name: _number(one, typed[one.name]) for one in ASSUMPTIONS if typed.get(one.name, "").strip()}


def _number(one: Assumption, text: str) -> float:
    plain = text.strip().replace(",", "").replace(" ", "").removeprefix("$")
    limits = f"{one.least:,g} to {one.most:,.0f}"
    if not (0 < len(plain) <= 20 and plain.isascii() and plain.replace(".", "", 1).isdigit()):
        raise BadAssumption(one.name, f"{one.label}: write a number from {limits}.")
    value = float(plain)
    if one.whole and value != int(value):
        raise BadAssumption(one.name, f"{one.label}: write a whole number.")
    if not one.least <= value <= one.most:
        raise BadAssumption(one.name, f"{one.label}: write a number from {limits}.")
    return int(value) if one.whole else value

"""When an agent works: the week's hours, less the holidays of their country or state, less a leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from soi_dialer.domain.wall_clock import local_date, zone_named
from soi_dialer.domain.working_hours import WorkingHours


def hours_of(agent: Mapping[str, Any]) -> WorkingHours:
    """The hours in which this agent's debts are counted. A leave does not stop them: somebody stands in."""
    hours = _parsed(agent["working_hours"], agent["time_zone"])
    return hours.without(is_holiday(agent["holidays"])) if agent["holidays"] else hours


def presence_of(agent: Mapping[str, Any]) -> WorkingHours:
    """The hours in which this very agent can be told something: not during a leave that has an end."""
    hours = hours_of(agent)
    if agent["leave_from_on"] is None or agent["leave_until_on"] is None:
        return hours
    return hours.without(lambda on: agent["leave_from_on"] <= on <= agent["leave_until_on"])


def is_on_leave(agent: Mapping[str, Any], now: datetime) -> bool:
    """By the date where the agent is; a leave without a last day lasts until further notice."""
    if agent["leave_from_on"] is None:
        return False
    on = local_date(now, zone_named(agent["time_zone"]))
    return agent["leave_from_on"] <= on and (agent["leave_until_on"] is None or on <= agent["leave_until_on"])


_parsed = lru_cache(maxsize=1000)(WorkingHours.parse)
"""Every sweep asks for the hours of every agent, and they seldom change."""


@cache
def is_holiday(code: str) -> Callable[[date], bool]:
    """Whether a date is a public holiday there; `code` is a country or a state, such as US or US-CA.

    Raises:
        ValueError: there is no such country or state.
    """
    import holidays  # some 50 ms, and most agents have none set

    country, _, state = code.partition("-")
    try:
        calendar = holidays.country_holidays(country, subdiv=state or None)
    except NotImplementedError:
        raise ValueError(f'There are no holidays for "{code}"; write it like US or US-CA.') from None
    return calendar.__contains__

"""The fields that say when something is due: a few buttons, or a date and a time by the agent's own clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.office_hours import hours_of

FURTHEST = timedelta(days=366 * 2)

CHOICES = {"hour": "In an hour", "tomorrow": "Tomorrow", "days": "In 3 days"}


def read(form: Mapping[str, str], agent: Any, now: datetime) -> datetime:
    """The instant that was chosen, aware UTC.

    Raises:
        BadValue: for a time in the past, too far away, or that the agent's clocks never show.
    """
    choice = form.get("when", "")
    if choice in CHOICES:
        return suggestions(agent, now)[choice]
    due_at = _picked(form.get("due_on", ""), form.get("due_time", ""), ZoneInfo(agent["time_zone"]))
    if due_at <= now:
        raise BadValue("That time has passed. Please pick a later one.", field="due_on")
    if due_at > now + FURTHEST:
        raise BadValue("That is more than two years away. Please pick an earlier day.", field="due_on")
    return due_at


def suggestions(agent: Any, now: datetime) -> dict[str, datetime]:
    """What each button means now; mornings are the agent's first working hour."""
    zone = ZoneInfo(agent["time_zone"])
    tomorrow, days = _mornings(agent["working_hours"], zone.key, agent["holidays"], now.astimezone(zone).date())
    return {"hour": now + timedelta(hours=1), "tomorrow": tomorrow, "days": days}


@lru_cache(maxsize=1024)
def _mornings(working_hours: str, zone: str, holidays: str, today: date) -> tuple[datetime, datetime]:
    """The same all day long; most pages show them and few use them."""
    hours = hours_of({"working_hours": working_hours, "time_zone": zone, "holidays": holidays})
    midnight = datetime.combine(today, time(0), ZoneInfo(zone))
    third_day = datetime.combine(today + timedelta(days=3), time(0), ZoneInfo(zone))
    return hours.tomorrow_morning(midnight), hours.next_opening(third_day)


def _picked(day: str, clock: str, zone: ZoneInfo) -> datetime:
    try:
        on, at = date.fromisoformat(day.strip()), time.fromisoformat(clock.strip() or "09:00")
        if at.tzinfo or not 2000 <= on.year <= 2200:
            raise ValueError(clock)
    except ValueError:
        raise BadValue("Please pick a day and a time.", field="due_on") from None
    due_at = datetime.combine(on, at, zone).astimezone(ZoneInfo("UTC"))
    if due_at.astimezone(zone).replace(tzinfo=None) != datetime.combine(on, at):
        raise BadValue("The clocks skip that hour on that day. Please pick another time.", field="due_time")
    return due_at

"""What comes next after a call: a few days from now, a day that is picked, or nothing but the cadence."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from soi_dialer.domain.working_hours import WorkingHours

DAYS = {"day": 1, "days": 3, "week": 7}
"""The steps that are so many days from today."""

STEPS = ("cadence", *DAYS, "pick", "none")


def due_at(step: str, today: date, hours: WorkingHours) -> datetime | None:
    """The first working instant of that day or after it, aware UTC; None for a step without a day of its own."""
    if step not in DAYS:
        return None
    return hours.next_opening(datetime.combine(today + timedelta(days=DAYS[step]), time(0), hours.zone))

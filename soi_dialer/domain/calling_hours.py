"""When a contact's phone may ring: only inside the hours in every zone where the contact may be.

A number is a weak sign of where somebody is (people keep it when they move), so one zone that forbids is enough.
The person's own statement comes first; 47 CFR 64.1200(c)(1) allows 8 to 21 o'clock where the called person is, some
states less.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from soi_dialer.domain import phone, wall_clock

_FORM = re.compile(r"\s*([\d:]+)\s*(?:-|\u2013|to)\s*([\d:]+)\s*")


class BadHours(ValueError):
    """The setting is not a span of hours. One line, for the person who wrote it."""


class OutsideHours(Exception):
    """Not now. `reason` is a sentence; `opens_at` the first allowed instant, or None when zones have no common hour."""

    def __init__(self, reason: str, opens_at: datetime | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.opens_at = opens_at


@dataclasses.dataclass(frozen=True, slots=True)
class CallingHours:
    """A span of each day in minutes after midnight, the start included and the end not."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> CallingHours:
        """From "08:00-20:00". Raises `BadHours`."""
        match = _FORM.fullmatch(text)
        start, end = (wall_clock.minutes_of(part) for part in match.groups()) if match else (None, None)
        if start is None or end is None or start >= end:
            raise BadHours("Calling hours are written like 08:00-20:00, the earlier time first.")
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.opening}-{self.closing}"

    @property
    def opening(self) -> str:
        """ "08:00", for sentences."""
        return wall_clock.clock_text(self.start)

    @property
    def closing(self) -> str:
        """ "20:00", for sentences."""
        return wall_clock.clock_text(self.end)

    def allow(self, instant: datetime, zone: ZoneInfo) -> bool:
        """Whether the clocks of that zone show a time inside the hours."""
        shown = wall_clock.local(instant, zone)
        return self.start <= shown.hour * 60 + shown.minute < self.end


def zones_for(stated: str | None, e164: str | None, agent_zone: str) -> tuple[str, ...]:
    """Where the contact may be: what they said, else what their number allows, else where the agent is."""
    if stated:
        return (stated,)
    return (phone.possible_zones(e164) if e164 else ()) or (agent_zone,)


def check(now: datetime, zones: Sequence[str], hours: CallingHours) -> None:
    """Return when every one of `zones` allows a call at `now`; raise `OutsideHours` otherwise.

    Raises `wall_clock.BadZone` for a name that is no zone and ValueError for no zone at all: unsure is not allowed.
    """
    if not zones:
        raise ValueError("calling hours need at least one time zone")
    named = [wall_clock.zone_named(name) for name in zones]
    for zone in named:
        if not hours.allow(now, zone):
            raise OutsideHours(_reason(now, zone, hours), _opens_at(now, named, hours))


def _reason(now: datetime, zone: ZoneInfo, hours: CallingHours) -> str:
    place = zone.key.rpartition("/")[2].replace("_", " ")
    shown = f"{now.astimezone(zone):%H:%M}"
    return f"It is {shown} in {place}, where calls are allowed from {hours.opening} to {hours.closing}."


def _opens_at(now: datetime, zones: list[ZoneInfo], hours: CallingHours) -> datetime | None:
    """All zones are open first at the start of one of them, within two days unless they have no common hour."""
    starts = {
        wall_clock.first_at_or_after(wall_clock.local_date(now, zone) + timedelta(days=ahead), hours.start, zone)
        for zone in zones
        for ahead in range(4)
    }
    common = (at for at in starts if at > now and all(hours.allow(at, zone) for zone in zones))
    return min(common, default=None)

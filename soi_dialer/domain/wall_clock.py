"""Between what clocks on the wall show and instants. Days have 23, 24 or 25 hours, and some have no midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTES_PER_DAY = 24 * 60


class BadZone(ValueError):
    """Not the name of a time zone, such as America/New_York."""


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name. Raises `BadZone` with one line."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, a folder of names
        raise BadZone("That is not a time zone; use a name such as America/New_York.") from None


def as_written(on: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant a person means by a date and a time of day, for appointments and reminders.

    A time that occurs twice means the first; one that is skipped moves on by the skipped hour (02:30 becomes 03:30).
    """
    return datetime.combine(on, wall.replace(tzinfo=None, fold=0), zone).astimezone(UTC)


@lru_cache(maxsize=10_000)
def first_at_or_after(on: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first instant whose clocks show `minute` minutes after midnight of that date, or later.

    For borders: the day begins at its first existing instant. `minute` is 0 to 1440; 1440 is the next midnight.
    """
    target = datetime.combine(on, time.min) + timedelta(minutes=minute)
    early, late = sorted(target.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _shows(early, zone) >= target:
        return early
    # The time is skipped. Clocks show less than it just after `early` and more at `late`: halve until the jump.
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if _shows(middle, zone) >= target:
            late = middle
        else:
            early = middle
    return late


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The date on the wall at that instant. Raises ValueError for a naive one."""
    return local(instant, zone).date()


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant in that zone. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone, got the naive {instant!r}")
    return instant.astimezone(zone)


def minutes_of(text: str) -> int | None:
    """Minutes after midnight of "08:00", "8:00" or "24:00"; None when it is not a time of day."""
    hours, colon, minutes = text.strip().partition(":")
    if not (colon and 1 <= len(hours) <= 2 and len(minutes) == 2 and (hours + minutes).isascii()):
        return None
    if not (hours + minutes).isdigit() or int(minutes) > 59:
        return None
    total = int(hours) * 60 + int(minutes)
    return total if total <= MINUTES_PER_DAY else None


def clock_text(minute: int) -> str:
    """ "08:00" of 480."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _shows(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)

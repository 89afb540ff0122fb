"""The simulator's only clock, and the time of one call, which may run faster than ours."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


_days_ahead = 0


def run_ahead(days: int) -> None:
    """Let it be so many days later in this whole process, as with whom the phone company works."""
    global _days_ahead
    _days_ahead = days


def now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC) + timedelta(days=_days_ahead)


def monotonic() -> float:
    """Seconds for measuring a wait; never for telling the time."""
    return time.monotonic()


class CallClock:
    """The time in which one call lives: it starts at the wall clock and may be run faster, set forward or set back.

    All legs of one conversation share it, so that their time stamps and durations agree with each other.
    """

    def __init__(self, start_at: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._base_at = start_at or now()
        self._mark = monotonic()
        self._rate = 1.0

    def now(self) -> datetime:
        """The call's own instant, aware UTC."""
        with self._lock:
            return self._read()

    def run_at(self, rate: float) -> None:
        """Let `rate` seconds of the call pass in each real second from now on."""
        with self._lock:
            self._base_at = self._read()
            self._mark = monotonic()
            self._rate = rate

    def set(self, at: datetime) -> None:
        """Put the hands where the caller knows them to be."""
        with self._lock:
            self._base_at = at
            self._mark = monotonic()

    def _read(self) -> datetime:
        return self._base_at + timedelta(seconds=(monotonic() - self._mark) * self._rate)

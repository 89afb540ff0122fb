"""The only place where the time is read. Everything else takes a `Clock` or a `now`."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC)


def ahead(days: int) -> Clock:
    """A clock that is so many days ahead, to practise what the days bring; 0 is the real one."""
    return (lambda: now() + timedelta(days=days)) if days else now


def monotonic() -> float:
    """Seconds for measuring a wait; never for telling the time."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait. Only where a person waits anyway."""
    time.sleep(seconds)

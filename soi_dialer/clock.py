"""The only place where the time is read. Everything else takes a `Clock` or a `now`."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds for measuring a wait; never for telling the time."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait. Only where a person waits anyway."""
    time.sleep(seconds)

"""Is this installation well? Read by /healthz and by the banner on the pages."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from soi_dialer.dialer import Dialer
from soi_dialer.store import health, heartbeats

MISSED_BEATS = 3

NOT_STARTED = "The scheduler has not started yet."
STOPPED = "The scheduler has stopped: messages are still taken, but nothing is fetched or reminded."


@dataclasses.dataclass(frozen=True, slots=True)
class Health:
    """`problems` are sentences for a person. `is_well` is about web, database and scheduler, not about single rows.

    The instants tell how far behind the work is; None where there is nothing or nothing is known.
    """

    problems: tuple[str, ...]
    is_well: bool
    oldest_unreturned_at: datetime | None = None
    oldest_unclaimed_at: datetime | None = None
    last_sweep_at: datetime | None = None
    last_reconcile_at: datetime | None = None
    last_webhook_at: datetime | None = None
    set_aside: int = 0


def check_health(dialer: Dialer) -> Health:
    """Whether the database answers, the scheduler is alive, and what lies behind."""
    now = dialer.clock()
    try:
        with dialer.db.read() as connection:
            found = _look(connection, now)
    except SQLAlchemyError:
        return Health(("The database does not answer.",), is_well=False)
    stopped = scheduler_problem(dialer.settings, found["last_sweep_at"], now)
    left = _set_aside_words(found["set_aside"])
    return Health(tuple(filter(None, (stopped, left))), is_well=stopped is None, **found)


def scheduler_problem(settings: Any, last_sweep_at: datetime | None, now: datetime) -> str | None:
    """What to tell people when the scheduler's heart does not beat; None when it does."""
    if last_sweep_at is None:
        return NOT_STARTED
    allowed = max(timedelta(seconds=settings.sweep_seconds), heartbeats.BEAT_EVERY) * MISSED_BEATS
    return STOPPED if now - last_sweep_at > allowed else None


def _look(connection: Connection, now: datetime) -> dict[str, Any]:
    return {
        "oldest_unreturned_at": health.oldest_unreturned(connection),
        "oldest_unclaimed_at": health.oldest_unclaimed(connection, now),
        "last_sweep_at": heartbeats.last_beat(connection, "sweep"),
        "last_reconcile_at": heartbeats.last_beat(connection, "reconcile"),
        "last_webhook_at": health.last_webhook(connection),
        "set_aside": health.count_set_aside(connection),
    }


def _set_aside_words(count: int) -> str | None:
    if not count:
        return None
    what = "1 callback is" if count == 1 else f"{count} callbacks are"
    return f"{what} set aside because reminding failed; the callbacks page shows which."

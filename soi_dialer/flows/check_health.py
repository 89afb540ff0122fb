"""Is this installation well? Read by /healthz and by the banner on the pages."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from soi_dialer.dialer import Dialer
from soi_dialer.store import heartbeats

MISSED_BEATS = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Health:
    """`problems` are sentences for a person; empty means well."""

    problems: tuple[str, ...]
    last_sweep_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        return not self.problems


def check_health(dialer: Dialer) -> Health:
    """Whether the database answers and the scheduler is alive."""
    now = dialer.clock()
    try:
        with dialer.db.read() as connection:
            beat = heartbeats.last_beat(connection, "sweep")
    except SQLAlchemyError:
        return Health(("The database does not answer.",))
    if beat is None:
        return Health(("The scheduler has not started yet.",))
    allowed = max(timedelta(seconds=dialer.settings.sweep_seconds), heartbeats.BEAT_EVERY) * MISSED_BEATS
    if now - beat > allowed:
        stopped = "The scheduler has stopped: messages are still taken, but nothing is fetched or reminded."
        return Health((stopped,), beat)
    return Health((), beat)

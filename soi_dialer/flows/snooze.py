"""Put off: the debt and its due time stay as they are, and the agent is not reminded before then."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain.callback import Event
from soi_dialer.flows.keep_callback import check_due, happen
from soi_dialer.store.scope import Scope


def snooze(dialer: Dialer, scope: Scope, callback_id: int, until: datetime) -> RowMapping:
    """No reminder of this callback before `until`; a new message of the contact ends that.

    Raises:
        NotFound, BadValue, Conflict: nothing was changed.
    """
    now = dialer.clock()
    check_due(until, now)
    return happen(dialer, scope, callback_id, Event("snoozed", now, due_at=until))

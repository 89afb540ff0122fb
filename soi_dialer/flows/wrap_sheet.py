"""The sheet after a call: how it went, a line of notes, what comes next; kept by one press, all of it or nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.flows.errors import NotAllowed, NotFound
from soi_dialer.flows.follow_up import follow_up
from soi_dialer.flows.guide import Said, write_in
from soi_dialer.store import calls, contacts
from soi_dialer.store.scope import Scope


def wrap_sheet(
    dialer: Dialer,
    scope: Scope,
    call_id: int,
    said: Said,
    *,
    due_at: datetime | None = None,
    version: int | None = None,
) -> RowMapping:
    """Answer the sheet; returns the call. It may be answered again: the follow-up is moved then, never doubled.

    Args:
        due_at: when to come back to them; None leaves it to their cadence.

    Raises:
        NotFound, BadValue, NotAllowed, Conflict: nothing was changed.
    """
    with dialer.db.write() as connection:
        row, now = calls.get(connection, scope, call_id), dialer.clock()
        if row is None:
            raise NotFound("There is no such call.")
        if row["state"] != "ended":
            raise NotAllowed("The call is not over yet. Its sheet comes when it is.")
        row = write_in(connection, dialer, scope, call_id, said, version)
        if due_at is not None:
            if row["contact_id"] is None or contacts.get(connection, scope, row["contact_id"]) is None:
                raise NotAllowed("Nobody is known for this call, so there is nobody to come back to.")
            follow_up(connection, scope, row["contact_id"], due_at, now)
        calls.change(connection, call_id, wrapped_at=row["wrapped_at"] or now)
        return calls.get(connection, scope, call_id)

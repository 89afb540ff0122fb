"""Giving up a call, at every moment: the wish is committed first, so that it holds even before the carrier answered."""

from __future__ import annotations

from sqlalchemy import RowMapping

from soi_dialer.carrier.errors import CarrierError
from soi_dialer.dialer import Dialer
from soi_dialer.flows.errors import NotFound
from soi_dialer.flows.follow_call import FETCHED, News
from soi_dialer.flows.following import follower
from soi_dialer.store import calls
from soi_dialer.store.scope import Scope


def cancel_call(dialer: Dialer, scope: Scope, call_id: int) -> RowMapping:
    """Hang up whatever the call is doing; an ended call stays as it is.

    When the carrier cannot be reached now, the wish stays written: key 1 no longer connects, and `failure` says so.

    Raises:
        NotFound: there is no such call.
    """
    with dialer.db.write() as connection:
        row = calls.get(connection, scope, call_id)
        if row is None:
            raise NotFound("There is no such call.")
        if row["state"] != "ended" and row["cancel_requested_at"] is None:
            follower(dialer).rederive(connection, row, dialer.clock(), cancel_requested_at=dialer.clock())
    hang_up_if_canceled(dialer, scope, call_id)
    with dialer.db.read() as connection:
        return calls.get(connection, scope, call_id)


def hang_up_if_canceled(dialer: Dialer, scope: Scope, call_id: int) -> None:
    """Ask the carrier to end the first leg of a call that its agent gave up. The other leg falls with it."""
    with dialer.db.read() as connection:
        row = calls.get(connection, scope, call_id)
    sid = row["agent_sid"] if row["direction"] == "outbound" else row["contact_sid"]
    if row["state"] == "ended" or row["cancel_requested_at"] is None or sid is None:
        return
    try:
        report = dialer.carrier.hang_up(sid)
    except CarrierError as error:
        with dialer.db.write() as connection:
            calls.change(connection, call_id, failure=f"{error.reason} The phone may still ring; just do not press 1.")
        return
    if report is not None and report.status in ("completed", "canceled", "busy", "failed", "no_answer"):
        leg = "agent" if row["direction"] == "outbound" else "contact"
        with dialer.db.write() as connection:
            news = News(row["ref"], report.as_fact(leg), dialer.clock(), FETCHED)
            follower(dialer).follow(connection, [news])

"""Ways out of a debt besides a call through us: a talk on the agent's own phone, a person who wants no calls."""

from __future__ import annotations

from sqlalchemy import RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.flows import log_call
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.keep_contact import set_do_not_call
from soi_dialer.store import callbacks, contacts
from soi_dialer.store.scope import Scope

REFUSED = "Asked not to be called."


def talked_elsewhere(
    dialer: Dialer,
    scope: Scope,
    callback_id: int,
    *,
    direction: str = "outbound",
    minutes: int | None = None,
    note: str = "",
) -> RowMapping:
    """The agent's word, which nobody measured: a self-reported call is logged, and the callback is returned by it.

    Raises:
        NotFound, BadValue, Conflict: nothing was changed.
    """
    now = dialer.clock()
    word = log_call.said(direction, "connected", minutes, now, now)
    with dialer.db.write() as connection:
        row = callbacks.get(connection, scope, callback_id)
        if row is None:
            raise NotFound("There is no such callback.")
        if row["contact_id"] is not None:
            contacts.hold(connection, scope, row["contact_id"])
        row = callbacks.lock(connection, callback_id)
        if row["state"] != "open":
            raise Conflict(f"This callback is {row['state']} already.")
        about = {"contact_id": row["contact_id"], "contact_number": row["contact_number"]}
        log_call.keep(dialer, connection, scope, direction, word, callback_id=callback_id, note=note, **about)
        return callbacks.get(connection, scope, callback_id)


def stop_calling(dialer: Dialer, scope: Scope, callback_id: int) -> RowMapping:
    """They said that they want no calls: do-not-call for the whole office, and the debt is over if it was open.

    A callback that is closed already stays as it was closed; the wish holds all the same.

    Raises:
        NotFound, BadValue: nothing was changed.
    """
    with dialer.db.read() as connection:
        row = callbacks.get(connection, scope, callback_id)
    if row is None:
        raise NotFound("There is no such callback.")
    if row["contact_id"] is None:
        raise BadValue("The caller hid their number, so there is nobody to keep from being called.", "do")
    set_do_not_call(dialer, scope, row["contact_id"], True, REFUSED)
    try:
        return waive(dialer, scope, callback_id, REFUSED)
    except Conflict:
        with dialer.db.read() as connection:
            return callbacks.get(connection, scope, callback_id)

"""Ways out of a debt besides a call through us: a talk on the agent's own phone, a person who wants no calls."""

from __future__ import annotations

from sqlalchemy import RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.keep_contact import set_do_not_call
from soi_dialer.store import callbacks
from soi_dialer.store.scope import Scope

TALKED = "Talked on my own phone (self-reported)."
REFUSED = "Asked not to be called."


def talked_elsewhere(dialer: Dialer, scope: Scope, callback_id: int) -> RowMapping:
    """The agent's word, which nobody measured: the debt is waived with that reason, and no talk time is counted.

    Raises:
        NotFound, Conflict: nothing was changed.
    """
    return waive(dialer, scope, callback_id, TALKED)


def stop_calling(dialer: Dialer, scope: Scope, callback_id: int) -> RowMapping:
    """They said that they want no calls: do-not-call for the whole office, and the debt is over.

    Raises:
        NotFound, BadValue, Conflict: the debt was not changed.
    """
    with dialer.db.read() as connection:
        row = callbacks.get(connection, scope, callback_id)
    if row is None:
        raise NotFound("There is no such callback.")
    if row["contact_id"] is None:
        raise BadValue("The caller hid their number, so there is nobody to keep from being called.", "do")
    set_do_not_call(dialer, scope, row["contact_id"], True, REFUSED)
    return waive(dialer, scope, callback_id, REFUSED)

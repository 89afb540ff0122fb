"""The agent's own word on a call, from the page or the API: what came of it, and a note."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.domain.call import DISPOSITIONS
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed, NotFound
from soi_dialer.flows.following import follower
from soi_dialer.store import calls
from soi_dialer.store.scope import Scope


def settle_call(
    dialer: Dialer,
    scope: Scope,
    call_id: int,
    *,
    outcome: str | None = None,
    note: str | None = None,
    version: int | None = None,
) -> RowMapping:
    """Keep the agent's word; None leaves a thing as it is. The measured outcome is kept beside it.

    Args:
        version: the call's version that the agent saw; a change since then is a conflict when a note is replaced.

    Raises:
        NotFound, BadValue, NotAllowed, Conflict: nothing was changed.
    """
    with dialer.db.write() as connection:
        return settle_in(connection, dialer, scope, call_id, outcome, note, version)


def settle_in(
    connection: Connection,
    dialer: Dialer,
    scope: Scope,
    call_id: int,
    outcome: str | None,
    note: str | None,
    version: int | None,
) -> RowMapping:
    """As `settle_call`, inside a transaction that does more than that."""
    row = calls.get(connection, scope, call_id)
    if row is None:
        raise NotFound("There is no such call.")
    if note is not None and version is not None and version != row["version"] and note != row["note"]:
        raise Conflict("The note was changed elsewhere meanwhile. Read it, then save yours again.")
    changes = _changes(row, outcome, note)
    if changes:
        follower(dialer).rederive(connection, row, dialer.clock(), **changes)
    return calls.get(connection, scope, call_id)


def _changes(row: RowMapping, outcome: str | None, note: str | None) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if note is not None:
        try:
            changes["note"] = names.clean_note(note)
        except names.BadNote as error:
            raise BadValue(str(error), "note") from None
    if outcome is None:
        return changes
    allowed = DISPOSITIONS[row["direction"]]
    if outcome not in allowed:
        raise BadValue(f"The outcome of this call can be {', '.join(allowed)}.", "outcome")
    if row["measured_outcome"] is None and not row["self_reported"]:
        raise NotAllowed("The call is not over yet. Say how it went when it is.")
    return changes | {"disposition": outcome}

"""An address book from upload to undo, as the agent steers it. The work itself is in `import_work.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.domain.address_book import BadFile, Layout, layout_of
from soi_dialer.domain.address_book_columns import MEANINGS
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.import_work import work_on
from soi_dialer.store import imports
from soi_dialer.store.scope import Scope

AT_ONCE_ROWS = 2000
"""So many rows are rehearsed while the browser waits; more of them by the scheduler."""

KEPT_UNDECIDED = timedelta(days=30)
"""A file that was only looked at is forgotten at the next import after that."""

FILE_NAME_LIMIT = 200
_UNDOABLE = ("done", "failed")
_NOT_BEGUN = ("chosen", "rehearsed", "rehearsing")


def receive(dialer: Dialer, scope: Scope, data: bytes, file_name: str, *, state: str = "chosen") -> int:
    """Keep a file that was chosen; returns the batch's id. Nothing of it is a contact yet.

    Raises `BadValue` when it is no address book, with what it is instead and what to do.
    """
    layout = _layout(data)
    name = names.visible_line(file_name.replace("\\", "/").rpartition("/")[2], FILE_NAME_LIMIT) or "address book"
    values = {"file_name": name, "content": data, "state": state, "total": layout.rows}
    with dialer.db.write() as conn:
        imports.forget_stale(conn, scope, ("chosen", "rehearsed"), dialer.clock() - KEPT_UNDECIDED)
        return imports.add(conn, scope, dialer.clock(), **values)


def layout(dialer: Dialer, scope: Scope, batch_id: int) -> Layout:
    """The columns of a file that is not taken in yet, with examples."""
    find(dialer, scope, batch_id)
    with dialer.db.read() as conn:
        return _layout(imports.content(conn, batch_id))


def _layout(data: bytes) -> Layout:
    try:
        return layout_of(data)
    except BadFile as refusal:
        raise BadValue(str(refusal), field="file") from None


def find(dialer: Dialer, scope: Scope, batch_id: int) -> Any:
    with dialer.db.read() as conn:
        batch = imports.get(conn, scope, batch_id)
    if batch is None:
        raise NotFound("There is no such import.")
    return batch


def rehearse(dialer: Dialer, scope: Scope, batch_id: int, meanings: Sequence[str] | None = None) -> None:
    """Find out what will happen to each row, with the columns as the agent says; at once when the file is small.

    Raises `BadValue` when no column is said to hold numbers.
    """
    batch = find(dialer, scope, batch_id)
    if meanings is not None:
        if any(word not in MEANINGS for word in meanings):
            raise BadValue("Choose what each column is from the list.", field="columns")
        if "phone" not in meanings:
            raise BadValue("Say which column holds the phone numbers.", field="columns")
    columns = list(meanings) if meanings is not None else None
    _move(dialer, scope, batch_id, _NOT_BEGUN, "rehearsing", columns=columns, done=0)
    if batch["total"] <= AT_ONCE_ROWS:
        work_on(dialer, batch_id, pause=0)


def change_columns(dialer: Dialer, scope: Scope, batch_id: int) -> None:
    """Back to the columns, before anything was taken in."""
    _move(dialer, scope, batch_id, ("rehearsed", "failed", "chosen"), "chosen", done=0, problem="")


def run(dialer: Dialer, scope: Scope, batch_id: int) -> None:
    """Let the scheduler take it in. Pressed twice, it is taken in once."""
    _move(dialer, scope, batch_id, ("rehearsed",), "running", done=0)


def undo(dialer: Dialer, scope: Scope, batch_id: int) -> None:
    """Let the scheduler undo it as a whole; see `import_undo.py` for what stays."""
    _move(dialer, scope, batch_id, _UNDOABLE, "undoing", done=0, content=b"")


def discard(dialer: Dialer, scope: Scope, batch_id: int) -> None:
    """Forget a file of which nothing was taken in."""
    find(dialer, scope, batch_id)
    with dialer.db.write() as conn:
        if not imports.discard(conn, scope, batch_id, _NOT_BEGUN):
            raise Conflict("It has been taken in already. You can undo it.")


def _move(dialer: Dialer, scope: Scope, batch_id: int, since: Sequence[str], state: str, **values: Any) -> None:
    find(dialer, scope, batch_id)
    with dialer.db.write() as conn:
        if not imports.move(conn, scope, batch_id, since, state, dialer.clock(), **values):
            raise Conflict("This import has moved on meanwhile. Look at how it stands.")

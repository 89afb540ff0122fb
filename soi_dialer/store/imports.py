"""Address books on their way in: the batch with its file, what became of each row, and who is working on it.

The rows of a chunk, the people they made and the count of rows done are one transaction, so a batch goes on exactly
where it was, whoever takes it up again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from soi_dialer.store.claims import at, is_due
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import import_batch, import_row

LEASE = timedelta(seconds=60)
AT_WORK = ("rehearsing", "running", "undoing")

# As the partial index has it, word for word: otherwise it would not be used.
_AT_WORK = text("import_batch.state IN ('rehearsing', 'running', 'undoing')")
_FREE = and_(_AT_WORK, is_due(import_batch, import_batch.c.changed_at, bindparam("now"), bindparam("wrong")))
_SHOWN = [column for column in import_batch.c if column.name != "content"]
"""The file may have twenty megabytes; a page never reads it."""


def _of(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return import_batch.c.office_id == scope.office_id, import_batch.c.agent_id == scope.agent_id


def add(conn: Connection, scope: Scope, now: datetime, **values: Any) -> int:
    """A batch with its file; returns its id. `values`: `file_name`, `content`, `state`, `total`, maybe `columns`."""
    row = {"office_id": scope.office_id, "agent_id": scope.agent_id, "created_at": now, "changed_at": now}
    return conn.execute(insert(import_batch).values(row | values)).inserted_primary_key[0]


def get(conn: Connection, scope: Scope, batch_id: int) -> RowMapping | None:
    """Without its file."""
    query = select(*_SHOWN).where(import_batch.c.id == batch_id, *_of(scope))
    return conn.execute(query).mappings().one_or_none()


def content(conn: Connection, batch_id: int) -> bytes:
    """The file; empty when the batch is done. The caller has checked the scope."""
    return conn.execute(select(import_batch.c.content).where(import_batch.c.id == batch_id)).scalar_one()


def recent(conn: Connection, scope: Scope, limit: int = 20) -> list[RowMapping]:
    """The agent's batches, the newest first."""
    query = select(*_SHOWN).where(*_of(scope)).order_by(import_batch.c.id.desc()).limit(limit)
    return list(conn.execute(query).mappings())


def move(
    conn: Connection, scope: Scope, batch_id: int, since: Collection[str], state: str, now: datetime, **values: Any
) -> bool:
    """Give a batch another state and let go of it; False when its state is none of `since`."""
    change = update(import_batch).where(import_batch.c.id == batch_id, import_batch.c.state.in_(since), *_of(scope))
    free = {"lease_until": None, "lease_owner": None, "changed_at": now}
    return conn.execute(change.values(state=state, **free, **values)).rowcount == 1


def discard(conn: Connection, scope: Scope, batch_id: int, since: Collection[str]) -> bool:
    """Forget a batch that has done nothing yet."""
    gone = delete(import_batch).where(import_batch.c.id == batch_id, import_batch.c.state.in_(since), *_of(scope))
    return conn.execute(gone).rowcount == 1


def forget_stale(conn: Connection, scope: Scope, since: Collection[str], before: datetime) -> None:
    """Forget the agent's files that nobody has gone on with since then: they are other people's names and numbers."""
    stale = import_batch.c.state.in_(since), import_batch.c.changed_at < before, *_of(scope)
    conn.execute(delete(import_batch).where(*stale))


def any_free(conn: Connection, now: datetime) -> bool:
    """Whether there is work that nobody does. Only reads."""
    return conn.execute(select(import_batch.c.id).where(_FREE).limit(1), at(now)).first() is not None


def claim(conn: Connection, now: datetime, owner: str, batch_id: int | None = None) -> RowMapping | None:
    """A batch with work to do that nobody else works on, leased to this owner; the one asked for, or any."""
    free = select(import_batch.c.id).where(_FREE)
    free = free if batch_id is None else free.where(import_batch.c.id == batch_id)
    taken = free.order_by(import_batch.c.changed_at).limit(1).with_for_update(skip_locked=True)
    values = {"lease_until": now + LEASE, "lease_owner": owner}
    change = update(import_batch).where(import_batch.c.id.in_(taken)).values(**values).returning(*_SHOWN)
    return conn.execute(change, at(now)).mappings().one_or_none()


def advance(conn: Connection, batch: RowMapping, owner: str, now: datetime, **values: Any) -> bool:
    """Hold on to a batch, and keep what has been done; False, and nothing is to be done, when it is not ours any more.

    To be asked first in the transaction of a chunk: on PostgreSQL nobody else can take the batch until its end.
    """
    mine = import_batch.c.id == batch["id"], import_batch.c.lease_owner == owner, import_batch.c.state == batch["state"]
    change = update(import_batch).where(*mine).values(lease_until=now + LEASE, **values)
    return conn.execute(change).rowcount == 1


def finish(conn: Connection, batch: RowMapping, owner: str, state: str, now: datetime, **values: Any) -> bool:
    """The step is over: the batch has its next state, and nobody holds it."""
    mine = import_batch.c.id == batch["id"], import_batch.c.lease_owner == owner, import_batch.c.state == batch["state"]
    free = {"lease_until": None, "lease_owner": None, "changed_at": now}
    return conn.execute(update(import_batch).where(*mine).values(state=state, **free, **values)).rowcount == 1


def let_go(conn: Connection, batch: RowMapping, owner: str) -> None:
    """Whoever comes next may go on at once."""
    mine = import_batch.c.id == batch["id"], import_batch.c.lease_owner == owner
    conn.execute(update(import_batch).where(*mine).values(lease_until=None, lease_owner=None))


_KEEP = insert(import_row)


def keep_rows(conn: Connection, batch_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """What became of these rows, in place of what was rehearsed of them. Each has all columns but the batch's."""
    numbers = [row["row"] for row in rows]
    if not numbers:
        return
    same = import_row.c.batch_id == batch_id, import_row.c.row.in_(numbers)
    conn.execute(delete(import_row).where(*same))
    conn.execute(_KEEP, [{"batch_id": batch_id, **row} for row in rows])


def counts(conn: Connection, batch_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many rows of each batch have which verdict."""
    found: dict[int, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    if found:
        query = select(import_row.c.batch_id, import_row.c.verdict, func.count()).where(
            import_row.c.batch_id.in_(list(found))
        )
        for batch_id, verdict, number in conn.execute(query.group_by(import_row.c.batch_id, import_row.c.verdict)):
            found[batch_id][verdict] = number
    return found


_KEPT = and_(import_row.c.verdict.in_(("new", "joined")), import_row.c.is_undone.is_(False))
_NOTED = import_row.c.problems != []


def rows(
    conn: Connection, batch_id: int, *, verdict: str = "", after: int = 0, limit: int = 50
) -> list[RowMapping]:
    """The rows behind that one. `verdict` may be one of theirs, "noted" for those with problems, "kept" for those that
    an undo has left as they are. The caller has checked the scope."""
    query = select(import_row).where(import_row.c.batch_id == batch_id, import_row.c.row > after)
    if verdict:
        special = {"kept": _KEPT, "noted": _NOTED}
        query = query.where(special[verdict] if verdict in special else import_row.c.verdict == verdict)
    return list(conn.execute(query.order_by(import_row.c.row).limit(limit)).mappings())


def count_kept(conn: Connection, batch_id: int) -> int:
    """Rows that an undo has left as they are."""
    query = select(func.count()).select_from(import_row).where(import_row.c.batch_id == batch_id, _KEPT)
    return conn.execute(query).scalar_one()


def problems(conn: Connection, batch_id: int) -> list[RowMapping]:
    """`row`, `name` and `problems` of all rows that have any."""
    query = select(import_row.c.row, import_row.c.name, import_row.c.problems).where(
        import_row.c.batch_id == batch_id, _NOTED
    )
    return list(conn.execute(query.order_by(import_row.c.row)).mappings())


_CHANGES = or_(import_row.c.verdict == "new", import_row.c.verdict == "joined")


def changes_backwards(conn: Connection, batch_id: int) -> list[int]:
    """The ids of the rows that made or changed a contact, the one that was kept last first: so they are undone."""
    query = select(import_row.c.id).where(import_row.c.batch_id == batch_id, _CHANGES).order_by(import_row.c.id.desc())
    return list(conn.execute(query).scalars())


def rows_by_id(conn: Connection, ids: Collection[int]) -> list[RowMapping]:
    """These rows, the one that was kept last first."""
    query = select(import_row).where(import_row.c.id.in_(list(ids))).order_by(import_row.c.id.desc())
    return list(conn.execute(query).mappings())


_MARK = (
    update(import_row)
    .where(import_row.c.id == bindparam("of_row"))
    .values(is_undone=bindparam("undone"), problems=bindparam("says"))
)


def mark(conn: Connection, marked: Sequence[dict[str, Any]]) -> None:
    """Write `undone` and `says` (all sentences) of each `of_row`."""
    if marked:
        conn.execute(_MARK, list(marked))

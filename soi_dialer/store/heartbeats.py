"""When each part of the installation last did its work; shown by /healthz and by a banner on the pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.store.database import Database
from soi_dialer.store.prepared import Prepared
from soi_dialer.store.tables import heartbeat

BEAT_EVERY = timedelta(seconds=5)

_LAST_BEAT = Prepared(select(heartbeat.c.beat_at).where(heartbeat.c.name == bindparam("of_part")))
_BEAT = {
    name: (row := into(heartbeat)).on_conflict_do_update(
        index_elements=["name"], set_={"beat_at": row.excluded.beat_at}
    )
    for name, into in {"sqlite": sqlite.insert, "postgresql": postgresql.insert}.items()
}


def beat_if_stale(database: Database, name: str, now: datetime) -> None:
    """Note that this part is alive; at most every few seconds, so that idle sweeps take no write lock."""
    with database.read() as connection:
        last = last_beat(connection, name)
    if last is not None and timedelta(0) <= now - last < BEAT_EVERY:
        return
    with database.write() as connection:
        connection.execute(_BEAT[connection.dialect.name], {"name": name, "beat_at": now})


def last_beat(connection: Connection, name: str) -> datetime | None:
    row = _LAST_BEAT.first(connection, {"of_part": name})
    return row["beat_at"] if row else None

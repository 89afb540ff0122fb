"""Voicemails: one row for each recording that a caller left, and the audio that is fetched for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.store.prepared import Prepared, Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import voicemail

_ADD = {
    name: into(voicemail).on_conflict_do_nothing(index_elements=["recording_sid"]).returning(voicemail.c.id)
    for name, into in {"sqlite": sqlite.insert, "postgresql": postgresql.insert}.items()
}


def _scoped(scope: Scope):
    return and_(voicemail.c.office_id == scope.office_id, voicemail.c.agent_id == scope.agent_id)


def get(connection: Connection, scope: Scope, voicemail_id: int) -> RowMapping | None:
    """One voicemail of this agent."""
    query = select(voicemail).where(voicemail.c.id == voicemail_id, _scoped(scope))
    return connection.execute(query).mappings().first()


def of_office(connection: Connection, office_id: int, voicemail_id: int) -> RowMapping | None:
    """One voicemail of anybody in the office, for whoever stands in."""
    query = select(voicemail).where(voicemail.c.id == voicemail_id, voicemail.c.office_id == office_id)
    return connection.execute(query).mappings().first()


def page(
    connection: Connection, scope: Scope, *, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[RowMapping]:
    """Voicemails, the newest first; `before` is the (received_at, id) of the last one seen."""
    query = select(voicemail).where(_scoped(scope))
    query = query.order_by(voicemail.c.received_at.desc(), voicemail.c.id.desc()).limit(limit)
    if before is not None:
        seen = tuple_(
            bindparam("seen", before[0], voicemail.c.received_at.type),
            bindparam("seen_id", before[1], voicemail.c.id.type),
        )
        query = query.where(tuple_(voicemail.c.received_at, voicemail.c.id) < seen)
    return list(connection.execute(query).mappings())


_OF_CALL = Prepared(select(voicemail).where(voicemail.c.call_id == bindparam("of_call")))


def of_call(connection: Connection, call_id: int) -> Row | None:
    return _OF_CALL.first(connection, {"of_call": call_id})


_OF_CALLBACK = Prepared(
    select(voicemail).where(voicemail.c.callback_id == bindparam("of_callback")).order_by(voicemail.c.received_at)
)


def of_callback(connection: Connection, callback_id: int) -> list[Row]:
    """What was left, the oldest first."""
    return _OF_CALLBACK.all(connection, {"of_callback": callback_id})


def add(connection: Connection, values: dict[str, Any]) -> int | None:
    """Insert by `recording_sid`; None when that recording is here already."""
    return connection.execute(_ADD[connection.dialect.name], values).scalar()


def change(connection: Connection, voicemail_id: int, **values: Any) -> None:
    connection.execute(update(voicemail).where(voicemail.c.id == voicemail_id).values(**values))


def change_by_recording(connection: Connection, recording_sid: str, **values: Any) -> None:
    connection.execute(update(voicemail).where(voicemail.c.recording_sid == recording_sid).values(**values))


def lengthen(connection: Connection, recording_sid: str, seconds: int) -> None:
    """The carrier's later word on the length; an earlier, longer one stays, whatever order they come in."""
    query = update(voicemail).where(voicemail.c.recording_sid == recording_sid, voicemail.c.seconds < seconds)
    connection.execute(query.values(seconds=seconds))


_DUE = Prepared(
    select(voicemail)
    .where(voicemail.c.fetch_at <= bindparam("now"))
    .order_by(voicemail.c.fetch_at)
    .limit(bindparam("most"))
)


def due_for_fetch(connection: Connection, now: datetime, limit: int = 20) -> list[Row]:
    """Voicemails whose audio is to be asked for, the longest waiting first, of every office."""
    return _DUE.all(connection, {"now": now, "most": limit})


def take_for_fetch(connection: Connection, voicemail_id: int, due_at: datetime, lease_until: datetime) -> bool:
    """Claim the fetch of one recording until then; False when another process was quicker."""
    query = update(voicemail).where(voicemail.c.id == voicemail_id, voicemail.c.fetch_at == due_at)
    return connection.execute(query.values(fetch_at=lease_until)).rowcount == 1


def stored_audio(connection: Connection) -> list[str]:
    """Where all audio lies that we have, of every office, below DATA_DIR."""
    stored = voicemail.c.audio_state == "stored", voicemail.c.audio_path.is_not(None)
    return list(connection.execute(select(voicemail.c.audio_path).where(*stored).order_by(voicemail.c.id)).scalars())

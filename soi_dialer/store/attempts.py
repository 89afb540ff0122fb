"""When somebody was tried, and when they last picked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from soi_dialer.store.tables import call, callback_event


def tried_at(connection: Connection, callback_ids: Collection[int]) -> dict[int, list[datetime]]:
    """The agent's calls in the history of each callback."""
    query = select(callback_event.c.callback_id, callback_event.c.at).where(
        callback_event.c.callback_id.in_(list(callback_ids)), callback_event.c.kind == "contact_called"
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for callback_id, at in connection.execute(query):
        found[callback_id].append(at)
    return found


def last_talk(connection: Connection, contact_ids: Collection[int]) -> dict[int, datetime]:
    """When the last conversation with each contact began."""
    query = (
        select(call.c.contact_id, func.max(call.c.talk_started_at))
        .where(call.c.contact_id.in_(list(contact_ids)), call.c.outcome == "connected")
        .where(call.c.talk_started_at.is_not(None))
        .group_by(call.c.contact_id)
    )
    return {contact_id: at for contact_id, at in connection.execute(query)}

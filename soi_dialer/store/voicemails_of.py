"""The messages of several callbacks at once, for lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, select

from soi_dialer.store.tables import voicemail


def callbacks(connection: Connection, callback_ids: Collection[int]) -> dict[int, list[RowMapping]]:
    """For each callback its voicemails, the oldest first. The caller has checked whose callbacks they are."""
    found: dict[int, list[RowMapping]] = defaultdict(list)
    if callback_ids:
        query = select(voicemail).where(voicemail.c.callback_id.in_(list(callback_ids)))
        for row in connection.execute(query.order_by(voicemail.c.received_at, voicemail.c.id)).mappings():
            found[row["callback_id"]].append(row)
    return found

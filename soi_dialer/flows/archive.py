"""Put people aside without forgetting them: out of the lists and of every day's calls, and known when they call."""

from __future__ import annotations

from collections.abc import Collection

from soi_dialer.dialer import Dialer
from soi_dialer.flows import touch
from soi_dialer.store import contacts
from soi_dialer.store.scope import Scope


def set_archived(dialer: Dialer, scope: Scope, contact_ids: Collection[int], archived: bool = True) -> int:
    """These people aside, or back; returns how many of them are the agent's. What is owed to them stays owed."""
    with dialer.db.write() as conn:
        mine = list(contacts.get_many(conn, scope, contact_ids))
        contacts.set_archived(conn, scope, mine, dialer.clock() if archived else None)
        touch.refresh(conn, mine)
    return len(mine)

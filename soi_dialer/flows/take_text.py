"""A text message from a contact is a debt as well: it opens a callback, once, however often it is delivered."""

from __future__ import annotations

from datetime import datetime

from soi_dialer.dialer import Dialer
from soi_dialer.domain.callback import Event
from soi_dialer.flows.owe_callback import open_or_join, refold, working_hours
from soi_dialer.flows.take_call import agent_called
from soi_dialer.store import callbacks, contacts
from soi_dialer.store.scope import Scope


def take_text(
    dialer: Dialer,
    *,
    sid: str,
    sender: str | None,
    called: str,
    body: str,
    came_at: datetime | None = None,
    not_before_its_agent: bool = False,
) -> int | None:
    """The callback that the text opened or joined; None for a sender who cannot be called or a number of nobody's.

    `came_at` is given for a text that is found later at the carrier: the debt is as old as the text, and its event says
    that it was found. `not_before_its_agent`: leave out what came before the agent worked here.
    """
    now = dialer.clock()
    came_at, is_found = min(came_at or now, now), came_at is not None
    with dialer.db.write() as connection:
        agent = agent_called(connection, dialer, sender, called)
        if agent is None or sender is None or sender == agent["phone"]:
            return None
        if not_before_its_agent and came_at < agent["created_at"]:
            return None
        scope = Scope(agent["office_id"], agent["id"])
        contact_id = contacts.add_named_by_number(connection, scope, sender, now)
        due_at = working_hours(connection, agent["id"]).add(came_at, agent["callback_hours"])
        event = Event("text_received", came_at, due_at=due_at, reason=body, key=sid, repaired=is_found)
        callback_id = callbacks.with_event_key(connection, sid)
        if callback_id is not None:
            return callback_id
        callback_id = open_or_join(connection, scope, contact_id, sender, event)
        callbacks.add_event(connection, callback_id, event)
        refold(connection, callback_id)
        return callback_id

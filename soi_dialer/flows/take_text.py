"""A text message from a contact is a debt as well: it opens a callback, once, however often it is delivered."""

from __future__ import annotations

from soi_dialer.dialer import Dialer
from soi_dialer.domain.callback import Event
from soi_dialer.flows.owe_callback import open_or_join, refold, working_hours
from soi_dialer.flows.take_call import agent_called
from soi_dialer.store import callbacks, contacts
from soi_dialer.store.scope import Scope


def take_text(dialer: Dialer, *, sid: str, sender: str | None, called: str, body: str) -> int | None:
    """The callback that the text opened or joined; None for a sender who cannot be called or a number of nobody's."""
    now = dialer.clock()
    with dialer.db.write() as connection:
        agent = agent_called(connection, dialer, sender, called)
        if agent is None or sender is None or sender == agent["phone"]:
            return None
        scope = Scope(agent["office_id"], agent["id"])
        contact_id = contacts.add_named_by_number(connection, scope, sender, now)
        due_at = working_hours(connection, agent["id"]).add(now, agent["callback_hours"])
        event = Event("text_received", now, due_at=due_at, reason=body, key=sid)
        callback_id = callbacks.with_event_key(connection, sid)
        if callback_id is not None:
            return callback_id
        callback_id = open_or_join(connection, scope, contact_id, sender, event)
        callbacks.add_event(connection, callback_id, event)
        refold(connection, callback_id)
        return callback_id

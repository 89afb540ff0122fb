"""Debts for tests of reminders, what was told about them, and a way to send that does as it is told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from soi_dialer.domain.callback import Event
from soi_dialer.flows.owe_callback import open_or_join, refold
from soi_dialer.store import callbacks, contacts
from soi_dialer.store.tables import agent, reminder
from tests.cast import START


def message_left(world, at=START, number="+12125550147", scope=None) -> int:
    """A debt as an incoming message makes it."""
    scope = scope or world.owner
    with world.dialer.db.write() as connection:
        person = contacts.add_named_by_number(connection, scope, number, at)
        event = Event("text_received", at, due_at=at + timedelta(hours=4), key=f"{number} {at}")
        callback_id = open_or_join(connection, scope, person, number, event)
        callbacks.add_event(connection, callback_id, event)
        refold(connection, callback_id)
        return callback_id


def told(world) -> list[tuple[str, str, str]]:
    with world.dialer.db.read() as connection:
        rows = connection.execute(select(reminder).order_by(reminder.c.id)).mappings()
        return [(row["rung"], row["channel"], row["state"]) for row in rows]


def change_agent(world, scope, **values) -> None:
    with world.dialer.db.write() as connection:
        connection.execute(update(agent).where(agent.c.id == scope.agent_id).values(**values))


class Sent:
    """A way to send that keeps what it was given, or fails as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.messages: list[tuple[str, str, str]] = []

    def __call__(self, dialer, channel, to, message) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.messages.append((channel, to["email"], message.short))

"""A reminder's row becomes the words that an agent gets; None when nothing is owed any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.domain import phone, reminder_words
from soi_dialer.domain.reminders import DIGEST
from soi_dialer.domain.wall_clock import local_date, zone_named
from soi_dialer.flows import reminder_tokens
from soi_dialer.notify.message import Link, Message
from soi_dialer.store import agents, callbacks, contacts, voicemails
from soi_dialer.store.owed import owed_now
from soi_dialer.store.scope import Scope

MOST_IN_A_DIGEST = 30
MOST_QUOTED = 600
"""Characters of a message's text in an e-mail."""


def message_of(connection: Connection, settings: Any, row: Mapping[str, Any], now: datetime) -> Message | None:
    """The message for this row of the `reminder` table."""
    told = agents.get(connection, row["agent_id"])
    owner = agents.get(connection, row["about_agent_id"])
    if row["rung"] == DIGEST:
        return _digest(connection, settings, row, told, owner, now)
    scope = Scope(row["office_id"], row["about_agent_id"])
    owed = callbacks.get(connection, scope, row["callback_id"]) if row["callback_id"] else None
    if owed is None or owed["state"] != "open":
        return None
    return _of_one(connection, settings, row, owed, told, owner, now)


def _of_one(
    connection: Connection, settings: Any, row: Any, owed: Any, told: Any, owner: Any, now: datetime
) -> Message:
    zone, name = zone_named(told["time_zone"]), name_of(connection, owed)
    whose = "" if told["id"] == owner["id"] else f"For {owner['name']}: "
    short, full = (
        whose + reminder_words.sentence(who, owed["reason"], row["rung"], owed["due_at"], now, zone)
        for who in (reminder_words.first_name(name), name)
    )
    link = Link("Call, or say what became of it", link_to(settings, told["id"], owed["id"], now))
    return Message(
        subject=full,
        text="\n\n".join([full, *_details(connection, owed, now, zone)]),
        short=short,
        links=(link,),
        callback_id=owed["id"],
        key=key_of(row),
        at=now,
    )


def _details(connection: Connection, owed: Any, now: datetime, zone: Any) -> list[str]:
    """What was left, the newest last, and how to reach them."""
    lines = []
    for left in voicemails.of_callback(connection, owed["id"])[-3:]:
        when = reminder_words.moment(left["received_at"], now, zone)
        words = f"\n{left['transcript'][:MOST_QUOTED]}" if left["transcript"] else ""
        lines.append(f"A message of {left['seconds']} seconds, left {when}.{words}")
    if owed["contact_number"]:
        lines.append(f"Their number: {phone.display(owed['contact_number'])}")
    return lines


def _digest(
    connection: Connection, settings: Any, row: Any, told: Any, owner: Any, now: datetime
) -> Message | None:
    zone = zone_named(told["time_zone"])
    waiting = owed_now(connection, Scope(row["office_id"], owner["id"]), now, MOST_IN_A_DIGEST + 1)
    if not waiting or local_date(row["rung_at"], zone) != local_date(now, zone):
        return None  # one that could not be sent on its day is told by the next one
    whose = "you" if told["id"] == owner["id"] else owner["name"]
    more = len(waiting) > MOST_IN_A_DIGEST
    count = f"more than {MOST_IN_A_DIGEST}" if more else str(len(waiting))
    first = f"{count} {'person waits' if count == '1' else 'people wait'} for a call from {whose}."
    lines = [
        f"- {name_of(connection, owed)}, due {reminder_words.moment(owed['due_at'], now, zone)}"
        for owed in waiting[:MOST_IN_A_DIGEST]
    ]
    return Message(
        subject=first,
        text=f"{first}\n\n" + "\n".join(lines),
        short=first,
        links=(Link("Open the callbacks", f"{settings.public_url.rstrip('/')}/callbacks"),),
        key=key_of(row),
        at=now,
    )


def key_of(row: Mapping[str, Any]) -> str:
    """The same for every try to send this one. A row's number alone is not enough: SQLite gives those out again."""
    return f"reminder {row['id']} of {row['callback_id']} at {row['rung_at']:%Y%m%dT%H%M%S.%f}"


def name_of(connection: Connection, owed: Any) -> str:
    """The person who waits: by name, else by number, else nobody known."""
    scope = Scope(owed["office_id"], owed["agent_id"])
    person = contacts.get(connection, scope, owed["contact_id"]) if owed["contact_id"] else None
    if person is not None:
        return person["name"]
    return phone.display(owed["contact_number"]) if owed["contact_number"] else "Somebody with a hidden number"


def link_to(settings: Any, agent_id: int, callback_id: int, now: datetime) -> str:
    """The address that needs no password, for one agent and one callback."""
    token = reminder_tokens.callback_token(settings.secret_key, agent_id, callback_id, now)
    return f"{settings.public_url.rstrip('/')}/r/{token}"

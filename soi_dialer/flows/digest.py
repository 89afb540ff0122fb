"""Each working morning one message with everything that is owed: exactly one for each agent and day.

It goes by every channel of theirs that carries text. Whoever has none finds it on top of the first page, all day long.

The day is marked in the transaction that writes what is to be sent, so two schedulers or a restart send no second one.
It is marked when nothing is owed as well: what comes in later has its own reminders.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain.reminders import DIGEST
from soi_dialer.domain.wall_clock import local_date, zone_named
from soi_dialer.flows.office_hours import presence_of
from soi_dialer.flows.stand_in import who_is_told
from soi_dialer.notify.channels import that_carry_text
from soi_dialer.store import agents, reminders
from soi_dialer.store.owed import owed_now
from soi_dialer.store.scope import Scope


def write_digests(dialer: Dialer) -> int:
    """Write the digests of the agents whose working day has begun; returns how many. `deliver` sends them."""
    now = dialer.clock()
    with dialer.db.read() as connection:
        waiting = [agent for agent in agents.who_may_owe(connection) if _is_its_time(connection, agent, now)]
    written = 0
    for agent in waiting:
        with dialer.db.write() as connection:
            written += _write(connection, agent, now)
    return written


def _is_its_time(connection: Connection, agent: Mapping[str, Any], now: datetime) -> bool:
    """A new day for the agent, in the hours of whoever is told."""
    if agent["last_digest_on"] == _today(agent, now):
        return False
    return presence_of(who_is_told(connection, agent, now)).is_open(now)


def _write(connection: Connection, agent: Mapping[str, Any], now: datetime) -> bool:
    """Whether there was one to be written."""
    if not agents.mark_digest(connection, agent["id"], _today(agent, now)):
        return False
    return _tell(connection, agent, now)


def tell_together(connection: Connection, agent: Mapping[str, Any], now: datetime) -> bool:
    """Write one message with everything that this agent owes, whatever was told today; whether there was anything.

    It counts as the day's digest.
    """
    agents.mark_digest(connection, agent["id"], _today(agent, now))
    return _tell(connection, agent, now)


def _tell(connection: Connection, agent: Mapping[str, Any], now: datetime) -> bool:
    told = who_is_told(connection, agent, now)
    channels = that_carry_text(told["channels"])
    if not channels or not owed_now(connection, Scope(agent["office_id"], agent["id"]), now, 1):
        return False
    for channel in channels:
        reminders.add(connection, _row(agent, told, channel, now))
    return True


def _row(agent: Mapping[str, Any], told: Mapping[str, Any], channel: str, now: datetime) -> dict[str, Any]:
    return {
        "office_id": agent["office_id"],
        "agent_id": told["id"],
        "about_agent_id": agent["id"],
        "rung": DIGEST,
        "rung_at": now,
        "channel": channel,
        "state": "due",
        "send_at": now,
    }


def _today(agent: Mapping[str, Any], now: datetime) -> Any:
    return local_date(now, zone_named(agent["time_zone"]))

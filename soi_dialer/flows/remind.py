"""What is due is claimed, and what follows is written in one transaction: whom to tell how, and when next.

Nothing is sent here. A callback that fails again and again is set aside, where it is seen; the rest go on.
"""

from __future__ import annotations

import dataclasses
import logging
import secrets
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import reminders as rule
from soi_dialer.flows import failpoints
from soi_dialer.flows.digest import tell_together
from soi_dialer.flows.office_hours import presence_of
from soi_dialer.flows.owe_callback import refold
from soi_dialer.flows.stand_in import Agent, who_is_told
from soi_dialer.notify.channels import PAGE, chosen
from soi_dialer.store import agents, claims, reminders

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=10)

LATE = timedelta(minutes=30)
MOST_LATE = 3
"""So many late reminders of one agent are still told one by one."""

_GIVEN_UP = "Reminding failed again and again; the log says why. Move it to another time to try once more."


def remind(dialer: Dialer, limit: int = 100) -> int:
    """Work through every callback whose reminder is due; returns how many there were."""
    done = 0
    while claimed := _claim(dialer, limit):
        done += len(claimed)
    return done


def mend(dialer: Dialer) -> int:
    """Plan anew what a clock that ran ahead has done for a time that has not come yet; returns how many there were."""
    now = dialer.clock()
    with dialer.db.read() as connection:
        wrong = claims.done_ahead(connection, now + CLOCKS_DIFFER)
    for callback_id in wrong:
        with dialer.db.write() as connection:
            claims.give_back(connection, callback_id, reminded_at=None)
            refold(connection, callback_id)
    return len(wrong)


def _claim(dialer: Dialer, limit: int) -> list[Any]:
    """One batch, worked through. Reads first, so that an idle sweep never asks for the write lock."""
    now, owner = dialer.clock(), secrets.token_hex(8)
    with dialer.db.read() as connection:
        if not claims.any_due(connection, now):
            return []
    with dialer.db.write() as connection:
        claimed = claims.claim_due(connection, now, owner, limit)
    failpoints.reached("reminders_claimed")
    together = _told_together(claimed, now)
    for row in claimed:
        _work(dialer, row, owner, now, together)
    for agent_id in together:
        with dialer.db.write() as connection:
            tell_together(connection, agents.get(connection, agent_id), now)
    return claimed


def _told_together(claimed: list[Any], now: datetime) -> frozenset[int]:
    """Agents with many late reminders: the program stood still or a backup was restored. One message will do."""
    late = Counter(row["agent_id"] for row in claimed if now - row["remind_at"] > LATE)
    return frozenset(agent_id for agent_id, count in late.items() if count > MOST_LATE)


def _work(dialer: Dialer, row: Any, owner: str, now: datetime, together: frozenset[int]) -> None:
    if row["tries"] > claims.MOST_TRIES:  # whoever tried before never came back from it
        return _set_aside(dialer, row, now)
    try:
        with dialer.db.write() as connection:
            held = claims.held(connection, row, owner)
            if held is not None:
                _remind_of(connection, held, now, held["agent_id"] not in together)
    except Exception:
        # One bad row must not stop the others. Its lease stays, so it is tried again when that is over.
        log.exception("callback %s could not be reminded of", row["id"])
        if row["tries"] >= claims.MOST_TRIES:
            _set_aside(dialer, row, now)


def _set_aside(dialer: Dialer, row: Any, now: datetime) -> None:
    with dialer.db.write() as connection:
        claims.set_aside(connection, row["id"], now, _GIVEN_UP)


def _remind_of(connection: Connection, row: Any, now: datetime, may_tell: bool) -> None:
    agent = agents.get(connection, row["agent_id"])
    told = who_is_told(connection, agent, now)
    hours = presence_of(told)
    owed = owed_of(row)
    rung = rule.next_reminder(owed, hours, now)
    if rung is None:
        return claims.give_back(connection, row["id"], remind_at=None, tries=0)
    if rung.at > now or not hours.is_open(now):
        # Whoever is told works at other hours than was thought when this was planned.
        return claims.give_back(connection, row["id"], remind_at=max(rung.at, hours.next_opening(now)), tries=0)
    for channel in channels_of(told) if may_tell and rule.is_told_singly(owed, now) else [PAGE]:
        reminders.add(connection, _reminder(row, told, rung, channel, now))
    after = rule.next_reminder(dataclasses.replace(owed, reminded_at=rung.at), hours, now)
    claims.give_back(connection, row["id"], reminded_at=rung.at, remind_at=after and after.at, tries=0)


def _reminder(row: Any, told: Agent, rung: rule.Rung, channel: str, now: datetime) -> dict[str, Any]:
    is_shown = channel == PAGE
    return {
        "office_id": told["office_id"],
        "agent_id": told["id"],
        "about_agent_id": row["agent_id"],
        "callback_id": row["id"],
        "rung": rung.name,
        "rung_at": rung.at,
        "channel": channel,
        "state": "shown" if is_shown else "due",
        "send_at": None if is_shown else now,
        "sent_at": now if is_shown else None,
    }


def owed_of(row: Any) -> rule.Owed:
    """A callback's row as the ladder sees it."""
    return rule.Owed(**{field.name: row[field.name] for field in dataclasses.fields(rule.Owed)})


def channels_of(agent: Agent) -> list[str]:
    """The agent's channels; the page is always one of them."""
    return list(dict.fromkeys([PAGE, *chosen(agent["channels"])]))

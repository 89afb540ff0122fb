"""Who is told when somebody waits: the agent who owes, or, when nobody is there, another one. Never nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.flows.office_hours import is_on_leave
from soi_dialer.store import agents

Agent = Mapping[str, Any]


def who_is_told(connection: Connection, agent: Agent, now: datetime) -> Agent:
    """The agent; while they are gone, on leave or cannot be reached, whom they hand over to; else who is longest there.

    With nobody else in the office it stays with the agent, who finds it on their page.
    """
    asked: set[int] = set()
    candidate: Agent | None = agent
    while candidate is not None and candidate["id"] not in asked:
        if is_there(candidate, now):
            return candidate
        asked.add(candidate["id"])
        candidate = _next(connection, candidate)
    colleagues = agents.active_in_office(connection, agent["office_id"])
    return next((one for one in colleagues if is_there(one, now)), next(iter(colleagues), agent))


def is_there(agent: Agent, now: datetime) -> bool:
    """Whether a reminder reaches this agent: works here, is not on leave, has a phone and a channel."""
    return agent["disabled_at"] is None and bool(agent["phone"] and agent["channels"]) and not is_on_leave(agent, now)


def _next(connection: Connection, agent: Agent) -> Agent | None:
    heir = agents.get(connection, agent["hand_over_to"]) if agent["hand_over_to"] else None
    return heir if heir is not None and heir["office_id"] == agent["office_id"] else None

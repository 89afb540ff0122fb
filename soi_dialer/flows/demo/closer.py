"""People who came closer in one of the last talks, so that a newcomer sees what a move is."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from soi_dialer.domain.level import DEFAULT_LADDER, next_down
from soi_dialer.flows.demo.people import PEOPLE
from soi_dialer.flows.demo.script import Script
from soi_dialer.store import calls, levels
from soi_dialer.store.scope import Scope

MOVES = 3
_LONG_SECONDS = 600


def add(conn: Connection, scope: Scope, people: list[int], scripts: list[Script]) -> None:
    """They stand on the level to which they moved. `people` are the contacts' ids in the order of PEOPLE."""
    for script in list(_long_talks(scripts))[:MOVES]:
        (call,) = calls.lock(conn, refs=[script.columns["ref"]])
        now = PEOPLE[script.call.person].level
        before = next_down(DEFAULT_LADDER, now)
        event = {"contact_id": people[script.call.person], "from_level": before.name, "to_level": now}
        levels.add_event(conn, scope, **event, at=script.now, call_id=call["id"], reason="")


def _long_talks(scripts: list[Script]) -> Iterator[Script]:
    """The last one of each person who is above the first rung, the newest first."""
    seen = set()
    for script in sorted(scripts, key=lambda script: script.now, reverse=True):
        talk = script.call
        is_long = talk.outcome == "connected" and talk.seconds >= _LONG_SECONDS
        if is_long and talk.person not in seen and next_down(DEFAULT_LADDER, PEOPLE[talk.person].level):
            seen.add(talk.person)
            yield script

"""Keep the day of each person's next call: after a call, and after anything else that moves it.

What is kept follows from the calls, the person, the agent's ladder and settings alone, so working it out again is
always safe, in any order, and a call that is corrected later corrects the day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.cadence import Standing, next_touch_on
from soi_dialer.domain.level import DEFAULT_LADDER, Ladder
from soi_dialer.store import levels, touches


def refresh(connection: Connection, contact_ids: Collection[int]) -> None:
    """Work out last talk, last touch and next call of these people anew, and write what has changed."""
    if contact_ids:
        _write(connection, touches.standings(connection, contact_ids))


def after_calls(connection: Connection, talked: Collection[int], left_word: Collection[int]) -> None:
    """As `refresh`, for people who were talked with, and for those who got a message where that counts as a touch."""
    refresh(connection, talked)
    others = set(left_word) - set(talked)
    if others:
        _write(connection, touches.standings(connection, others, where_a_message_counts=True))


def refresh_agent(connection: Connection, agent_id: int) -> None:
    """Everybody of this agent: after a change of the ladder, of the zone, of what counts as a touch."""
    _in_turn(connection, lambda after: touches.of_agent(connection, agent_id, after))


def mend_touches(dialer: Dialer) -> None:
    """Give a day to whoever could be called and has none: a sweep, for what came in by another way."""
    after = 0
    while True:
        with dialer.db.read() as connection:
            people = touches.without_a_day(connection, after)
        if not people:
            return
        with dialer.db.write() as connection:  # a transaction for each piece, so that no webhook waits for all of it
            refresh(connection, people)
        after = people[-1]


def _in_turn(connection: Connection, some_after: Callable[[int], list[int]]) -> None:
    after = 0
    while people := some_after(after):
        refresh(connection, people)
        after = people[-1]


def _write(connection: Connection, rows: list[Any]) -> None:
    owners = {row["agent_id"] for row in rows if row["has_own_ladder"]}
    ladders = levels.ladders(connection, owners) if owners else {}
    changed = [_changes(row, ladders.get(row["agent_id"], DEFAULT_LADDER)) for row in rows]
    touches.keep(connection, [changes for changes in changed if changes])


def _changes(row: Any, ladder: Ladder) -> dict[str, Any] | None:
    touched_at = row["touched"] if row["message_is_touch"] else row["talked"]
    standing = Standing(
        level=row["level"],
        own_days=row["cadence_days"],
        touched_at=touched_at,
        known_since=row["created_at"],
        can_be_called=row["can_be_called"],
        contact_id=row["id"],
    )
    next_on = next_touch_on(ladder, standing, wall_clock.zone_named(row["time_zone"]))
    kept = (row["last_talked_at"], row["touched_at"], row["next_touch_on"])
    if kept == (row["talked"], touched_at, next_on):
        return None
    return {"of_contact": row["id"], "talked": row["talked"], "touched": touched_at, "next_on": next_on}

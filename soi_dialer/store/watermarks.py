"""How far the carrier's list of calls was compared with ours, for each of our numbers.

A mark moves only after everything before it is committed. The turn to ask is claimed by a conditional update, so that
several schedulers together ask no more often than one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.store.chunks import chunks
from soi_dialer.store.tables import watermark

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _is_due(now: datetime, pause: timedelta):
    """Asked long enough ago, never, or in a future that a clock set back has made."""
    asked = watermark.c.asked_at
    return or_(asked.is_(None), asked <= now - pause, asked > now)


def anything_due(connection: Connection, numbers: Collection[str], now: datetime, pause: timedelta) -> bool:
    """Whether `claim` would give any number; takes no lock."""
    rested = select(watermark.c.number).where(~_is_due(now, pause), watermark.c.asked_at.is_not(None))
    return not set(numbers) <= set(connection.execute(rested).scalars())


def marks(connection: Connection, numbers: Collection[str]) -> dict[str, datetime]:
    """How far was looked, for those of these numbers that have a mark."""
    found: dict[str, datetime] = {}
    for some in chunks(list(numbers)):
        query = select(watermark.c.number, watermark.c.seen_until).where(watermark.c.number.in_(some))
        found.update((number, seen_until) for number, seen_until in connection.execute(query))
    return found


def claim(
    connection: Connection, first_marks: dict[str, datetime], now: datetime, pause: timedelta
) -> dict[str, datetime]:
    """Take the turn for the numbers whose last one is `pause` ago; returns each with its mark.

    `first_marks` names the numbers, each with the mark of one that is new.
    """
    for number, seen_until in first_marks.items():
        into = _INSERTS[connection.dialect.name](watermark).values(number=number, seen_until=seen_until)
        connection.execute(into.on_conflict_do_nothing(index_elements=["number"]))
    taken: dict[str, datetime] = {}
    for some in chunks(list(first_marks)):
        query = update(watermark).where(watermark.c.number.in_(some), _is_due(now, pause)).values(asked_at=now)
        claimed = connection.execute(query.returning(watermark.c.number, watermark.c.seen_until))
        taken.update((number, seen_until) for number, seen_until in claimed)
    return taken


def move(connection: Connection, numbers: Collection[str], seen_until: datetime, now: datetime) -> None:
    """Everything before that instant is here. A mark moves back only out of a future that was none."""
    behind = or_(watermark.c.seen_until < seen_until, watermark.c.seen_until > now)
    for some in chunks(list(numbers)):
        query = update(watermark).where(watermark.c.number.in_(some), behind)
        connection.execute(query.values(seen_until=seen_until))

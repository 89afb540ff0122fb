"""How far the carrier's list of calls was compared with ours, for each of our numbers.

A mark moves only after everything before it is committed. The turn to ask is claimed by a conditional update, so that
several schedulers together ask no more often than one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.store.chunks import chunks
from soi_dialer.store.tables import watermark

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


_asked = watermark.c.asked_at
_IS_DUE = or_(_asked.is_(None), _asked <= bindparam("before"), _asked > bindparam("now"))
"""Asked long enough ago, never, or in a future that a clock set back has made."""

_SOME = watermark.c.number.in_(bindparam("some", expanding=True))
_RESTED = select(watermark.c.number).where(~_IS_DUE, _asked.is_not(None))
_ADD = {name: into(watermark).on_conflict_do_nothing(index_elements=["number"]) for name, into in _INSERTS.items()}
_CLAIM = (
    update(watermark)
    .where(_SOME, _IS_DUE)
    .values(asked_at=bindparam("now"))
    .returning(watermark.c.number, watermark.c.seen_until)
)
_BEHIND = or_(watermark.c.seen_until < bindparam("until"), watermark.c.seen_until > bindparam("now"))
_MOVE = update(watermark).where(_SOME, _BEHIND).values(seen_until=bindparam("until"))


def anything_due(connection: Connection, numbers: Collection[str], now: datetime, pause: timedelta) -> bool:
    """Whether `claim` would give any number; takes no lock."""
    return not set(numbers) <= set(connection.execute(_RESTED, {"now": now, "before": now - pause}).scalars())


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
    rows = [{"number": number, "seen_until": seen_until} for number, seen_until in first_marks.items()]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)
    taken: dict[str, datetime] = {}
    for some in chunks(list(first_marks)):
        claimed = connection.execute(_CLAIM, {"some": some, "now": now, "before": now - pause})
        taken.update((number, seen_until) for number, seen_until in claimed)
    return taken


def move(connection: Connection, numbers: Collection[str], seen_until: datetime, now: datetime) -> None:
    """Everything before that instant is here. A mark moves back only out of a future that was none."""
    for some in chunks(list(numbers)):
        connection.execute(_MOVE, {"some": some, "until": seen_until, "now": now})

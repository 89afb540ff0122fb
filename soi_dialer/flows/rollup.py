"""The figures of days are kept in the transaction that changes a call, and looked after from time to time."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.day_figures import Counts, added, counts_of, difference
from soi_dialer.store import agents, rollup, rollup_upkeep
from soi_dialer.store.scope import Scope

log = logging.getLogger(__name__)

MADE_AT_ONCE = 50
"""So many agents whose days are not kept get theirs in one sweep; the figures are the same until then, but slower."""

LOOKED_AFTER = 20
LOOKED_BACK = timedelta(days=8)

Row = Mapping[str, Any]


def keep(connection: Connection, changes: Iterable[tuple[Row, Mapping[str, Any]]]) -> None:
    """Add what these changes of calls make to their days: each call's row as it was, and the columns that changed.

    A call without an outcome costs nothing here.
    """
    counting = [(row, values) for row, values in changes if values["outcome"] or row["outcome"]]
    moved = [(row, difference(counts_of({**row, **values}), counts_of(row))) for row, values in counting]
    moved = [(row, counts) for row, counts in moved if any(counts)]
    if not moved:
        return
    zones = rollup_upkeep.zones(connection, [row["agent_id"] for row, _ in moved])
    sums: dict[tuple[int, date], Counts] = {}
    for row, counts in moved:
        if row["agent_id"] in zones:
            on = wall_clock.local_date(row["placed_at"], wall_clock.zone_named(zones[row["agent_id"]]))
            key = row["agent_id"], on
            sums[key] = added([sums[key], counts]) if key in sums else counts
    rollup_upkeep.add(connection, sums)


def look_after(dialer: Dialer) -> int:
    """Make the days of those who have none yet, and check the last days of some others; returns how many were wrong.

    Whoever is looked after is another one each hour, so that everybody's turn comes.
    """
    with dialer.db.read() as connection:
        new = rollup.not_kept(connection, MADE_AT_ONCE)
        everybody = agents.all_active(connection)
    for agent_id in new:
        rebuild(dialer, agent_id)
    first = int(dialer.clock().timestamp()) // 3600 * LOOKED_AFTER
    some = [everybody[(first + n) % len(everybody)] for n in range(min(LOOKED_AFTER, len(everybody)))]
    return sum(len(_mended(dialer, agent)) for agent in some)


def rebuild(dialer: Dialer, agent_id: int) -> int:
    """Count all days of this agent anew; returns how many there are."""
    with dialer.db.write() as connection:
        return rollup_upkeep.rebuild(connection, agent_id)


def _mended(dialer: Dialer, agent: Row) -> list[date]:
    """Looked at without holding anything; only what seems wrong is held, and looked at again."""
    scope = Scope(agent["office_id"], agent["id"])
    today = wall_clock.local_date(dialer.clock(), wall_clock.zone_named(agent["time_zone"]))
    last_days = today - LOOKED_BACK, today + timedelta(days=2)
    with dialer.db.read() as connection:
        if not rollup_upkeep.wrong_days(connection, scope, *last_days):
            return []
    with dialer.db.write() as connection:
        wrong = rollup_upkeep.mend(connection, scope, *last_days)
    for on in wrong:
        log.error("the figures of agent %s for %s were not those of the calls; they are now", agent["id"], on)
    return wrong


def is_kept(dialer: Dialer, agent_id: int) -> bool:
    """Whether the days of this agent are kept, rather than counted whenever somebody asks."""
    with dialer.db.read() as connection:
        return agent_id not in rollup.not_kept(connection)


def wrong_days(dialer: Dialer, agent: Row) -> list[tuple[date, Counts, Counts]]:
    """Of all days of this agent those whose figures are not those of the calls: what is kept, and what is right."""
    scope = Scope(agent["office_id"], agent["id"])
    with dialer.db.read() as connection:
        if not rollup_upkeep.wrong_days(connection, scope):
            return []
    with dialer.db.write() as connection:
        return rollup_upkeep.surely_wrong_days(connection, scope)

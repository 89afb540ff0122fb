"""The figures of each agent's days, kept beside the calls so that nobody has to count ten million of them again, and
the mail in which they come on Monday.

The days can be made anew from the calls at any time: `python -m soi_dialer rollup rebuild`.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from soi_dialer.domain.day_figures import COUNTED
from soi_dialer.store.tables.base import metadata, owned
from soi_dialer.store.types import DayNumber, UtcDateTime


def _agent() -> Column:
    return Column("agent_id", Integer, ForeignKey("agent.id"), primary_key=True, autoincrement=False)


call_day = Table(
    "call_day",
    metadata,
    _agent(),
    # The index is for an office's week on PostgreSQL, which otherwise reads through everybody's days.
    Column("day_on", DayNumber, primary_key=True, autoincrement=False, index=True),
    *(Column(name, Integer, nullable=False) for name in COUNTED),  # see domain/day_figures.py
    sqlite_with_rowid=False,
)

rollup = Table(  # whose days are kept; whoever has no row here is counted from the calls
    "rollup",
    metadata,
    _agent(),
    Column("time_zone", String(64), nullable=False),  # by whose clocks the days are cut; "": not made yet
)

weekly_mail = Table(
    "weekly_mail",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("week_on", Date, nullable=False),  # the first day of the week that it tells of
    # due, sending, sent, failed, unknown: the program died while the mail server had it
    Column("state", String(10), nullable=False),
    Column("send_at", UtcDateTime),  # when it is to be tried; empty: done or given up
    Column("sent_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(64)),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("problem", String(300)),
    UniqueConstraint("agent_id", "week_on"),
    Index(
        "ix_weekly_mail_send",
        "send_at",
        sqlite_where=text("send_at IS NOT NULL"),
        postgresql_where=text("send_at IS NOT NULL"),
    ),
)

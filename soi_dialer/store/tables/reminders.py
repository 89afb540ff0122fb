"""What an agent was or is to be told, once for each channel."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from soi_dialer.store.tables.base import metadata, owned
from soi_dialer.store.types import UtcDateTime

reminder = Table(
    "reminder",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),  # the agent who is told: on leave, somebody else than the one who owes
    Column("callback_id", Integer, ForeignKey("callback.id", ondelete="CASCADE")),  # empty: a digest
    Column("about_agent_id", Integer, ForeignKey("agent.id"), nullable=False),  # the one who owes
    Column("rung", String(12), nullable=False),  # arrived, snoozed, due, due_1h, due_3h, morning; digest
    Column("rung_at", UtcDateTime, nullable=False),  # when that rung stood
    Column("channel", String(300), nullable=False),
    Column("state", String(10), nullable=False),  # due, sent, shown, failed, dropped
    Column("send_at", UtcDateTime),  # when it is to be tried; empty: done or given up
    Column("sent_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(64)),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("problem", String(300)),
    UniqueConstraint("callback_id", "rung", "rung_at", "channel"),
    Index("ix_reminder_agent", "agent_id", "id"),
    Index(
        "ix_reminder_send",
        "send_at",
        sqlite_where=text("send_at IS NOT NULL"),
        postgresql_where=text("send_at IS NOT NULL"),
    ),
)

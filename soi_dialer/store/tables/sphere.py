"""What is known about people beside their numbers: what to remember, how close they are, and who sent whom."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from soi_dialer.store.tables.base import metadata, owned
from soi_dialer.store.types import JsonText, UtcDateTime


def _about(nullable: bool = False, ondelete: str = "CASCADE") -> Column:
    return Column("contact_id", Integer, ForeignKey("contact.id", ondelete=ondelete), nullable=nullable)


fact = Table(
    "fact",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("text", String(500), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("about_on", Date),  # a birthday, a closing: the day that it is about
    Column("month_day", Integer),  # 100 x month + day of what comes again each year
    Column("call_id", Integer, ForeignKey("call.id", ondelete="SET NULL")),  # in which they told it
    Column("done_at", UtcDateTime),  # asked about, followed up: kept, and no longer brought up
    Index(
        "ix_fact_month_day",
        "agent_id",
        "month_day",
        sqlite_where=text("month_day IS NOT NULL"),
        postgresql_where=text("month_day IS NOT NULL"),
    ),
    Index("ix_fact_kind", "agent_id", "kind", "about_on"),
)

household = Table(
    "household",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_household_agent", "agent_id", "name"),
)

tag = Table(
    "tag",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("name", String(60), nullable=False),
    Column("search_name", String(60), nullable=False),  # case-folded, without accents
    UniqueConstraint("agent_id", "search_name"),
)

contact_tag = Table(
    "contact_tag",
    metadata,
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", Integer, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True),
)

level = Table(  # an agent's own ladder; without rows it is that of domain/level.py
    "level",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("name", String(40), nullable=False),
    Column("position", Integer, nullable=False),
    Column("cadence_days", Integer, nullable=False),
    Column("is_partner", Boolean, nullable=False, server_default=false()),  # beside the ladder
    UniqueConstraint("agent_id", "name"),
)

level_event = Table(
    "level_event",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    _about(),
    Column("from_level", String(40), nullable=False),
    Column("to_level", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("call_id", Integer, ForeignKey("call.id", ondelete="SET NULL")),  # the one that caused it
    Column("reason", String(300), nullable=False, server_default=""),
    Index("ix_level_event_contact", "contact_id", "at"),
    Index("ix_level_event_agent", "agent_id", "at"),
)

today_item = Table(
    "today_item",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("today_on", Date, nullable=False),
    _about(),
    Column("position", Integer, nullable=False),
    Column("is_partner", Boolean, nullable=False, server_default=false()),
    Column("reason", String(200), nullable=False),
    Column("state", String(10), nullable=False),  # open, called, skipped, snoozed
    Column("until_on", Date),  # snoozed until then
    Column("carried", Boolean, nullable=False, server_default=false()),  # skipped the day before: not carried again
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("agent_id", "today_on", "contact_id"),
    Index("ix_today_item_contact", "contact_id", "today_on"),
    Index(
        "ix_today_item_until",
        "agent_id",
        "until_on",
        sqlite_where=text("until_on IS NOT NULL"),
        postgresql_where=text("until_on IS NOT NULL"),
    ),
)

script = Table(  # an agent's own words; without a row they are those of domain/scripts.py
    "script",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("name", String(40), nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("agent_id", "name"),
)

referral = Table(
    "referral",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("from_contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("to_contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(10), nullable=False),  # lead, met, closing, lost
    Column("sent_on", Date, nullable=False),
    Column("thanked_on", Date),
    Column("amount", Integer),  # of the closing, in whole units of the agent's currency
    Column("note", String(500), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("to_contact_id"),  # somebody is sent by one person
    Index("ix_referral_from", "from_contact_id"),
    Index("ix_referral_agent", "agent_id", "sent_on"),
)

plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("assumptions", JsonText, nullable=False),  # see domain/plan.py
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("agent_id"),
)

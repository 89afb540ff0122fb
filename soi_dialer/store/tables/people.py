"""Who works here, whom they know, and who is signed in."""

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
    true,
)

from soi_dialer.store.tables.base import metadata, owned
from soi_dialer.store.types import JsonText, UtcDateTime

office = Table(
    "office",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

agent = Table(
    "agent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("office.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=False, unique=True),  # kept in lower case
    Column("phone", String(20), nullable=False),  # E.164: the agent's own phone, which a click rings
    Column("time_zone", String(64), nullable=False),
    Column("twilio_number", String(20), unique=True),  # E.164; empty means the installation's number
    Column("working_hours", String(200), nullable=False, server_default="Mon-Fri 08:00-18:00"),
    Column("channels", String(500), nullable=False, server_default="page,sms"),
    Column("callback_hours", Integer, nullable=False, server_default="4"),  # working hours until a message is due
    Column("password_hash", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("holidays", String(10), nullable=False, server_default=""),  # whose are kept, such as US or US-CA
    Column("leave_from_on", Date),
    Column("leave_until_on", Date),  # the last day of the leave
    Column("hand_over_to", Integer, ForeignKey("agent.id")),  # who is reminded meanwhile
    Column("last_digest_on", Date),
    Column("role", String(10), nullable=False, server_default="agent"),  # "agent" or "lead", who sees the whole team
    Column("customers_a_day", Integer, nullable=False, server_default="3"),  # past customers on each day's list
    Column("partners_a_day", Integer, nullable=False, server_default="1"),  # referral partners beside them
    Column("message_is_touch", Boolean, nullable=False, server_default=false()),  # a message left resets the cadence
    Column("first_weekday", Integer, nullable=False, server_default="0"),  # of a week: 0 Monday, 6 Sunday
    Column("weekly_mail", Boolean, nullable=False, server_default=true()),
)

session = Table(
    "session",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("agent_id", Integer, ForeignKey("agent.id"), nullable=False, index=True),
    Column("data", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("user_agent", String(200), nullable=False, server_default=""),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(400), nullable=False),  # an e-mail or an address, hashed
    Column("failed_at", UtcDateTime, nullable=False),
    Index("ix_sign_in_failure_subject", "subject", "failed_at"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

contact = Table(
    "contact",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("name", String(200), nullable=False),
    Column("search_name", String(200), nullable=False),  # case-folded, without accents
    Column("email", String(320), nullable=False, server_default=""),
    Column("level", String(40), nullable=False, server_default="acquaintance"),
    Column("time_zone", String(64)),  # the person's own statement; empty: derived from the number
    Column("do_not_call_at", UtcDateTime),
    Column("do_not_call_reason", String(500), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("named_by_number", Boolean, nullable=False, server_default=false()),
    Column("last_talked_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("archived_at", UtcDateTime),
    Column("household_id", Integer, ForeignKey("household.id", ondelete="SET NULL"), index=True),
    Column("cadence_days", Integer),  # this person's own; empty: that of the level
    Column("touched_at", UtcDateTime),  # what the cadence counts from: the last talk or, by setting, message left
    Column("next_touch_on", Date),  # in the agent's zone; empty: nobody is to call them by themselves
    Index("ix_contact_agent_name", "agent_id", "search_name", "id", "archived_at"),  # all that a search passes over
    Index("ix_contact_agent_email", "agent_id", "email", "id"),
    Index(
        "ix_contact_next_touch",
        "agent_id",
        "next_touch_on",
        "id",
        sqlite_where=text("next_touch_on IS NOT NULL"),
        postgresql_where=text("next_touch_on IS NOT NULL"),
    ),
    Index(
        "ix_contact_level_touch",
        "agent_id",
        "level",
        "next_touch_on",
        "id",
        sqlite_where=text("next_touch_on IS NOT NULL"),
        postgresql_where=text("next_touch_on IS NOT NULL"),
    ),
)

contact_phone = Table(
    "contact_phone",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("number", String(20), nullable=False),  # E.164
    Column("extension", String(20), nullable=False, server_default=""),  # shown, never dialled silently
    Column("label", String(40), nullable=False, server_default=""),
    Column("position", Integer, nullable=False, server_default="0"),
    UniqueConstraint("contact_id", "number"),
    Index("ix_contact_phone_agent_number", "agent_id", "number", "contact_id"),
)

do_not_call_number = Table(
    "do_not_call_number",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office_id", Integer, ForeignKey("office.id"), nullable=False),
    Column("number", String(20), nullable=False),  # outlives the contact: a re-import stays blocked
    Column("reason", String(500), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("office_id", "number"),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(40), primary_key=True),  # "sweep", "reconcile", "webhook"
    Column("beat_at", UtcDateTime, nullable=False),
    Column("detail", String(300), nullable=False, server_default=""),
)

watermark = Table(
    "watermark",
    metadata,
    Column("number", String(20), primary_key=True),  # one of our numbers at the carrier, E.164
    Column("seen_until", UtcDateTime, nullable=False),  # its calls that ended before are all here
    Column("asked_at", UtcDateTime),  # when the carrier's list was last asked for
)

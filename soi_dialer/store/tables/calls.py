"""Calls and the facts behind them, the debts that messages leave, and the messages."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false, text

from soi_dialer.store.tables.base import metadata, owned
from soi_dialer.store.types import JsonText, UtcDateTime

call = Table(
    "call",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="SET NULL")),
    Column("callback_id", Integer, ForeignKey("callback.id", use_alter=True, name="fk_call_callback_id")),
    Column("ref", String(32), nullable=False, unique=True),  # opaque, in every URL given to the carrier
    Column("request_key", String(200)),  # Idempotency-Key or form nonce
    Column("request_digest", String(64)),  # what that key was used for: a reuse for something else is refused
    Column("direction", String(8), nullable=False),  # "outbound" or "inbound"
    Column("contact_number", String(20)),  # E.164; empty when the caller withheld it
    Column("agent_number", String(20), nullable=False),
    Column("twilio_number", String(20), nullable=False),
    # intent, posting, placed, refused, unsure
    Column("placement", String(10), nullable=False, server_default="intent"),
    Column("state", String(20), nullable=False),
    Column("outcome", String(20)),
    Column("outcome_source", String(10)),  # "measured" or "agent"
    Column("measured_outcome", String(20)),  # what the legs say, kept beside the agent's word
    Column("disposition", String(20)),  # the agent's own word
    Column("failure", String(500)),  # plain words for a person: why it was refused, or what is unsure
    Column("talk_seconds", Integer, nullable=False, server_default="0"),
    Column("voicemail_seconds", Integer, nullable=False, server_default="0"),
    Column("agent_leg_seconds", Integer, nullable=False, server_default="0"),
    Column("contact_leg_seconds", Integer, nullable=False, server_default="0"),
    Column("answered_by", String(10)),
    Column("agent_sid", String(34), unique=True),
    Column("contact_sid", String(34), unique=True),
    Column("whispered_at", UtcDateTime),  # inbound: the agent's phone was answered and asked for a key
    Column("claimed_at", UtcDateTime),  # key 1, once
    Column("cancel_requested_at", UtcDateTime),
    Column("placed_at", UtcDateTime, nullable=False),
    Column("posted_at", UtcDateTime),
    Column("talk_started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("last_fact_at", UtcDateTime, nullable=False),
    Column("reconcile_at", UtcDateTime),  # when the carrier is to be asked; empty: nothing is missing
    Column("reconcile_tries", Integer, nullable=False, server_default="0"),
    Column("repaired", Boolean, nullable=False, server_default=false()),
    Column("self_reported", Boolean, nullable=False, server_default=false()),  # made elsewhere: the agent's word alone
    Column("note", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("wrapped_at", UtcDateTime),  # when the sheet after the call was answered
    Column("asked_at", UtcDateTime),  # when the agent asked for a referral in it
    UniqueConstraint("agent_id", "request_key"),
    Index("ix_call_agent_placed", "agent_id", "placed_at", "id"),
    Index("ix_call_contact_placed", "contact_id", "placed_at"),
    Index(
        "uq_call_one_live_outbound",
        "agent_id",
        unique=True,
        sqlite_where=text("direction = 'outbound' AND state <> 'ended'"),
        postgresql_where=text("direction = 'outbound' AND state <> 'ended'"),
    ),
    Index(
        "ix_call_live",
        "agent_id",
        sqlite_where=text("state <> 'ended'"),
        postgresql_where=text("state <> 'ended'"),
    ),
    Index(
        "ix_call_reconcile",
        "reconcile_at",
        sqlite_where=text("reconcile_at IS NOT NULL"),
        postgresql_where=text("reconcile_at IS NOT NULL"),
    ),
)

call_event = Table(
    "call_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", Integer, ForeignKey("call.id", ondelete="CASCADE"), nullable=False),
    Column("source", String(10), nullable=False),  # "webhook", "fetched", "agent" or "app"
    Column("kind", String(20), nullable=False),
    Column("dedupe_key", String(120), nullable=False),
    Column("body", JsonText, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("call_id", "dedupe_key"),
)

callback = Table(
    "callback",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="SET NULL")),
    Column("contact_number", String(20)),  # empty: the caller withheld it and cannot be dialled
    Column("reason", String(12), nullable=False),  # voicemail, missed_call, text, requested, follow_up
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),  # open, returned, waived
    Column("turn", String(8), nullable=False),  # agent or contact
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("returned_call_id", Integer, ForeignKey("call.id", use_alter=True, name="fk_callback_returned_call_id")),
    Column("waive_reason", String(500)),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("arrived_at", UtcDateTime),  # the newest message, missed call or text of the thread
    Column("snoozed_until", UtcDateTime),
    Column("remind_at", UtcDateTime),  # the next rung of the ladder; empty: nothing to remind of
    Column("reminded_at", UtcDateTime),  # the last rung that was done, and with it all before
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(64)),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("set_aside_at", UtcDateTime),  # its reminding failed again and again; shown, and not tried any more
    Column("problem", String(300)),
    Index(
        "ix_callback_open_since",
        "opened_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_callback_set_aside",
        "set_aside_at",
        sqlite_where=text("set_aside_at IS NOT NULL"),
        postgresql_where=text("set_aside_at IS NOT NULL"),
    ),
    Index(
        "ix_callback_remind",
        "remind_at",
        sqlite_where=text("remind_at IS NOT NULL"),
        postgresql_where=text("remind_at IS NOT NULL"),
    ),
    Index(
        "uq_callback_one_open",
        "agent_id",
        "contact_id",
        unique=True,
        sqlite_where=text("state = 'open' AND contact_id IS NOT NULL"),
        postgresql_where=text("state = 'open' AND contact_id IS NOT NULL"),
    ),
    Index(
        "ix_callback_open_due",
        "agent_id",
        "due_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_callback_agent_opened", "agent_id", "opened_at"),
)

callback_event = Table(
    "callback_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("callback_id", Integer, ForeignKey("callback.id", ondelete="CASCADE"), nullable=False, index=True),
    # past facts: message_left, call_missed, text_received, requested, contact_called, due_changed, waived
    Column("kind", String(20), nullable=False),
    Column("call_id", Integer, ForeignKey("call.id"), index=True),
    Column("key", String(64), unique=True),  # of a text message: its id, so that a repeated one is known
    Column("at", UtcDateTime, nullable=False),
    Column("body", JsonText, nullable=False),
    UniqueConstraint("callback_id", "kind", "call_id"),
)

voicemail = Table(
    "voicemail",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="SET NULL")),
    Column("call_id", Integer, ForeignKey("call.id"), nullable=False, index=True),
    Column("callback_id", Integer, ForeignKey("callback.id"), nullable=False),
    Column("recording_sid", String(34), nullable=False, unique=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("transcript", Text),
    Column("heard_at", UtcDateTime),
    Column("audio_state", String(10), nullable=False),  # waiting, stored, failed
    Column("audio_path", String(200)),  # below DATA_DIR
    Column("audio_type", String(40)),
    Column("audio_bytes", Integer),
    Column("audio_sha256", String(64)),
    Column("audio_problem", String(300)),
    Column("fetch_at", UtcDateTime),  # when the audio is to be asked for; empty: done or given up
    Column("fetch_tries", Integer, nullable=False, server_default="0"),
    Index("ix_voicemail_agent_received", "agent_id", "received_at"),
    Index(
        "ix_voicemail_fetch",
        "fetch_at",
        sqlite_where=text("fetch_at IS NOT NULL"),
        postgresql_where=text("fetch_at IS NOT NULL"),
    ),
)

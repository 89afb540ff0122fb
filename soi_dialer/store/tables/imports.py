"""An address book on its way in: the file as it came, and what became of each row, so that it can be undone."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from soi_dialer.store.tables.base import metadata, owned
from soi_dialer.store.types import JsonText, UtcDateTime

import_batch = Table(
    "import_batch",
    metadata,
    Column("id", Integer, primary_key=True),
    *owned(),
    Column("file_name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),  # the file; emptied when the batch is done
    Column("columns", JsonText),  # which column is what, by the agent's word; empty: as guessed
    # chosen, rehearsing, rehearsed, running, done, undoing, undone, failed
    Column("state", String(10), nullable=False),
    Column("total", Integer, nullable=False, server_default="0"),  # rows
    Column("done", Integer, nullable=False, server_default="0"),  # rows of the present step
    Column("problem", String(500), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(64)),
    Index("ix_import_batch_agent", "agent_id", "id"),
    Index(
        "ix_import_batch_at_work",
        "changed_at",
        sqlite_where=text("state IN ('rehearsing', 'running', 'undoing')"),
        postgresql_where=text("state IN ('rehearsing', 'running', 'undoing')"),
    ),
)

import_row = Table(
    "import_row",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", Integer, ForeignKey("import_batch.id", ondelete="CASCADE"), nullable=False),
    Column("row", Integer, nullable=False),  # as a spreadsheet counts them
    Column("name", String(200), nullable=False, server_default=""),
    Column("verdict", String(10), nullable=False),  # new, joined, unchanged, skipped
    Column("contact_id", Integer, ForeignKey("contact.id", ondelete="SET NULL")),
    Column("problems", JsonText, nullable=False),
    Column("before", JsonText),  # what was changed of a known person, as it was
    Column("is_undone", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("batch_id", "row"),
    Index("ix_import_row_contact", "contact_id"),
)

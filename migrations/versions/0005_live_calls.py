"""Who is in a call now is found without a walk through all of an agent's calls"""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    live = sa.text("state <> 'ended'")
    op.create_index('ix_call_live', 'call', ['agent_id'], unique=False, sqlite_where=live, postgresql_where=live)

"""Calls that agents made on their own phones, logged on their word"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('call', sa.Column('self_reported', sa.Boolean(), server_default=sa.false(), nullable=False))

"""Room on each page of callbacks, where PostgreSQL can write a lease without touching any index

A lease changes no indexed column, but it is a new version of the row, and where the row's own page is full every index
gets an entry for it. SQLite writes in place and needs nothing.
"""

from __future__ import annotations

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE callback SET (fillfactor = 90)')

"""The figures of days beside the calls, and the mail on Monday

Nothing is counted here: until the program's own sweep has done so, within minutes of its start, reports count the
calls themselves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from soi_dialer.store.types import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('call_day',
    sa.Column('agent_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day_on', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('conversations', sa.Integer(), nullable=False),
    sa.Column('long_conversations', sa.Integer(), nullable=False),
    sa.Column('talk_seconds', sa.Integer(), nullable=False),
    sa.Column('self_reported_seconds', sa.Integer(), nullable=False),
    sa.Column('self_reported_calls', sa.Integer(), nullable=False),
    sa.Column('self_reported_conversations', sa.Integer(), nullable=False),
    sa.Column('ring_seconds', sa.Integer(), nullable=False),
    sa.Column('whisper_seconds', sa.Integer(), nullable=False),
    sa.Column('voicemail_seconds', sa.Integer(), nullable=False),
    sa.Column('voicemails_left', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_call_day_agent_id')),
    sa.PrimaryKeyConstraint('agent_id', 'day_on', name=op.f('pk_call_day')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_call_day_day_on'), 'call_day', ['day_on'])
    op.create_table('rollup',
    sa.Column('agent_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_rollup_agent_id')),
    sa.PrimaryKeyConstraint('agent_id', name=op.f('pk_rollup'))
    )
    op.create_table('weekly_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('week_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('send_at', UtcDateTime(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('lease_owner', sa.String(length=64), nullable=True),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_weekly_mail_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_weekly_mail_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_weekly_mail')),
    sa.UniqueConstraint('agent_id', 'week_on', name=op.f('uq_weekly_mail_agent_id_week_on'))
    )
    with op.batch_alter_table('weekly_mail') as batch_op:
        batch_op.create_index('ix_weekly_mail_send', ['send_at'],
            unique=False,
            sqlite_where=sa.text('send_at IS NOT NULL'),
            postgresql_where=sa.text('send_at IS NOT NULL'))


def downgrade() -> None:
    op.drop_table('weekly_mail')
    op.drop_table('rollup')
    op.drop_table('call_day')

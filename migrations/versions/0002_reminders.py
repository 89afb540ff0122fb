"""Reminders: when the next one is due, who is told how, and who stands in for whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from soi_dialer.store.types import UtcDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_agent()
    _widen_callback()
    op.execute("UPDATE callback SET remind_at = due_at WHERE state = 'open'")
    _add_reminder()
    _add_watermark()
    for table in ('callback_event', 'voicemail'):
        op.create_index(op.f(f'ix_{table}_call_id'), table, ['call_id'])


def _widen_agent() -> None:
    with op.batch_alter_table('agent', recreate='auto') as batch_op:
        batch_op.add_column(sa.Column('holidays', sa.String(length=10), server_default='', nullable=False))
        batch_op.add_column(sa.Column('leave_from_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('leave_until_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('hand_over_to', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('last_digest_on', sa.Date(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_agent_hand_over_to'), 'agent', ['hand_over_to'], ['id'])


def _widen_callback() -> None:
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    with op.batch_alter_table('callback', recreate='always' if on_sqlite else 'never') as batch_op:
        if on_sqlite:  # the copy of the table would write this default in another way
            batch_op.alter_column('note', existing_type=sa.Text(), existing_nullable=False, server_default='')
        for name in ('arrived_at', 'snoozed_until', 'remind_at', 'reminded_at', 'lease_until'):
            batch_op.add_column(sa.Column(name, UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('lease_owner', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('tries', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('set_aside_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('problem', sa.String(length=300), nullable=True))
        for name, column, where in (
            ('ix_callback_open_since', 'opened_at', "state = 'open'"),
            ('ix_callback_set_aside', 'set_aside_at', 'set_aside_at IS NOT NULL'),
            ('ix_callback_remind', 'remind_at', 'remind_at IS NOT NULL'),
        ):
            batch_op.create_index(
                name, [column], unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
            )


def _add_reminder() -> None:
    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('callback_id', sa.Integer(), nullable=True),
    sa.Column('about_agent_id', sa.Integer(), nullable=False),
    sa.Column('rung', sa.String(length=12), nullable=False),
    sa.Column('rung_at', UtcDateTime(), nullable=False),
    sa.Column('channel', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('send_at', UtcDateTime(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('lease_owner', sa.String(length=64), nullable=True),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['about_agent_id'], ['agent.id'], name=op.f('fk_reminder_about_agent_id')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_reminder_agent_id')),
    sa.ForeignKeyConstraint(['callback_id'], ['callback.id'], name=op.f('fk_reminder_callback_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_reminder_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint(
        'callback_id', 'rung', 'rung_at', 'channel', name=op.f('uq_reminder_callback_id_rung_rung_at_channel')
    )
    )
    with op.batch_alter_table('reminder') as batch_op:
        batch_op.create_index('ix_reminder_agent', ['agent_id', 'id'], unique=False)
        batch_op.create_index(
            'ix_reminder_send',
            ['send_at'],
            unique=False,
            sqlite_where=sa.text('send_at IS NOT NULL'),
            postgresql_where=sa.text('send_at IS NOT NULL'),
        )


def _add_watermark() -> None:
    op.create_table('watermark',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('seen_until', UtcDateTime(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_watermark'))
    )


def downgrade() -> None:
    for table in ('callback_event', 'voicemail'):
        op.drop_index(op.f(f'ix_{table}_call_id'), table)
    op.drop_table('watermark')
    op.drop_table('reminder')
    with op.batch_alter_table('callback') as batch_op:
        for name in ('ix_callback_open_since', 'ix_callback_set_aside', 'ix_callback_remind'):
            batch_op.drop_index(name)
        for name in ('arrived_at', 'snoozed_until', 'remind_at', 'reminded_at', 'lease_until', 'lease_owner', 'tries'):
            batch_op.drop_column(name)
        batch_op.drop_column('set_aside_at')
        batch_op.drop_column('problem')
    with op.batch_alter_table('agent') as batch_op:
        batch_op.drop_constraint(op.f('fk_agent_hand_over_to'), type_='foreignkey')
        for name in ('holidays', 'leave_from_on', 'leave_until_on', 'hand_over_to', 'last_digest_on'):
            batch_op.drop_column(name)

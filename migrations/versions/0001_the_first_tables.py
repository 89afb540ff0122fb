"""The first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from soi_dialer.store.types import JsonText, UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('heartbeat',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('beat_at', UtcDateTime(), nullable=False),
    sa.Column('detail', sa.String(length=300), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeat'))
    )
    op.create_table('office',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office'))
    )
    op.create_table('sign_in_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=400), nullable=False),
    sa.Column('failed_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failure'))
    )
    with op.batch_alter_table('sign_in_failure') as batch_op:
        batch_op.create_index('ix_sign_in_failure_subject', ['subject', 'failed_at'], unique=False)

    op.create_table('agent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('twilio_number', sa.String(length=20), nullable=True),
    sa.Column('working_hours', sa.String(length=200), server_default='Mon-Fri 08:00-18:00', nullable=False),
    sa.Column('channels', sa.String(length=500), server_default='page,sms', nullable=False),
    sa.Column('callback_hours', sa.Integer(), server_default='4', nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('disabled_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_agent_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agent')),
    sa.UniqueConstraint('email', name=op.f('uq_agent_email')),
    sa.UniqueConstraint('twilio_number', name=op.f('uq_agent_twilio_number'))
    )
    op.create_table('do_not_call_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), server_default='', nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_do_not_call_number_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_do_not_call_number')),
    sa.UniqueConstraint('office_id', 'number', name=op.f('uq_do_not_call_number_office_id_number'))
    )
    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_api_token_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_api_token_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_table('contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('search_name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=320), server_default='', nullable=False),
    sa.Column('level', sa.String(length=40), server_default='acquaintance', nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=True),
    sa.Column('do_not_call_at', UtcDateTime(), nullable=True),
    sa.Column('do_not_call_reason', sa.String(length=500), server_default='', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('named_by_number', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('last_talked_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.Column('archived_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_contact_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_contact_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact'))
    )
    with op.batch_alter_table('contact') as batch_op:
        batch_op.create_index('ix_contact_agent_name', ['agent_id', 'search_name', 'id'], unique=False)

    op.create_table('session',
    sa.Column('id_hash', sa.String(length=64), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('data', JsonText(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('user_agent', sa.String(length=200), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_session_agent_id')),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_session'))
    )
    with op.batch_alter_table('session') as batch_op:
        batch_op.create_index(batch_op.f('ix_session_agent_id'), ['agent_id'], unique=False)

    op.create_table('call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('callback_id', sa.Integer(), nullable=True),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('request_key', sa.String(length=200), nullable=True),
    sa.Column('request_digest', sa.String(length=64), nullable=True),
    sa.Column('direction', sa.String(length=8), nullable=False),
    sa.Column('contact_number', sa.String(length=20), nullable=True),
    sa.Column('agent_number', sa.String(length=20), nullable=False),
    sa.Column('twilio_number', sa.String(length=20), nullable=False),
    sa.Column('placement', sa.String(length=10), server_default='intent', nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('outcome_source', sa.String(length=10), nullable=True),
    sa.Column('measured_outcome', sa.String(length=20), nullable=True),
    sa.Column('disposition', sa.String(length=20), nullable=True),
    sa.Column('failure', sa.String(length=500), nullable=True),
    sa.Column('talk_seconds', sa.Integer(), server_default='0', nullable=False),
    sa.Column('voicemail_seconds', sa.Integer(), server_default='0', nullable=False),
    sa.Column('agent_leg_seconds', sa.Integer(), server_default='0', nullable=False),
    sa.Column('contact_leg_seconds', sa.Integer(), server_default='0', nullable=False),
    sa.Column('answered_by', sa.String(length=10), nullable=True),
    sa.Column('agent_sid', sa.String(length=34), nullable=True),
    sa.Column('contact_sid', sa.String(length=34), nullable=True),
    sa.Column('whispered_at', UtcDateTime(), nullable=True),
    sa.Column('claimed_at', UtcDateTime(), nullable=True),
    sa.Column('cancel_requested_at', UtcDateTime(), nullable=True),
    sa.Column('placed_at', UtcDateTime(), nullable=False),
    sa.Column('posted_at', UtcDateTime(), nullable=True),
    sa.Column('talk_started_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('last_fact_at', UtcDateTime(), nullable=False),
    sa.Column('reconcile_at', UtcDateTime(), nullable=True),
    sa.Column('reconcile_tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('repaired', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_call_agent_id')),
    sa.ForeignKeyConstraint(['callback_id'], ['callback.id'], name='fk_call_callback_id', use_alter=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_call_contact_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_call_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call')),
    sa.UniqueConstraint('agent_id', 'request_key', name=op.f('uq_call_agent_id_request_key')),
    sa.UniqueConstraint('agent_sid', name=op.f('uq_call_agent_sid')),
    sa.UniqueConstraint('contact_sid', name=op.f('uq_call_contact_sid')),
    sa.UniqueConstraint('ref', name=op.f('uq_call_ref'))
    )
    with op.batch_alter_table('call') as batch_op:
        batch_op.create_index('ix_call_agent_placed', ['agent_id', 'placed_at', 'id'], unique=False)
        batch_op.create_index('ix_call_contact_placed', ['contact_id', 'placed_at'], unique=False)
        batch_op.create_index('ix_call_reconcile', ['reconcile_at'],
            unique=False,
            sqlite_where=sa.text('reconcile_at IS NOT NULL'),
            postgresql_where=sa.text('reconcile_at IS NOT NULL'))
        batch_op.create_index('uq_call_one_live_outbound', ['agent_id'],
            unique=True,
            sqlite_where=sa.text("direction = 'outbound' AND state <> 'ended'"),
            postgresql_where=sa.text("direction = 'outbound' AND state <> 'ended'"))

    op.create_table('callback',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('contact_number', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.String(length=12), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('turn', sa.String(length=8), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('returned_call_id', sa.Integer(), nullable=True),
    sa.Column('waive_reason', sa.String(length=500), nullable=True),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_callback_agent_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_callback_contact_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_callback_office_id')),
    sa.ForeignKeyConstraint(['returned_call_id'], ['call.id'], name='fk_callback_returned_call_id', use_alter=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback'))
    )
    with op.batch_alter_table('callback') as batch_op:
        batch_op.create_index('ix_callback_agent_opened', ['agent_id', 'opened_at'], unique=False)
        batch_op.create_index('ix_callback_open_due', ['agent_id', 'due_at'],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index('uq_callback_one_open', ['agent_id', 'contact_id'],
            unique=True,
            sqlite_where=sa.text("state = 'open' AND contact_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND contact_id IS NOT NULL"))

    op.create_table('contact_phone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('extension', sa.String(length=20), server_default='', nullable=False),
    sa.Column('label', sa.String(length=40), server_default='', nullable=False),
    sa.Column('position', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_contact_phone_agent_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'],
        name=op.f('fk_contact_phone_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_contact_phone_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_phone')),
    sa.UniqueConstraint('contact_id', 'number', name=op.f('uq_contact_phone_contact_id_number'))
    )
    with op.batch_alter_table('contact_phone') as batch_op:
        batch_op.create_index('ix_contact_phone_agent_number', ['agent_id', 'number'], unique=False)

    op.create_table('fact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_fact_agent_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_fact_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_fact_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fact'))
    )
    with op.batch_alter_table('fact') as batch_op:
        batch_op.create_index(batch_op.f('ix_fact_contact_id'), ['contact_id'], unique=False)

    op.create_table('call_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('dedupe_key', sa.String(length=120), nullable=False),
    sa.Column('body', JsonText(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_call_event_call_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_event')),
    sa.UniqueConstraint('call_id', 'dedupe_key', name=op.f('uq_call_event_call_id_dedupe_key'))
    )
    op.create_table('callback_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('callback_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=64), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('body', JsonText(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_callback_event_call_id')),
    sa.ForeignKeyConstraint(['callback_id'], ['callback.id'],
        name=op.f('fk_callback_event_callback_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback_event')),
    sa.UniqueConstraint('callback_id', 'kind', 'call_id', name=op.f('uq_callback_event_callback_id_kind_call_id')),
    sa.UniqueConstraint('key', name=op.f('uq_callback_event_key'))
    )
    with op.batch_alter_table('callback_event') as batch_op:
        batch_op.create_index(batch_op.f('ix_callback_event_callback_id'), ['callback_id'], unique=False)

    op.create_table('voicemail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('callback_id', sa.Integer(), nullable=False),
    sa.Column('recording_sid', sa.String(length=34), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('transcript', sa.Text(), nullable=True),
    sa.Column('heard_at', UtcDateTime(), nullable=True),
    sa.Column('audio_state', sa.String(length=10), nullable=False),
    sa.Column('audio_path', sa.String(length=200), nullable=True),
    sa.Column('audio_type', sa.String(length=40), nullable=True),
    sa.Column('audio_bytes', sa.Integer(), nullable=True),
    sa.Column('audio_sha256', sa.String(length=64), nullable=True),
    sa.Column('audio_problem', sa.String(length=300), nullable=True),
    sa.Column('fetch_at', UtcDateTime(), nullable=True),
    sa.Column('fetch_tries', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_voicemail_agent_id')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_voicemail_call_id')),
    sa.ForeignKeyConstraint(['callback_id'], ['callback.id'], name=op.f('fk_voicemail_callback_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'],
        name=op.f('fk_voicemail_contact_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_voicemail_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voicemail')),
    sa.UniqueConstraint('recording_sid', name=op.f('uq_voicemail_recording_sid'))
    )
    with op.batch_alter_table('voicemail') as batch_op:
        batch_op.create_index('ix_voicemail_agent_received', ['agent_id', 'received_at'], unique=False)
        batch_op.create_index('ix_voicemail_fetch', ['fetch_at'],
            unique=False,
            sqlite_where=sa.text('fetch_at IS NOT NULL'),
            postgresql_where=sa.text('fetch_at IS NOT NULL'))

    if op.get_bind().dialect.name != "sqlite":  # SQLite has them already; others cannot make a circle at once
        op.create_foreign_key("fk_call_callback_id", "call", "callback", ["callback_id"], ["id"])
        op.create_foreign_key("fk_callback_returned_call_id", "callback", "call", ["returned_call_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_call_callback_id", "call", type_="foreignkey")
        op.drop_constraint("fk_callback_returned_call_id", "callback", type_="foreignkey")
    with op.batch_alter_table('voicemail') as batch_op:
        batch_op.drop_index('ix_voicemail_fetch',
            sqlite_where=sa.text('fetch_at IS NOT NULL'),
            postgresql_where=sa.text('fetch_at IS NOT NULL'))
        batch_op.drop_index('ix_voicemail_agent_received')

    op.drop_table('voicemail')
    with op.batch_alter_table('callback_event') as batch_op:
        batch_op.drop_index(batch_op.f('ix_callback_event_callback_id'))

    op.drop_table('callback_event')
    op.drop_table('call_event')
    with op.batch_alter_table('fact') as batch_op:
        batch_op.drop_index(batch_op.f('ix_fact_contact_id'))

    op.drop_table('fact')
    with op.batch_alter_table('contact_phone') as batch_op:
        batch_op.drop_index('ix_contact_phone_agent_number')

    op.drop_table('contact_phone')
    with op.batch_alter_table('callback') as batch_op:
        batch_op.drop_index('uq_callback_one_open',
            sqlite_where=sa.text("state = 'open' AND contact_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND contact_id IS NOT NULL"))
        batch_op.drop_index('ix_callback_open_due',
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('ix_callback_agent_opened')

    op.drop_table('callback')
    with op.batch_alter_table('call') as batch_op:
        batch_op.drop_index('uq_call_one_live_outbound',
            sqlite_where=sa.text("direction = 'outbound' AND state <> 'ended'"),
            postgresql_where=sa.text("direction = 'outbound' AND state <> 'ended'"))
        batch_op.drop_index('ix_call_reconcile',
            sqlite_where=sa.text('reconcile_at IS NOT NULL'),
            postgresql_where=sa.text('reconcile_at IS NOT NULL'))
        batch_op.drop_index('ix_call_contact_placed')
        batch_op.drop_index('ix_call_agent_placed')

    op.drop_table('call')
    with op.batch_alter_table('session') as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_agent_id'))

    op.drop_table('session')
    with op.batch_alter_table('contact') as batch_op:
        batch_op.drop_index('ix_contact_agent_name')

    op.drop_table('contact')
    op.drop_table('api_token')
    op.drop_table('do_not_call_number')
    op.drop_table('agent')
    with op.batch_alter_table('sign_in_failure') as batch_op:
        batch_op.drop_index('ix_sign_in_failure_subject')

    op.drop_table('sign_in_failure')
    op.drop_table('office')
    op.drop_table('heartbeat')

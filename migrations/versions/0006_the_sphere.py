"""The sphere: levels and cadence, the day's list, households, tags, referrals, the plan, imports that can be undone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from soi_dialer.store.types import JsonText, UtcDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('household',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_household_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_household_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household'))
    )
    with op.batch_alter_table('household') as batch_op:
        batch_op.create_index('ix_household_agent', ['agent_id', 'name'], unique=False)

    op.create_table('import_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('columns', JsonText(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('total', sa.Integer(), server_default='0', nullable=False),
    sa.Column('done', sa.Integer(), server_default='0', nullable=False),
    sa.Column('problem', sa.String(length=500), server_default='', nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('lease_owner', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_import_batch_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_import_batch_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch'))
    )
    with op.batch_alter_table('import_batch') as batch_op:
        batch_op.create_index('ix_import_batch_agent', ['agent_id', 'id'], unique=False)
        batch_op.create_index('ix_import_batch_at_work', ['changed_at'],
            unique=False,
            sqlite_where=sa.text("state IN ('rehearsing', 'running', 'undoing')"),
            postgresql_where=sa.text("state IN ('rehearsing', 'running', 'undoing')"))

    op.create_table('level',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('cadence_days', sa.Integer(), nullable=False),
    sa.Column('is_partner', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_level_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_level_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_level')),
    sa.UniqueConstraint('agent_id', 'name', name=op.f('uq_level_agent_id_name'))
    )
    op.create_table('plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('assumptions', JsonText(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_plan_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_plan_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('agent_id', name=op.f('uq_plan_agent_id'))
    )
    op.create_table('script',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_script_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_script_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_script')),
    sa.UniqueConstraint('agent_id', 'name', name=op.f('uq_script_agent_id_name'))
    )
    op.create_table('tag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('search_name', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_tag_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_tag_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag')),
    sa.UniqueConstraint('agent_id', 'search_name', name=op.f('uq_tag_agent_id_search_name'))
    )
    op.create_table('contact_tag',
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'],
        name=op.f('fk_contact_tag_contact_id'),
        ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tag.id'], name=op.f('fk_contact_tag_tag_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contact_id', 'tag_id', name=op.f('pk_contact_tag'))
    )
    with op.batch_alter_table('contact_tag') as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_tag_tag_id'), ['tag_id'], unique=False)

    op.create_table('import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), server_default='', nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('problems', JsonText(), nullable=False),
    sa.Column('before', JsonText(), nullable=True),
    sa.Column('is_undone', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'],
        name=op.f('fk_import_row_batch_id'),
        ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'],
        name=op.f('fk_import_row_contact_id'),
        ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row')),
    sa.UniqueConstraint('batch_id', 'row', name=op.f('uq_import_row_batch_id_row'))
    )
    with op.batch_alter_table('import_row') as batch_op:
        batch_op.create_index('ix_import_row_contact', ['contact_id'], unique=False)

    op.create_table('referral',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('from_contact_id', sa.Integer(), nullable=False),
    sa.Column('to_contact_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('thanked_on', sa.Date(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=500), server_default='', nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_referral_agent_id')),
    sa.ForeignKeyConstraint(['from_contact_id'], ['contact.id'],
        name=op.f('fk_referral_from_contact_id'),
        ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_referral_office_id')),
    sa.ForeignKeyConstraint(['to_contact_id'], ['contact.id'],
        name=op.f('fk_referral_to_contact_id'),
        ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral')),
    sa.UniqueConstraint('to_contact_id', name=op.f('uq_referral_to_contact_id'))
    )
    with op.batch_alter_table('referral') as batch_op:
        batch_op.create_index('ix_referral_agent', ['agent_id', 'sent_on'], unique=False)
        batch_op.create_index('ix_referral_from', ['from_contact_id'], unique=False)

    op.create_table('today_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('today_on', sa.Date(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_partner', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('carried', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_today_item_agent_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'],
        name=op.f('fk_today_item_contact_id'),
        ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_today_item_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_today_item')),
    sa.UniqueConstraint('agent_id', 'today_on', 'contact_id', name=op.f('uq_today_item_agent_id_today_on_contact_id'))
    )
    with op.batch_alter_table('today_item') as batch_op:
        batch_op.create_index('ix_today_item_contact', ['contact_id', 'today_on'], unique=False)
        batch_op.create_index('ix_today_item_until', ['agent_id', 'until_on'],
            unique=False,
            sqlite_where=sa.text('until_on IS NOT NULL'),
            postgresql_where=sa.text('until_on IS NOT NULL'))

    op.create_table('level_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('from_level', sa.String(length=40), nullable=False),
    sa.Column('to_level', sa.String(length=40), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_level_event_agent_id')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_level_event_call_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'],
        name=op.f('fk_level_event_contact_id'),
        ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_level_event_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_level_event'))
    )
    with op.batch_alter_table('level_event') as batch_op:
        batch_op.create_index('ix_level_event_agent', ['agent_id', 'at'], unique=False)
        batch_op.create_index('ix_level_event_contact', ['contact_id', 'at'], unique=False)
    _widen()


def _widen() -> None:
    op.add_column('agent', sa.Column('role', sa.String(length=10), server_default='agent', nullable=False))
    op.add_column('agent', sa.Column('customers_a_day', sa.Integer(), server_default='3', nullable=False))
    op.add_column('agent', sa.Column('partners_a_day', sa.Integer(), server_default='1', nullable=False))
    op.add_column('agent', sa.Column('message_is_touch', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('agent', sa.Column('first_weekday', sa.Integer(), server_default='0', nullable=False))
    op.add_column('agent', sa.Column('weekly_mail', sa.Boolean(), server_default=sa.true(), nullable=False))
    with op.batch_alter_table('call') as batch_op:
        batch_op.add_column(sa.Column('wrapped_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('asked_at', UtcDateTime(), nullable=True))

    with op.batch_alter_table('contact') as batch_op:
        if op.get_bind().dialect.name == 'sqlite':  # the copy of the table would write these defaults in another way
            for name, kind in (('email', sa.String(320)), ('note', sa.Text()), ('do_not_call_reason', sa.String(500))):
                batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default='')
        batch_op.add_column(sa.Column('household_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('cadence_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('touched_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('next_touch_on', sa.Date(), nullable=True))
        batch_op.drop_index('ix_contact_agent_name')
        batch_op.create_index('ix_contact_agent_name', ['agent_id', 'search_name', 'id', 'archived_at'], unique=False)
        batch_op.create_index('ix_contact_agent_email', ['agent_id', 'email', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_household_id'), ['household_id'], unique=False)
        batch_op.create_index('ix_contact_next_touch', ['agent_id', 'next_touch_on', 'id'],
            unique=False,
            sqlite_where=sa.text('next_touch_on IS NOT NULL'),
            postgresql_where=sa.text('next_touch_on IS NOT NULL'))
        batch_op.create_index('ix_contact_level_touch', ['agent_id', 'level', 'next_touch_on', 'id'],
            unique=False,
            sqlite_where=sa.text('next_touch_on IS NOT NULL'),
            postgresql_where=sa.text('next_touch_on IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_contact_household_id'), 'household', ['household_id'], ['id'],
            ondelete='SET NULL')

    with op.batch_alter_table('contact_phone') as batch_op:
        batch_op.drop_index('ix_contact_phone_agent_number')
        batch_op.create_index('ix_contact_phone_agent_number', ['agent_id', 'number', 'contact_id'], unique=False)

    with op.batch_alter_table('fact') as batch_op:
        batch_op.add_column(sa.Column('about_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('month_day', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('call_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('done_at', UtcDateTime(), nullable=True))
        batch_op.create_index('ix_fact_month_day', ['agent_id', 'month_day'],
            unique=False,
            sqlite_where=sa.text('month_day IS NOT NULL'),
            postgresql_where=sa.text('month_day IS NOT NULL'))
        batch_op.create_index('ix_fact_kind', ['agent_id', 'kind', 'about_on'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_fact_call_id'), 'call', ['call_id'], ['id'], ondelete='SET NULL')
    # What was said of a call before there were sheets is its sheet; nobody is asked about what came in long ago.
    op.execute("UPDATE call SET wrapped_at = last_fact_at WHERE disposition IS NOT NULL OR direction = 'inbound'")
    op.execute('UPDATE contact SET touched_at = last_talked_at, email = lower(email)')


def downgrade() -> None:
    with op.batch_alter_table('fact') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_fact_call_id'), type_='foreignkey')
        batch_op.drop_index('ix_fact_kind')
        batch_op.drop_index('ix_fact_month_day',
            sqlite_where=sa.text('month_day IS NOT NULL'),
            postgresql_where=sa.text('month_day IS NOT NULL'))
        batch_op.drop_column('done_at')
        batch_op.drop_column('call_id')
        batch_op.drop_column('month_day')
        batch_op.drop_column('about_on')

    with op.batch_alter_table('contact_phone') as batch_op:
        batch_op.drop_index('ix_contact_phone_agent_number')
        batch_op.create_index('ix_contact_phone_agent_number', ['agent_id', 'number'], unique=False)

    with op.batch_alter_table('contact') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_contact_household_id'), type_='foreignkey')
        batch_op.drop_index('ix_contact_level_touch',
            sqlite_where=sa.text('next_touch_on IS NOT NULL'),
            postgresql_where=sa.text('next_touch_on IS NOT NULL'))
        batch_op.drop_index('ix_contact_next_touch',
            sqlite_where=sa.text('next_touch_on IS NOT NULL'),
            postgresql_where=sa.text('next_touch_on IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_contact_household_id'))
        batch_op.drop_index('ix_contact_agent_email')
        batch_op.drop_index('ix_contact_agent_name')
        batch_op.create_index('ix_contact_agent_name', ['agent_id', 'search_name', 'id'], unique=False)
        batch_op.drop_column('next_touch_on')
        batch_op.drop_column('touched_at')
        batch_op.drop_column('cadence_days')
        batch_op.drop_column('household_id')

    with op.batch_alter_table('call') as batch_op:
        batch_op.drop_column('asked_at')
        batch_op.drop_column('wrapped_at')

    with op.batch_alter_table('agent') as batch_op:
        batch_op.drop_column('weekly_mail')
        batch_op.drop_column('first_weekday')
        batch_op.drop_column('message_is_touch')
        batch_op.drop_column('partners_a_day')
        batch_op.drop_column('customers_a_day')
        batch_op.drop_column('role')

    with op.batch_alter_table('level_event') as batch_op:
        batch_op.drop_index('ix_level_event_contact')
        batch_op.drop_index('ix_level_event_agent')

    op.drop_table('level_event')
    with op.batch_alter_table('today_item') as batch_op:
        batch_op.drop_index('ix_today_item_until',
            sqlite_where=sa.text('until_on IS NOT NULL'),
            postgresql_where=sa.text('until_on IS NOT NULL'))
        batch_op.drop_index('ix_today_item_contact')

    op.drop_table('today_item')
    with op.batch_alter_table('referral') as batch_op:
        batch_op.drop_index('ix_referral_from')
        batch_op.drop_index('ix_referral_agent')

    op.drop_table('referral')
    with op.batch_alter_table('import_row') as batch_op:
        batch_op.drop_index('ix_import_row_contact')

    op.drop_table('import_row')
    with op.batch_alter_table('contact_tag') as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_tag_tag_id'))

    op.drop_table('contact_tag')
    op.drop_table('tag')
    op.drop_table('script')
    op.drop_table('plan')
    op.drop_table('level')
    with op.batch_alter_table('import_batch') as batch_op:
        batch_op.drop_index('ix_import_batch_at_work',
            sqlite_where=sa.text("state IN ('rehearsing', 'running', 'undoing')"),
            postgresql_where=sa.text("state IN ('rehearsing', 'running', 'undoing')"))
        batch_op.drop_index('ix_import_batch_agent')

    op.drop_table('import_batch')
    with op.batch_alter_table('household') as batch_op:
        batch_op.drop_index('ix_household_agent')

    op.drop_table('household')

"""Every table. Each row of business data names its office and its agent, and every query is scoped by them.

Names: `*_at` aware UTC instants, `*_on` local dates, `*_seconds` whole seconds, `*_ref` ours, `*_sid` the carrier's.
The migrations in `migrations/` are checked by a test to produce exactly these tables.
"""

from soi_dialer.store.tables.base import metadata
from soi_dialer.store.tables.calls import call, call_event, callback, callback_event, voicemail
from soi_dialer.store.tables.imports import import_batch, import_row
from soi_dialer.store.tables.people import (
    agent,
    api_token,
    contact,
    contact_phone,
    do_not_call_number,
    heartbeat,
    office,
    session,
    sign_in_failure,
    watermark,
)
from soi_dialer.store.tables.reminders import reminder
from soi_dialer.store.tables.rollup import call_day, rollup, weekly_mail
from soi_dialer.store.tables.sphere import (
    contact_tag,
    fact,
    household,
    level,
    level_event,
    plan,
    referral,
    script,
    tag,
    today_item,
)

__all__ = [
    "agent",
    "api_token",
    "call",
    "call_day",
    "call_event",
    "callback",
    "callback_event",
    "contact",
    "contact_phone",
    "contact_tag",
    "do_not_call_number",
    "fact",
    "heartbeat",
    "household",
    "import_batch",
    "import_row",
    "level",
    "level_event",
    "metadata",
    "office",
    "plan",
    "referral",
    "reminder",
    "rollup",
    "script",
    "session",
    "sign_in_failure",
    "tag",
    "today_item",
    "voicemail",
    "watermark",
    "weekly_mail",
]

"""What a run under load is judged by: what is in the database afterwards."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from sqlalchemy import insert, update

from bench import busy_office, installation
from bench.installation import AT
from soi_dialer.store.database import Database
from soi_dialer.store.tables import call_event, callback, reminder


def test_only_webhooks_about_these_calls_are_counted(tmp_path):
    url = f"sqlite:///{tmp_path / 'office.db'}"
    refs = installation.fill(url, 2)
    fact = {"kind": "leg", "body": {}, "received_at": AT}
    told = [(1, "webhook", "a"), (1, "webhook", "b"), (1, "fetched", "c"), (2, "webhook", "a")]
    with contextlib.closing(Database(url)) as database, database.write() as connection:
        for call_id, source, key in told:
            connection.execute(insert(call_event).values(call_id=call_id, source=source, dedupe_key=key, **fact))
    assert busy_office.webhooks_kept(url, refs) == 3
    assert busy_office.webhooks_kept(url, refs[:1]) == 2


def test_a_callback_is_untold_until_its_text_is_sent(tmp_path):
    url, later = f"sqlite:///{tmp_path / 'office.db'}", AT + timedelta(hours=1)
    installation.fill(url, busy_office.USERS + 1)
    debt = busy_office._debt(0, AT - timedelta(minutes=1))
    text = {"office_id": 1, "agent_id": 1, "about_agent_id": 1, "rung": "due", "rung_at": AT, "channel": "sms"}
    with contextlib.closing(Database(url)) as database:

        def untold(*statements) -> int:
            with database.write() as connection:
                for statement in statements:
                    connection.execute(statement)
            return busy_office.count_untold(url, AT)

        assert untold(insert(callback).values(debt)) == 1
        to_send = insert(reminder).values(text | {"state": "due", "send_at": AT})
        assert untold(update(callback).values(remind_at=later), to_send) == 1
        assert untold(update(reminder).values(state="sent", send_at=None)) == 0
        assert untold(update(reminder).values(state="failed")) == 1

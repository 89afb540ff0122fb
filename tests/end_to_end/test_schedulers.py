"""Four schedulers beside each other, as processes, with more to do than one does in a sweep."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from soi_dialer.store import agents
from soi_dialer.store.database import Database
from soi_dialer.store.migrate import upgrade
from soi_dialer.store.tables import callback, reminder
from tests.end_to_end.programs import Program, eventually
from tests.notify.mail_server import serving

DUE, SCHEDULERS = 1000, 4
MAILED = 100


def owe(db: Database) -> None:
    """A thousand people who wait; one agent reads it on the page alone, the other one gets e-mail as well."""
    now = datetime.now(UTC)
    with db.write() as connection:
        office = agents.insert_office(connection, "Ours", now)
        plain, mailed = (_agent(connection, office, name, now) for name in ("page", "email"))
        rows = [_debt(office, mailed if number < MAILED else plain, number, now) for number in range(DUE)]
        connection.execute(insert(callback), rows)


def _agent(connection, office: int, channel: str, now: datetime) -> int:
    return agents.insert(
        connection,
        office_id=office,
        name=channel.title(),
        email=f"{channel}@example.com",
        phone="+12025550101",
        time_zone="UTC",
        working_hours="Mon-Sun 00:00-24:00",
        channels=channel,
        password_hash="none",
        created_at=now,
    )


def _debt(office: int, agent_id: int, number: int, now: datetime) -> dict:
    return {
        "office_id": office,
        "agent_id": agent_id,
        "contact_number": f"+1212555{number:04}",
        "reason": "voicemail",
        "due_at": now + timedelta(hours=4),
        "arrived_at": now - timedelta(minutes=1),
        "remind_at": now - timedelta(minutes=1),
        "state": "open",
        "turn": "agent",
        "opened_at": now,
    }


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    upgrade(database_url)
    with contextlib.closing(Database(database_url)) as database:
        yield database


def test_each_of_a_thousand_is_told_once_by_four_schedulers(tmp_path, db, database_url):
    owe(db)
    with serving() as (mail, port):
        settings = {
            "DATA_DIR": tmp_path,
            "DATABASE_URL": database_url,
            "SWEEP_SECONDS": 1,
            "SMTP_URL": f"smtp://127.0.0.1:{port}",
        }
        programs = [
            Program(tmp_path, f"scheduler{one}", ["-m", "soi_dialer", "scheduler"], settings)
            for one in range(SCHEDULERS)
        ]
        try:
            eventually(lambda: _sent(db) == MAILED + 1, f"{MAILED} e-mails; {[p.words() for p in programs]}")
            assert [program.press_ctrl_c() for program in programs] == [0] * SCHEDULERS
        finally:
            for program in programs:
                program.destroy()
    names = [one["Message-ID"] for one in mail.got]
    assert len(set(names)) == len(names) == MAILED + 1  # the digest is the other one
    assert _shown(db) == [1] * DUE
    assert not any("Traceback" in program.words() or "locked" in program.words() for program in programs)


def _sent(db: Database) -> int:
    """How many messages went out; fewer than any while callbacks are waiting to be reminded of."""
    query = select(func.count()).where(reminder.c.state == "sent", reminder.c.channel == "email")
    waiting = select(func.count()).select_from(callback).where(callback.c.reminded_at.is_(None))
    with db.read() as connection:
        return connection.execute(query).scalar_one() if connection.execute(waiting).scalar_one() == 0 else -1


def _shown(db: Database) -> list[int]:
    query = select(func.count()).where(reminder.c.channel == "page").group_by(reminder.c.callback_id)
    with db.read() as connection:
        return list(connection.execute(query).scalars())

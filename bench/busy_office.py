"""An office in the middle of its day: calls under way, people who browse, callbacks that fall due all the time."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, update

from app import create_app
from bench import history, installation
from config import load
from soi_dialer import clock
from soi_dialer.store import tables
from soi_dialer.store.database import Database

USERS, DEBTORS = 5, 100
"""The first agents look at pages; the next ones have people waiting, and are told so on the page and by text."""

DUE_EVERY_SECONDS = 1.0
FIRST_DUE_AFTER_SECONDS = 20.0


def open_for(data_dir: Path, url: str, calls: int, seconds: float) -> tuple[list[str], list[tuple[str, str]]]:
    """Make it. The references of so many calls under way, and each user's page of a contact with their cookie."""
    refs = installation.fill(url, max(calls, USERS + DEBTORS))
    with contextlib.closing(Database(url)) as database:
        _begin_the_day(database, clock.now(), seconds)
    app = create_app(load(installation.environment(data_dir, url), env_file=None))
    with contextlib.closing(app.extensions["soi_dialer"]):
        users = [history.make(app, clock.now(), agent_id) for agent_id in range(1, USERS + 1)]
    return refs[:calls], users


def _begin_the_day(database: Database, now: datetime, seconds: float) -> None:
    """Everybody works around the clock, so that it is the same whenever it is measured."""
    is_debtor = tables.agent.c.id.in_(_debtors())
    hours = {"working_hours": "Mon-Sun 00:00-24:00", "last_digest_on": now.date()}
    with database.write() as connection:
        connection.execute(update(tables.agent).values(hours))
        connection.execute(update(tables.agent).where(is_debtor).values(last_digest_on=None))
        connection.execute(update(tables.call).values(placed_at=now, claimed_at=now, last_fact_at=now))
        connection.execute(insert(tables.callback), [_debt(n, now) for n in range(round(seconds / DUE_EVERY_SECONDS))])


def _debtors() -> range:
    return range(USERS + 1, USERS + DEBTORS + 1)


def _debt(number: int, now: datetime) -> dict:
    at = now + timedelta(seconds=FIRST_DUE_AFTER_SECONDS + number * DUE_EVERY_SECONDS)
    return {
        "office_id": 1,
        "agent_id": _debtors()[number % DEBTORS],
        "contact_number": f"+1212555{number % 10_000:04}",
        "reason": "voicemail",
        "due_at": at + timedelta(hours=4),
        "state": "open",
        "turn": "agent",
        "opened_at": at,
        "arrived_at": at,
        "remind_at": at,
    }


def webhooks_kept(url: str, refs: Sequence[str]) -> int:
    """How many different webhooks about these calls are in the database; what was asked for is not counted."""
    kept, mine = tables.call_event, set(refs)
    by_webhook = select(tables.call.c.ref, func.count()).join(kept).where(kept.c.source == "webhook")
    with contextlib.closing(Database(url)) as database, database.read() as connection:
        return sum(count for ref, count in connection.execute(by_webhook.group_by(tables.call.c.ref)) if ref in mine)


def count_untold(url: str, now: datetime) -> int:
    """Callbacks to be reminded of before now that were not, and texts about them that are not sent or failed."""
    late, text = tables.callback.c.remind_at <= now, tables.reminder
    unsent = (text.c.state == "failed") | (text.c.send_at <= now)
    with contextlib.closing(Database(url)) as database, database.read() as connection:
        waiting = connection.execute(select(func.count()).select_from(tables.callback).where(late)).scalar_one()
        return waiting + connection.execute(select(func.count()).select_from(text).where(unsent)).scalar_one()

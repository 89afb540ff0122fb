"""A small office, and one hand-made week of its owner that is worked out on paper."""

from __future__ import annotations

import contextlib
import itertools
import types
from collections.abc import Iterator
from datetime import UTC, datetime

from soi_dialer.domain.span import Span
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback, contact
from tests.cast import cast

W47 = Span.parse("2026-W47")  # Monday 16 to Sunday 22 November; New York is five hours behind UTC
FRIDAY = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # 15:00 in New York
REFS = (f"{number:032d}" for number in itertools.count())


@contextlib.contextmanager
def open_office(database_url: str) -> Iterator[types.SimpleNamespace]:
    """Two colleagues and a stranger; `now` may be moved."""
    db = Database(database_url, pool_size=2)
    here = types.SimpleNamespace(db=db, now=FRIDAY, people=cast(db))
    here.dialer = types.SimpleNamespace(db=db, clock=lambda: here.now)
    yield here
    db.close()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def add_person(office, scope: Scope, level: str) -> int:
    owner = {"office_id": scope.office_id, "agent_id": scope.agent_id}
    values = {"name": "P", "search_name": "p", "level": level, "created_at": FRIDAY, "updated_at": FRIDAY}
    with office.db.write() as conn:
        return conn.execute(contact.insert().values(**owner, **values)).inserted_primary_key[0]


def add_call(office, scope: Scope, placed_at: str, outcome: str = "connected", talk: int = 0, **more) -> int:
    values = {
        "office_id": scope.office_id, "agent_id": scope.agent_id, "ref": next(REFS), "direction": "outbound",
        "contact_number": "+12125550147", "agent_number": "+12025550101", "twilio_number": "+12025550100",
        "state": "ended", "outcome": outcome, "talk_seconds": talk, "placed_at": at(placed_at),
        "last_fact_at": at(placed_at),
    }  # fmt: skip
    with office.db.write() as conn:
        return conn.execute(call.insert().values(**values | more)).inserted_primary_key[0]


def add_debt(office, scope: Scope, opened: str, due: str, closed: str | None = None) -> None:
    state = "returned" if closed else "open"
    values = {"reason": "voicemail", "state": state, "turn": "agent", "opened_at": at(opened), "due_at": at(due)}
    owner = {"office_id": scope.office_id, "agent_id": scope.agent_id}
    with office.db.write() as conn:
        conn.execute(callback.insert().values(**owner, **values, closed_at=at(closed) if closed else None))


def fill_week(office) -> None:
    """The owner's week. In the comments, New York's time and what the call counts for."""
    owner = office.people.owner
    ann, bob, cy, pat = (
        add_person(office, owner, level) for level in ("customer", "customer", "friend", "referral partner")
    )
    add_call(office, owner, "2026-11-16T04:59:59", talk=999, contact_id=ann)  # Sunday 23:59:59: the week before
    add_call(office, owner, "2026-11-16T14:00", talk=600, contact_id=ann)  # Mon 9:00, long
    add_call(office, owner, "2026-11-16T14:20", talk=299, contact_id=bob)  # Mon 9:20, not long
    add_call(office, owner, "2026-11-16T14:40", "no_answer", contact_id=cy, agent_leg_seconds=40)  # Mon 9:40
    add_call(office, owner, "2026-11-16T15:00", "left_voicemail", contact_id=cy, voicemail_seconds=20)  # Mon 10:00
    add_call(office, owner, "2026-11-17T15:00", talk=300, contact_id=ann, self_reported=True)  # Tue, made elsewhere
    add_call(office, owner, "2026-11-17T16:00", talk=1200, contact_id=pat, direction="inbound")  # Tue, long
    add_call(office, owner, "2026-11-18T16:00", "voicemail", direction="inbound", voicemail_seconds=33)  # Wed
    add_call(office, owner, "2026-11-19T04:30", talk=2400, contact_id=cy)  # Wed 23:30, talked into Thursday
    add_call(office, owner, "2026-11-20T15:00", None, state="talking")  # Fri, under way
    add_debt(office, owner, "2026-11-16T15:00", "2026-11-16T19:00", "2026-11-16T15:30")  # in an hour, kept
    add_debt(office, owner, "2026-11-17T15:00", "2026-11-17T19:00", "2026-11-18T15:00")  # the next day, late
    add_debt(office, owner, "2026-11-18T16:00", "2026-11-18T20:00")  # open, overdue

"""The report reads the agent's own rows, in the agent's own zone."""

from __future__ import annotations

import types
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from soi_dialer.flows import rollup
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.flows.report_week import report_week
from soi_dialer.store import agents
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback, metadata

NOW = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # Sunday night in New York, Monday in London


@pytest.fixture
def dialer(database_url):
    db = Database(database_url, pool_size=2)
    metadata.create_all(db.engine)
    yield types.SimpleNamespace(db=db, clock=lambda: NOW)
    db.close()


def _agent(dialer, email: str, zone: str, office: int | None = None) -> Scope:
    with dialer.db.write() as conn:
        office = office or agents.insert_office(conn, "An office", NOW)
        values = {"name": "A", "email": email, "phone": "+12025550123", "time_zone": zone, "password_hash": "-"}
        return Scope(office, agents.insert(conn, office_id=office, created_at=NOW, **values))


def _call(dialer, scope: Scope, placed_at: datetime, ref: str, talk_seconds: int = 60) -> None:
    values = {
        "office_id": scope.office_id,
        "agent_id": scope.agent_id,
        "ref": ref * 32,
        "direction": "outbound",
        "contact_number": "+12125550147",
        "agent_number": "+12025550123",
        "twilio_number": "+12025550100",
        "state": "ended",
        "outcome": "connected",
        "talk_seconds": talk_seconds,
        "placed_at": placed_at,
        "last_fact_at": placed_at,
    }
    with dialer.db.write() as conn:
        conn.execute(call.insert().values(**values))


def _callback(dialer, scope: Scope, opened_at: datetime, **values) -> None:
    values = {"reason": "voicemail", "due_at": opened_at, "state": "open", "turn": "agent"} | values
    with dialer.db.write() as conn:
        owner = {"office_id": scope.office_id, "agent_id": scope.agent_id}
        conn.execute(callback.insert().values(opened_at=opened_at, **owner, **values))


def test_the_present_week_is_the_one_on_the_agents_wall(dialer):
    assert report_week(dialer, _agent(dialer, "ny@example.com", "America/New_York"))["week"] == "2026-W47"
    assert report_week(dialer, _agent(dialer, "ld@example.com", "Europe/London"))["week"] == "2026-W48"


def test_only_the_agents_own_calls_and_callbacks_count(dialer):
    mine = _agent(dialer, "me@example.com", "America/New_York")
    others = [
        _agent(dialer, "teammate@example.com", "America/New_York", mine.office_id),
        _agent(dialer, "stranger@example.com", "America/New_York"),
    ]
    _call(dialer, mine, datetime(2026, 11, 17, 15, tzinfo=UTC), "a", 540)
    _callback(dialer, mine, datetime(2026, 11, 17, 15, tzinfo=UTC))
    for scope, ref in zip(others, "bc", strict=True):
        _call(dialer, scope, datetime(2026, 11, 17, 15, tzinfo=UTC), ref, 999)
        _callback(dialer, scope, datetime(2026, 11, 17, 15, tzinfo=UTC))
    report = report_week(dialer, mine, "2026-W47")
    assert report["talk_seconds"] == 540
    assert report["callbacks"]["opened"] == report["callbacks"]["still_open"] == 1


def test_callbacks_closed_before_the_week_or_opened_after_it_are_not_part_of_it(dialer):
    mine = _agent(dialer, "me@example.com", "America/New_York")
    early, late = datetime(2026, 11, 2, 15, tzinfo=UTC), datetime(2026, 11, 24, 15, tzinfo=UTC)
    _callback(dialer, mine, early, state="returned", closed_at=early)
    _callback(dialer, mine, late)
    assert report_week(dialer, mine, "2026-W47")["callbacks"]["still_open"] == 0
    assert report_week(dialer, mine, "2026-W48")["callbacks"]["still_open"] == 1


def test_a_week_that_is_none_is_refused_by_its_field(dialer):
    mine = _agent(dialer, "me@example.com", "America/New_York")
    for text in ("last", "2026-W54", "2026W47", "0000-W01"):
        with pytest.raises(BadValue) as refused:
            report_week(dialer, mine, text)
        assert refused.value.field == "week"


def test_another_offices_agent_is_not_found(dialer):
    mine = _agent(dialer, "me@example.com", "America/New_York")
    with pytest.raises(NotFound):
        report_week(dialer, Scope(mine.office_id + 99, mine.agent_id))


def test_a_report_takes_four_queries_whatever_the_week_held(dialer):
    mine = _agent(dialer, "me@example.com", "America/New_York")
    for number, ref in enumerate("abcdef"):
        _call(dialer, mine, datetime(2026, 11, 17, 10 + number, tzinfo=UTC), ref)
    rollup.rebuild(dialer, mine.agent_id)
    seen = []
    event.listen(dialer.db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    report_week(dialer, mine, "2026-W47")
    assert len([text for text in seen if text.startswith("SELECT")]) == 4

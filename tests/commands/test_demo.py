"""The demo: what a newcomer sees first, built from the same facts and rules as everything real."""

from __future__ import annotations

import io
import types
import wave
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from argon2.exceptions import InvalidHashError
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from soi_dialer.domain import phone
from soi_dialer.domain.call import derive
from soi_dialer.domain.fact_kinds import KINDS
from soi_dialer.domain.span import Span
from soi_dialer.flows.demo import colleagues, elsewhere
from soi_dialer.flows.demo.people import PEOPLE, numbers
from soi_dialer.flows.demo.weeks import WEEKS, Weeks
from soi_dialer.flows.follow_call import known_of
from soi_dialer.flows.passwords import HASHER, NO_PASSWORD
from soi_dialer.flows.report_team import report_team
from soi_dialer.flows.report_week import report_week
from soi_dialer.flows.seed_demo import seed_demo
from soi_dialer.simulator.media import render
from soi_dialer.store import agents, calls, contacts, migrate
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback, contact, contact_phone, fact, level_event, referral, tag, voicemail

NEW_YORK = ZoneInfo("America/New_York")
DERIVED = ("state", "outcome", "outcome_source", "measured_outcome", "talk_seconds", "voicemail_seconds", "ended_at")
MONDAY_MORNING = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
W47 = Span.parse("2026-W47")


@pytest.fixture
def dialer(sqlite_url, tmp_path):
    yield from _dialer(sqlite_url, tmp_path)


@pytest.fixture
def any_dialer(database_url, tmp_path):
    yield from _dialer(database_url, tmp_path)


def _dialer(database_url, tmp_path):
    migrate.upgrade(database_url)
    settings = types.SimpleNamespace(
        data_dir=tmp_path / "data", twilio_phone_number="+12025550100", reconcile_after_seconds=120
    )
    here = types.SimpleNamespace(db=Database(database_url, 2), settings=settings, now=MONDAY_MORNING)
    here.clock = lambda: here.now
    yield here
    here.db.close()


def _rows(dialer, query) -> list:
    with dialer.db.read() as conn:
        return list(conn.execute(query).mappings())


def test_the_sign_in_opens_and_the_sphere_is_there(dialer):
    demo = seed_demo(dialer, render)
    with dialer.db.read() as conn:
        agent = agents.by_email(conn, demo.email)
    assert HASHER.verify(agent["password_hash"], demo.password)
    assert len(_rows(dialer, select(contact).where(contact.c.agent_id == agent["id"]))) == 40
    assert {row["state"] for row in _rows(dialer, select(referral))} == {"lead", "met", "closing", "lost"}
    spoken = {row["direction"]: 0 for row in _rows(dialer, select(call))}
    assert set(spoken) == {"outbound", "inbound"}


def test_every_call_is_what_its_facts_say(any_dialer):
    dialer = any_dialer
    seed_demo(dialer, render)
    with dialer.db.read() as conn:
        rows = list(conn.execute(select(call)).mappings())
        facts = calls.facts_of(conn, [row["id"] for row in rows])
    assert len(rows) > 150
    for row in rows:
        derived = derive(known_of(row), facts[row["id"]])
        assert [getattr(derived, name) for name in DERIVED] == [row[name] for name in DERIVED]
        assert row["state"] == "ended"
        assert row["reconcile_at"] is None


def test_some_came_closer_each_in_a_long_talk(any_dialer):
    seed_demo(any_dialer, render)
    calls_by_id = {row["id"]: row for row in _rows(any_dialer, select(call))}
    people = {row["id"]: row for row in _rows(any_dialer, select(contact))}
    moves = _rows(any_dialer, select(level_event))
    assert len({move["contact_id"] for move in moves}) == len(moves) == 3
    for move in moves:
        talk = calls_by_id[move["call_id"]]
        assert (talk["contact_id"], talk["outcome"]) == (move["contact_id"], "connected")
        assert talk["talk_seconds"] >= 600
        assert move["from_level"] != move["to_level"] == people[move["contact_id"]]["level"]
        assert talk["placed_at"] < move["at"] < any_dialer.now


def test_each_message_and_missed_call_has_its_callback_and_some_are_open(dialer):
    seed_demo(dialer, render)
    debts = _rows(dialer, select(callback))
    assert {row["state"] for row in debts} == {"open", "returned", "waived"}
    still = [row for row in debts if row["state"] == "open"]
    assert any(row["due_at"] < dialer.now for row in still)
    assert any(row["due_at"] > dialer.now for row in still)
    assert {row["turn"] for row in still} == {"agent", "contact"}
    left = _rows(dialer, select(voicemail))
    assert {row["callback_id"] for row in left} <= {row["id"] for row in debts}


def test_every_message_can_be_read_and_heard(dialer):
    seed_demo(dialer, render)
    for row in _rows(dialer, select(voicemail)):
        assert row["transcript"]
        assert row["audio_state"] == "stored"
        sound = (dialer.settings.data_dir / row["audio_path"]).read_bytes()
        assert len(sound) == row["audio_bytes"]
        with wave.open(io.BytesIO(sound)) as audio:
            assert round(audio.getnframes() / audio.getframerate()) == row["seconds"]


def test_asking_for_the_demo_again_changes_nothing_and_tells_the_sign_in_again(dialer):
    first = seed_demo(dialer, render)
    before = len(_rows(dialer, select(call)))
    dialer.now += timedelta(days=3)
    assert seed_demo(dialer, render) == first
    assert len(_rows(dialer, select(call))) == before


def test_where_somebody_works_no_demo_is_put(dialer):
    with dialer.db.write() as conn:
        office = agents.first_office(conn, "Office", dialer.now)
        values = {"name": "Jo", "email": "jo@example.com", "phone": "+12025550123", "time_zone": "UTC"}
        agents.insert(conn, office_id=office, password_hash="-", created_at=dialer.now, **values)
    assert seed_demo(dialer, render) is None
    assert _rows(dialer, select(contact)) == []


def test_a_password_that_was_changed_is_not_told(dialer):
    demo = seed_demo(dialer, render)
    with dialer.db.write() as conn:
        row = agents.by_email(conn, demo.email)
        agents.update(conn, row["id"], password_hash=HASHER.hash("something of their own"))
    assert seed_demo(dialer, render) is None


def test_the_agent_leads_three_colleagues_who_have_weeks_of_calls_and_owe_nobody(dialer):
    demo = seed_demo(dialer)
    with dialer.db.read() as conn:
        agent, everybody = agents.by_email(conn, demo.email), agents.all_active(conn)
    scope = Scope(agent["office_id"], agent["id"])
    for week in (W47, Span.parse("2026-W44")):
        report = report_team(dialer, scope, week)
        assert (report.is_lead, report.size, len(report.members)) == (True, 4, 4)
        assert all(member.talk_seconds > 600 and member.conversations > 2 for member in report.members)
    others = [row for row in _rows(dialer, select(callback)) if row["agent_id"] != agent["id"]]
    assert {row["state"] for row in others} == {"returned"}
    own = {row["phone"] for row in everybody} | {row["number"] for row in _rows(dialer, select(contact_phone))}
    assert all(number[5:8] == "555" and number[8:10] == "01" for number in own)
    assert {row["password_hash"] for row in everybody if row["id"] != agent["id"]} == {NO_PASSWORD}
    with pytest.raises(InvalidHashError):
        HASHER.verify(NO_PASSWORD, demo.password)


def test_the_weeks_have_hours_in_them(dialer):
    seed_demo(dialer, render)
    with dialer.db.read() as conn:
        agent = agents.by_email(conn, "demo@example.com")
    reports = [report_week(dialer, Scope(agent["office_id"], agent["id"]), f"2026-W{n}") for n in range(40, 48)]
    assert all(report["talk_seconds"] > 3600 for report in reports)
    assert all(report["days"][5]["connected"] == report["days"][6]["connected"] == 0 for report in reports)


def test_one_talk_is_self_reported_in_the_week_of_the_last_working_day(dialer):
    seed_demo(dialer)
    (said,) = [row for row in _rows(dialer, select(call)) if row["self_reported"]]
    assert said["placed_at"].astimezone(NEW_YORK).isoformat() == "2026-11-20T18:20:00-05:00"
    report = report_week(dialer, Scope(said["office_id"], said["agent_id"]), "2026-W47")
    assert (report["self_reported_calls"], report["self_reported_seconds"]) == (1, said["talk_seconds"])
    with dialer.db.read() as conn:
        who = contacts.get_many(conn, Scope(said["office_id"], said["agent_id"]), {said["contact_id"]})
    assert who[said["contact_id"]]["name"] in elsewhere.WHO


@given(st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)))
def test_whenever_it_is_made_colleagues_have_called_back_whom_they_missed(now):
    for colleague in colleagues.COLLEAGUES:
        plan = colleagues.calls_of(colleague, now)
        assert plan[-1].placed_at < now
        missed = [(call.placed_at, call.person) for call in plan if call.outcome == "missed"]
        for placed_at, person in missed:
            talks = [c for c in plan if c.person == person and c.outcome == "connected"]
            assert any(call.placed_at > placed_at for call in talks)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)))
def test_whenever_it_is_made_the_past_is_past_and_one_debt_is_overdue_at_least(now):
    plan = Weeks(now, NEW_YORK).calls
    assert plan == sorted(plan, key=lambda planned: planned.placed_at)
    assert plan[-1].placed_at <= now - timedelta(minutes=30)
    assert now - plan[0].placed_at < timedelta(weeks=WEEKS, days=1)
    assert Weeks(now, NEW_YORK).calls == plan
    assert {planned.outcome for planned in plan if planned.direction == "inbound"} >= {"voicemail"}


def test_invented_people_have_numbers_that_nobody_has_and_that_may_be_dialled():
    given_numbers = [entry["number"] for index in range(len(PEOPLE)) for entry in numbers(index)]
    assert len(set(given_numbers)) == len(given_numbers)
    assert len({person.name for person in PEOPLE}) == len(PEOPLE) == 40
    for number in given_numbers:
        assert number[5:8] == "555"
        assert number[8:10] == "01"
        phone.check_dialable(number, own_numbers=frozenset({"+12025550100", "+12025550123"}))


def test_the_command_prints_how_to_sign_in_every_time(run):
    said = run("demo")
    assert said.status == 0
    assert said.out.startswith("Sign in as demo@example.com with the password ")
    assert run("demo").out == said.out
    assert run("report", "week").out.startswith("Week ")  # of the only one who can sign in


def test_the_command_leaves_an_account_with_twilio_alone(run, monkeypatch):
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    said = run("demo")
    assert (said.status, said.err.count("\n")) == (1, 1)


def test_what_is_remembered_has_a_known_kind_and_some_people_share_something(dialer):
    seed_demo(dialer)
    assert {row["kind"] for row in _rows(dialer, select(fact))} <= KINDS.keys()
    assert len(_rows(dialer, select(contact).where(contact.c.household_id.is_not(None)))) == 2
    assert {row["name"] for row in _rows(dialer, select(tag))} == {"book club", "block party", "first home"}

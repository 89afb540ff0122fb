"""The figures behind every report, against numbers worked out by hand and against other people's eyes."""

from __future__ import annotations

import types
from datetime import UTC, date, datetime, timedelta

import pytest

from soi_dialer.store import figures, reached
from soi_dialer.store.database import Database
from soi_dialer.store.figures import Filters
from soi_dialer.store.tables import call_event
from tests.cast import cast
from tests.report.rows import add_call, add_callback, add_person

MONDAY = date(2026, 11, 16)
STARTS_AT, ENDS_AT = datetime(2026, 11, 16, 5, tzinfo=UTC), datetime(2026, 11, 23, 5, tzinfo=UTC)
TUESDAY_AT = datetime(2026, 11, 17, 15, tzinfo=UTC)


@pytest.fixture
def office(database_url):
    db = Database(database_url, pool_size=2)
    yield types.SimpleNamespace(db=db, people=cast(db))
    db.close()


def later(**span) -> datetime:
    return TUESDAY_AT + timedelta(**span)


def test_a_day_splits_the_time_on_the_line_and_keeps_what_is_only_said_apart(office):
    me = office.people.owner
    with office.db.write() as conn:
        # 400 s on the line: 20 s whisper until key 1, 30 s of ringing, 310 s of talk, 40 s of keypad afterwards.
        add_call(
            conn, me, TUESDAY_AT, talk_seconds=310, agent_leg_seconds=400, contact_leg_seconds=310,
            claimed_at=later(seconds=25), ended_at=later(seconds=405),
        )  # fmt: skip
        # A message left: 35 s of it, 10 s whisper, 15 s of ringing.
        add_call(
            conn, me, later(hours=1), outcome="left_voicemail", talk_seconds=0, voicemail_seconds=35,
            agent_leg_seconds=60, contact_leg_seconds=35, claimed_at=later(hours=1, seconds=12),
            ended_at=later(hours=1, seconds=62),
        )  # fmt: skip
        # Key 1 was never pressed: the whisper was all of it.
        add_call(
            conn, me, later(hours=2), outcome="agent_missed", talk_seconds=0, agent_leg_seconds=9, contact_number="+1",
        )  # fmt: skip
        # A caller: 25 s of ringing, 5 s whisper, 70 s of talk.
        add_call(
            conn, me, later(hours=3), direction="inbound", talk_seconds=70, agent_leg_seconds=75,
            contact_leg_seconds=100, whispered_at=later(hours=3, seconds=25), claimed_at=later(hours=3, seconds=30),
        )  # fmt: skip
        add_call(conn, me, later(hours=4), self_reported=True, talk_seconds=600, contact_number=None)
        add_call(conn, me, later(hours=5), outcome=None, talk_seconds=0, state="talking")
        add_call(conn, me, later(hours=6), contact_number=None, agent_leg_seconds=30)  # a reminder by phone
    with office.db.read() as conn:
        (day,) = figures.by_day(conn, me, MONDAY, date(2026, 11, 23))
    assert day._asdict() == {
        "on": date(2026, 11, 17),
        "calls": 5,
        "conversations": 3,
        "long_conversations": 1,
        "talk_seconds": 310 + 70,
        "self_reported_seconds": 600,
        "self_reported_calls": 1,
        "self_reported_conversations": 1,
        "ring_seconds": 70 + 15 + 25,
        "whisper_seconds": 20 + 10 + 9 + 5,
        "voicemail_seconds": 35,
        "voicemails_left": 1,
    }


def test_days_begin_at_midnight_where_the_agent_is(office):
    me = office.people.owner
    with office.db.write() as conn:
        for placed_at in (STARTS_AT - timedelta(seconds=1), STARTS_AT, ENDS_AT - timedelta(seconds=1), ENDS_AT):
            add_call(conn, me, placed_at)
    with office.db.read() as conn:
        found = figures.by_day(conn, me, MONDAY, date(2026, 11, 23))
    assert [(day.on, day.calls) for day in found] == [(MONDAY, 1), (date(2026, 11, 22), 1)]


def test_members_are_those_of_the_office_and_weeks_are_numbered(office):
    owner, teammate, stranger = office.people.owner, office.people.teammate, office.people.stranger
    with office.db.write() as conn:
        for scope, weeks in ((owner, 0), (owner, 0), (owner, 2), (teammate, 1), (stranger, 0), (owner, 3)):
            add_call(conn, scope, later(weeks=weeks))
    with office.db.read() as conn:
        week = figures.by_member(conn, owner.office_id, MONDAY, date(2026, 11, 23))
        weeks = figures.by_member_and_week(conn, owner.office_id, MONDAY, 3)
    assert {who: (sums.calls, sums.talk_seconds) for who, sums in week.items()} == {owner.agent_id: (2, 120)}
    assert {(one.agent_id, one.week): one.calls for one in weeks} == {
        (owner.agent_id, 0): 2, (owner.agent_id, 2): 1, (teammate.agent_id, 1): 1,
    }  # fmt: skip


def test_outcomes_are_counted_with_and_without_what_is_only_said(office):
    me = office.people.owner
    with office.db.write() as conn:
        add_call(conn, me, TUESDAY_AT)
        add_call(conn, me, TUESDAY_AT, self_reported=True)
        add_call(conn, me, TUESDAY_AT, direction="inbound", outcome="missed")
        add_call(conn, me, TUESDAY_AT, outcome=None, state="talking")
    with office.db.read() as conn:
        every = figures.by_outcome(conn, me, STARTS_AT, ENDS_AT)
        measured = figures.by_outcome(conn, me, STARTS_AT, ENDS_AT, self_reported=False)
    assert every == {("outbound", "connected"): 2, ("inbound", "missed"): 1}
    assert measured == {("outbound", "connected"): 1, ("inbound", "missed"): 1}


def test_a_person_is_touched_once_however_often_they_were_called(office):
    me = office.people.owner
    with office.db.write() as conn:
        friend, customer = add_person(conn, me, TUESDAY_AT), add_person(conn, me, TUESDAY_AT, "customer")
        for person, outcome in ((friend, "connected"), (friend, "connected"), (customer, "left_voicemail")):
            add_call(conn, me, TUESDAY_AT, contact_id=person, outcome=outcome)
        lender = add_person(conn, me, TUESDAY_AT, "lender")
        add_call(conn, me, TUESDAY_AT, contact_id=lender, self_reported=True)
    with office.db.read() as conn:
        talked = figures.touched_by_level(conn, me, STARTS_AT, ENDS_AT)
        left = figures.touched_by_level(conn, me, STARTS_AT, ENDS_AT, ("connected", "left_voicemail"))
        measured = figures.touched_by_level(conn, me, STARTS_AT, ENDS_AT, self_reported=False)
    assert (talked, left) == ({"friend": 1, "lender": 1}, {"friend": 1, "lender": 1, "customer": 1})
    assert measured == {"friend": 1}


def test_pick_ups_are_of_calls_that_rang_somebody(office):
    me = office.people.owner
    with office.db.write() as conn:
        for outcome in ("connected", "no_answer", "agent_missed", "canceled"):
            add_call(conn, me, TUESDAY_AT, outcome=outcome)
        add_call(conn, me, TUESDAY_AT, direction="inbound")
        add_call(conn, me, TUESDAY_AT, self_reported=True)
    with office.db.read() as conn:
        found = figures.pick_up_hours(conn, me, STARTS_AT, ENDS_AT)
    assert sorted(found) == [(TUESDAY_AT, "connected"), (TUESDAY_AT, "no_answer")]


def test_what_was_heard_after_the_week_was_over_amends_it(office):
    me, closed_at = office.people.owner, ENDS_AT + timedelta(days=1)
    with office.db.write() as conn:
        calls = [add_call(conn, me, later(hours=number)) for number in range(3)]
        heard = ((calls[0], "webhook", -1), (calls[1], "fetched", 1), (calls[1], "agent", 2), (calls[2], "app", 1))
        for number, (call_id, source, seconds) in enumerate(heard):
            at = closed_at + timedelta(seconds=seconds)
            values = {"kind": "leg", "dedupe_key": str(number), "body": {}, "received_at": at}
            conn.execute(call_event.insert().values(call_id=call_id, source=source, **values))
    with office.db.read() as conn:
        assert figures.amended(conn, me, STARTS_AT, ENDS_AT, closed_at) == [calls[1]]


def test_every_filter_leaves_the_calls_behind_its_figure(office):
    me = office.people.owner
    with office.db.write() as conn:
        friend = add_person(conn, me, TUESDAY_AT)
        plain = add_call(conn, me, TUESDAY_AT)
        long = add_call(conn, me, later(hours=1), talk_seconds=300, contact_id=friend)
        said = add_call(conn, me, later(hours=2), self_reported=True)
        missed = add_call(conn, me, later(days=9), direction="inbound", outcome="missed")
        live = add_call(conn, me, later(days=10), outcome=None, state="talking")
    wanted = {
        Filters(): [live, missed, said, long, plain],
        Filters(starts_at=STARTS_AT, ends_at=ENDS_AT): [said, long, plain],
        Filters(direction="inbound"): [missed],
        Filters(outcomes=("missed", "voicemail")): [missed],
        Filters(outcomes=()): [],
        Filters(has_outcome=False): [live],
        Filters(has_outcome=True, self_reported=False): [missed, long, plain],
        Filters(least_talk_seconds=300): [long],
        Filters(level="friend"): [long],
        Filters(contact_id=friend): [long],
        Filters(ids=(plain, said)): [said, plain],
    }
    with office.db.read() as conn:
        for filters, ids in wanted.items():
            assert [row["id"] for row in figures.calls(conn, me, filters)] == ids, filters
        first, second = figures.calls(conn, me, Filters(), limit=2)
        rest = figures.calls(conn, me, Filters(), before=(second["placed_at"], second["id"]))
    assert [row["id"] for row in (first, second, *rest)] == [live, missed, said, long, plain]


def test_a_teammate_and_a_stranger_see_nothing_of_it(office):
    me = office.people.owner
    with office.db.write() as conn:
        friend = add_person(conn, me, TUESDAY_AT)
        add_call(conn, me, TUESDAY_AT, contact_id=friend)
        add_callback(conn, me, TUESDAY_AT)
    seen = {}
    with office.db.read() as conn:
        for who in ("owner", "teammate", "stranger"):
            scope = getattr(office.people, who)
            seen[who] = [
                bool(figures.by_day(conn, scope, MONDAY, date(2026, 11, 23))),
                bool(figures.calls(conn, scope, Filters())),
                *(
                    bool(figure(conn, scope, STARTS_AT, ENDS_AT))
                    for figure in (
                        figures.by_outcome, figures.touched_by_level, figures.debts, figures.pick_up_hours,
                        figures.counted_calls, reached.calls,
                    )  # fmt: skip
                ),
            ]
        assert figures.by_member(conn, office.people.stranger.office_id, MONDAY, date(2026, 11, 23)) == {}
    assert seen == {"owner": [True] * 8, "teammate": [False] * 8, "stranger": [False] * 8}

"""One hand-made week, worked out on paper, through the database; and what late news, a lead and a stranger see."""

from __future__ import annotations

import itertools
import types
from datetime import UTC, date, datetime, timedelta

import pytest

from soi_dialer.domain.span import Span
from soi_dialer.flows import rollup
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.flows.plan import change_plan, read_plan, standing
from soi_dialer.flows.report_files import as_csv, span_csv, span_json
from soi_dialer.flows.report_span import report_span
from soi_dialer.flows.report_team import report_team
from soi_dialer.store import agents
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, call_event, callback, contact, fact
from tests.cast import cast

W47 = Span.parse("2026-W47")  # Monday 16 to Sunday 22 November; New York is five hours behind UTC
FRIDAY = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # 15:00 in New York
REFS = (f"{number:032d}" for number in itertools.count())


@pytest.fixture
def office(database_url):
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


@pytest.fixture
def week(office):
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
    return office


def test_a_week_worked_out_on_paper(week):
    report = report_span(week.dialer, week.people.owner, W47)
    total = report.total
    assert total.calls == 8  # all but the week before's and the one under way
    assert total.conversations == 5  # Ann, Bob, Ann elsewhere, Pat, Cy
    assert total.long_conversations == 3  # 600, 1200 and 2400 seconds; what is self-reported is not measured
    assert total.talk_seconds == 600 + 299 + 1200 + 2400
    assert (total.self_reported_seconds, total.self_reported_calls) == (300, 1)
    assert (total.ring_seconds + total.whisper_seconds, total.voicemail_seconds) == (40, 20 + 33)
    assert total.voicemails_left == 1
    assert [(day.on.day, day.talk_seconds) for day in report.days] == [
        (16, 899), (17, 1200), (18, 2400), (19, 0), (20, 0), (21, 0), (22, 0)
    ]  # fmt: skip
    assert {name: n for name, n in report.calls["outbound"].items() if n} == {
        "connected": 4, "no_answer": 1, "left_voicemail": 1
    }  # fmt: skip
    assert report.calls["inbound"] == {"connected": 1, "voicemail": 1, "missed": 0}
    assert dict(report.levels) == {"customer": 2, "friend": 1, "referral partner": 1}
    assert report.messages.fates == {"1h": 1, "same_day": 0, "next_day": 1, "later": 0, "waived": 0, "still_open": 1}
    assert (report.messages.kept, report.messages.due, report.messages.percent_kept) == (1, 3, 33)
    assert report.amended is None  # the week is not over


def test_the_plan_of_that_week_on_paper(week):
    report = report_span(week.dialer, week.people.owner, W47)
    # 120,000 / 2,000 x 1.8 x 33 / 48 / 5 = 14.85 conversations of 7.5 minutes, on the five days up to Friday
    assert (report.working_days, report.planned_conversations) == (5, 75)
    assert report.planned_talk_seconds == 5 * 6682
    assert standing(week.dialer, week.people.owner) == {
        "conversations": 5,
        "talk_seconds": 4499,
        "planned_conversations": 75,
        "planned_talk_seconds": 33412,  # 74.25 x 450 = 33,412.5, to even
        "conversations_by_tonight": 75,
        "is_own": False,
    }


def test_people_pick_up_by_the_agents_clock(week):
    grid = report_span(week.dialer, week.people.owner, W47).hours
    monday = dict(zip(grid.hours, dict(grid.rows)[0], strict=True))
    assert (monday[9].rang, monday[9].answered, monday[9].percent) == (3, 2, 67)
    assert (monday[10].rang, monday[10].answered) == (1, 0)
    assert grid.best[:2] == (0, 9)


def test_without_self_reported_calls_only_what_was_measured_counts(week):
    report = report_span(week.dialer, week.people.owner, W47, self_reported=False)
    assert (report.total.calls, report.total.conversations, report.total.talk_seconds) == (7, 4, 4499)
    assert report.total.self_reported_seconds == 0
    assert report.calls["outbound"]["connected"] == 3


def test_kept_figures_are_those_counted_from_the_calls(week):
    owner = week.people.owner
    counted = report_span(week.dialer, owner, W47)
    rollup.rebuild(week.dialer, owner.agent_id)
    kept = report_span(week.dialer, owner, W47)
    assert (kept.days, kept.total, kept.trend) == (counted.days, counted.total, counted.trend)


def test_the_trend_is_twelve_weeks_with_the_same_week_of_the_year_before(week):
    owner = week.people.owner
    add_call(week, owner, "2025-11-19T15:00", talk=77)  # a Wednesday; 52 weeks before it is Wednesday the 18th
    report = report_span(week.dialer, owner, W47)
    assert [str(one.week) for one in report.trend] == [f"2026-W{number}" for number in range(36, 48)]
    assert report.trend[-1].figures.talk_seconds == 4499
    assert report.trend[-1].year_before.talk_seconds == 77
    assert report.trend[-2].figures.talk_seconds == 999


def test_a_month_is_the_sum_of_its_days_and_a_past_span_has_the_same_figures(week):
    owner = week.people.owner
    november = report_span(week.dialer, owner, Span.parse("2026-11"))
    assert november.total.talk_seconds == 999 + 4499 == sum(day.talk_seconds for day in november.days)
    assert len(november.days) == 30
    week.now = at("2029-11-20T15:00")
    assert report_span(week.dialer, owner, Span.parse("2026-11")).total == november.total


def test_a_week_from_sunday_begins_with_the_call_of_sunday_night(week):
    owner = week.people.owner
    with week.db.write() as conn:
        agents.update(conn, owner.agent_id, first_weekday=6)
    report = report_span(week.dialer, owner)
    assert str(report.span) == "2026-11-15..2026-11-21"
    assert report.total.talk_seconds == 999 + 4499
    assert report.trend[-1].week == report.span


def test_news_of_a_call_after_its_week_was_over_is_an_amendment(week):
    owner = week.people.owner
    late = add_call(week, owner, "2026-11-20T16:00", talk=60)
    with week.db.write() as conn:
        for source, kind, received in (
            ("webhook", "leg_moved", "2026-11-20T16:05"),
            ("app", "note", "2026-11-30T16:05"),
            ("agent", "outcome", "2026-11-24T04:59"),  # before Monday was over in New York
        ):
            values = {"call_id": late, "source": source, "kind": kind, "dedupe_key": kind, "body": {}}
            conn.execute(call_event.insert().values(**values, received_at=at(received)))
    week.now = at("2026-12-01T15:00")
    assert report_span(week.dialer, owner, W47).amended == 0
    with week.db.write() as conn:
        values = {"call_id": late, "source": "fetched", "kind": "leg_moved", "dedupe_key": "x", "body": {}}
        conn.execute(call_event.insert().values(**values, received_at=at("2026-11-28T15:00")))
    assert report_span(week.dialer, owner, W47).amended == 1


def test_a_streak_counts_past_customers_once_a_day_and_partners_never(office):
    owner = office.people.owner
    people = [add_person(office, owner, "customer") for _ in range(3)]
    partner = add_person(office, owner, "referral partner")
    for day in (18, 19, 20):
        for person in people[: 2 if day == 18 else 3]:
            add_call(office, owner, f"2026-11-{day}T15:00", "left_voicemail", contact_id=person)
            add_call(office, owner, f"2026-11-{day}T16:00", contact_id=person, talk=60)
        add_call(office, owner, f"2026-11-{day}T17:00", contact_id=partner, talk=60)
    report = report_span(office.dialer, owner, W47)
    assert (report.streak, report.streak_may_be_longer) == (2, False)


def test_a_streak_of_months_is_counted_over_ten_weeks(office):
    owner = office.people.owner
    person = add_person(office, owner, "customer")
    with office.db.write() as conn:
        agents.update(conn, owner.agent_id, customers_a_day=1)
    for ago in range(80):
        add_call(office, owner, f"{date(2026, 11, 20) - timedelta(days=ago)}T15:00", contact_id=person, talk=60)
    report = report_span(office.dialer, owner, W47)
    assert (report.streak, report.streak_may_be_longer) == (70, True)


def test_only_the_agents_own_calls_count(week):
    for other in (week.people.teammate, week.people.stranger):
        report = report_span(week.dialer, other, W47)
        assert (report.total.calls, report.messages.received, report.levels) == (0, 0, [])
    with pytest.raises(NotFound):
        report_span(week.dialer, Scope(week.people.stranger.office_id, week.people.owner.agent_id), W47)


def test_a_plan_takes_over_what_the_agent_measured_and_pinned(office):
    owner = office.people.owner
    person = add_person(office, owner, "customer")
    days = [
        date(2026, 9, 21) + timedelta(days=number) for number in range(0, 63, 7)
    ]  # nine Mondays, the last eight measured
    for on in days:
        add_call(office, owner, f"{on}T15:00", talk=600, contact_id=person)
    facts = [("application", 4), ("closing", 2)]
    with office.db.write() as conn:
        for kind, count in facts:
            for number in range(count):
                values = {
                    "kind": kind,
                    "text": kind,
                    "created_at": FRIDAY,
                    "about_on": days[number + 1],
                    "contact_id": person,
                }
                conn.execute(fact.insert().values(office_id=owner.office_id, agent_id=owner.agent_id, **values))
        values = {"kind": "closing", "text": "long ago", "created_at": FRIDAY, "about_on": date(2026, 1, 5)}
        conn.execute(
            fact.insert().values(office_id=owner.office_id, agent_id=owner.agent_id, contact_id=person, **values)
        )
    plan = read_plan(office.dialer, owner).plan
    assert plan.value("conversations_per_application") == 8 / 4
    assert plan.value("applications_per_closing") == 4 / 2  # the closing of January is older than the calls
    assert plan.value("minutes_per_conversation") == 10
    assert plan.known["applications_per_closing"].says == "yours, measured over 8 weeks"
    change_plan(office.dialer, owner, {"income_goal": "50,000", "conversations_per_application": "5"})
    plan = read_plan(office.dialer, owner).plan
    assert (plan.value("income_goal"), plan.value("conversations_per_application")) == (50_000, 5)
    assert plan.value("minutes_per_conversation") == 10
    assert read_plan(office.dialer, office.people.teammate).pinned == {}
    with pytest.raises(BadValue) as refused:
        change_plan(office.dialer, owner, {"income_goal": "lots"})
    assert refused.value.field == "income_goal"
    assert read_plan(office.dialer, owner).pinned == {"income_goal": 50_000, "conversations_per_application": 5}
    change_plan(office.dialer, owner, {})
    assert read_plan(office.dialer, owner).pinned == {}


def test_a_member_sees_themselves_and_the_sum_and_a_lead_sees_everybody(week):
    people = week.people
    add_call(week, people.teammate, "2026-11-17T15:00", talk=100)
    add_call(week, people.stranger, "2026-11-17T15:00", talk=5000)
    mine = report_team(week.dialer, people.owner, W47)
    assert [member.name for member in mine.members] == ["Owner"]
    assert (mine.is_lead, mine.medians, mine.size) == (False, {}, 2)
    assert (mine.sums["talk_seconds"], mine.sums["returned"]) == (4599, 2)
    with week.db.write() as conn:
        agents.update(conn, people.teammate.agent_id, role="lead")
    led = report_team(week.dialer, people.teammate, W47, sort="talk_seconds")
    assert [(member.name, member.talk_seconds) for member in led.members] == [("Owner", 4499), ("Teammate", 100)]
    assert led.medians["talk_seconds"] == round((4499 + 100) / 2)
    assert led.sums == mine.sums
    alone = report_team(week.dialer, people.stranger, W47)
    assert ([member.name for member in alone.members], alone.sums["talk_seconds"]) == (["Stranger"], 5000)
    with pytest.raises(NotFound):
        report_team(week.dialer, Scope(people.stranger.office_id, people.owner.agent_id), W47)


def test_the_files_say_what_the_page_says(week):
    report = report_span(week.dialer, week.people.owner, W47)
    first, lines = report.days[0], span_csv(report).splitlines()
    assert lines[0].startswith("date,calls,conversations,long_conversations,talk_seconds")
    assert lines[1] == f"2026-11-16,4,2,1,899,0,0,{first.ring_seconds},{first.whisper_seconds},20,1"
    assert len(lines) == 8
    told = span_json(report)
    assert (told["span"], told["starts_on"], told["ends_on"]) == ("2026-W47", "2026-11-16", "2026-11-22")
    assert told["total"]["talk_seconds"] == sum(day["talk_seconds"] for day in told["days"]) == 4499
    assert told["messages"]["promises"] == {"due": 3, "kept": 1, "percent_kept": 33}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_of_a_file_is_a_formula(name):
    assert as_csv(("name",), [(name,)]).splitlines()[1].strip('"').startswith("'")

"""One hand-made week, worked out on paper, through the database; and what late news, a lead and a stranger see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from soi_dialer.domain.span import Span
from soi_dialer.flows import rollup
from soi_dialer.flows.errors import NotFound
from soi_dialer.flows.report_span import report_span
from soi_dialer.store import agents
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call_event
from tests.report.paper import W47, add_call, add_person, at


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

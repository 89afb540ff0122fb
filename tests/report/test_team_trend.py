"""Twelve weeks of a team: the sum, the middle, and the year before."""

from __future__ import annotations

from datetime import date

from soi_dialer.domain.span import Span
from soi_dialer.flows.team_trend import team_trend
from tests.report.paper import W47, add_call

TODAY = date(2026, 11, 20)


def test_a_team_has_the_talk_of_twelve_weeks_and_of_the_year_before(office):
    people = office.people
    for who, on, talk in (
        (people.owner, "2026-11-17", 600),
        (people.teammate, "2026-11-16", 100),
        (people.teammate, "2026-11-20", 100),
        (people.stranger, "2026-11-17", 5000),
        (people.owner, "2026-09-01", 60),  # the first of the twelve weeks
        (people.owner, "2026-08-30", 60),  # the Sunday before it
        (people.teammate, "2025-11-18", 900),
    ):
        add_call(office, who, f"{on}T15:00", talk=talk)
    add_call(office, people.teammate, "2026-11-12T15:00", talk=0, outcome="no_answer")
    trend = team_trend(office.dialer, people.owner, W47, TODAY, 0)
    assert [one.week.starts_on for one in (trend[0], trend[-1])] == [date(2026, 8, 31), date(2026, 11, 16)]
    assert {one.week.starts_on: one[1:] for one in trend if any(one[1:])} == {
        date(2026, 8, 31): (60, 1, 60, 0),
        date(2026, 11, 16): (800, 2, 400, 900),
    }


def test_the_weeks_of_a_trend_begin_on_the_day_that_is_asked_for(office):
    owner = office.people.owner
    add_call(office, owner, "2026-11-15T15:00", talk=60)  # a Sunday
    trend = team_trend(office.dialer, owner, Span.parse("2026-11"), TODAY, 6)
    assert [(one.week.starts_on, one.talk_seconds) for one in trend][-2:] == [
        (date(2026, 11, 8), 0), (date(2026, 11, 15), 60),
    ]  # fmt: skip

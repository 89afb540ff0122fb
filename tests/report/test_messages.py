"""Messages, promises, best hours and streaks: each against a case on paper, and against a law."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.messages import FATES, FIGURES, behind, messages
from soi_dialer.domain.pick_up import Hour, by_hour
from soi_dialer.domain.streak import streak_days
from soi_dialer.domain.team import COLUMNS, Member, medians, ordered, sums
from soi_dialer.domain.weekly import CallbackFigures

NEW_YORK = "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


STARTS, ENDS = at("2026-11-16T05:00"), at("2026-11-23T05:00")  # the week from Monday, November 16, in New York
NOW = at("2026-11-20T20:00")


def debt(state, opened, closed=None, due=None, reason="voicemail"):
    due_at = at(due) if due else at(opened) + timedelta(hours=4)
    return CallbackFigures(state, at(opened), at(closed) if closed else None, due_at, reason)


DEBTS = [
    debt("returned", "2026-11-16T15:00", "2026-11-16T15:40"),  # within the hour; kept
    debt("returned", "2026-11-16T15:00", "2026-11-16T21:00"),  # the same day; two hours late
    debt("returned", "2026-11-17T22:00", "2026-11-18T14:00", due="2026-11-18T15:00"),  # the next day; kept
    debt("returned", "2026-11-17T22:00", "2026-11-20T15:00", due="2026-11-18T15:00"),  # later; late
    debt("open", "2026-11-19T15:00"),  # still open, overdue
    debt("open", "2026-11-20T19:00"),  # still open, and not due yet
    debt("waived", "2026-11-18T15:00", "2026-11-18T16:00"),  # no promise any more
    debt("returned", "2026-11-13T21:00", "2026-11-16T14:00", due="2026-11-16T15:00"),  # of the week before; kept
    debt("returned", "2026-11-17T15:00", "2026-11-17T16:30", reason="requested"),  # nobody's message; kept
]


def test_messages_worked_out_on_paper():
    found = messages(DEBTS, STARTS, ENDS, NOW, NEW_YORK)
    assert found.received == 7  # the first seven
    assert found.fates == {"1h": 1, "same_day": 1, "next_day": 1, "later": 1, "waived": 1, "still_open": 2}
    assert found.returned == 6
    assert (found.kept, found.due, found.percent_kept) == (4, 7, 57)  # 4/7 = 57.1 percent


def test_a_hundred_percent_means_every_one():
    debts = [debt("returned", "2026-11-16T15:00", "2026-11-16T15:40")] * 999 + [debt("open", "2026-11-16T15:00")]
    assert messages(debts, STARTS, ENDS, NOW, NEW_YORK).percent_kept == 99
    assert messages([], STARTS, ENDS, NOW, NEW_YORK).percent_kept is None


TIMES = st.datetimes(datetime(2026, 11, 10), datetime(2026, 11, 30), timezones=st.just(UTC))
SOME_DEBTS = st.lists(
    st.builds(
        lambda state, opened_at, hours, due, reason: CallbackFigures(
            state,
            opened_at,
            None if state == "open" else opened_at + timedelta(hours=hours),
            opened_at + timedelta(hours=due),
            reason,
        ),
        st.sampled_from(["open", "returned", "waived"]),
        TIMES,
        st.integers(0, 200),
        st.integers(0, 100),
        st.sampled_from(["voicemail", "missed_call", "text", "requested", "follow_up"]),
    )
)


@given(SOME_DEBTS)
def test_every_message_has_one_fate_and_no_promise_is_kept_twice(debts):
    found = messages(debts, STARTS, ENDS, NOW, NEW_YORK)
    assert tuple(found.fates) == FATES
    assert sum(found.fates.values()) == found.received <= len(debts)
    assert 0 <= found.kept <= found.due


@given(SOME_DEBTS)
def test_behind_every_figure_are_as_many_as_it_says(debts):
    found = messages(debts, STARTS, ENDS, NOW, NEW_YORK)
    said = found.fates | {"late": found.due - found.kept}
    for figure in FIGURES:
        count = said[figure] if figure in said else getattr(found, figure)
        assert len(behind(figure, debts, STARTS, ENDS, NOW, NEW_YORK)) == count, figure


@given(SOME_DEBTS)
def test_two_halves_of_a_span_received_what_the_whole_did(debts):
    middle = at("2026-11-19T05:00")
    halves = [messages(debts, STARTS, middle, NOW, NEW_YORK), messages(debts, middle, ENDS, NOW, NEW_YORK)]
    whole = messages(debts, STARTS, ENDS, NOW, NEW_YORK)
    for name in ("received", "returned", "kept", "due"):
        assert sum(getattr(half, name) for half in halves) == getattr(whole, name)


def test_hours_are_those_of_the_agents_wall_on_both_sides_of_a_change_of_clocks():
    calls = [
        (at("2026-10-26T13:30"), "connected"),  # a Monday, 9:30 in summer time
        (at("2026-11-02T14:30"), "no_answer"),  # a Monday, 9:30 after clocks went back
        (at("2026-11-09T14:59"), "connected"),
        (at("2026-11-09T15:00"), "busy"),  # 10:00
        (at("2026-11-11T03:00"), "machine"),  # still Tuesday, 22:00
    ]
    grid = by_hour(calls, ZoneInfo(NEW_YORK))
    assert (list(grid.hours), [day for day, _ in grid.rows]) == (list(range(9, 23)), [0, 1])
    assert grid.rows[0][1][:2] == [Hour(3, 2), Hour(1, 0)]
    assert (grid.rows[0][1][0].percent, grid.rows[0][1][1].percent) == (67, None)
    assert grid.best == (0, 9, Hour(3, 2))


def test_weekdays_begin_with_the_agents_first():
    calls = [(at("2026-11-15T15:00"), "busy"), (at("2026-11-16T15:00"), "busy")]  # Sunday, Monday
    assert [day for day, _ in by_hour(calls, ZoneInfo(NEW_YORK), 6).rows] == [6, 0]
    assert [day for day, _ in by_hour(calls, ZoneInfo(NEW_YORK), 0).rows] == [0, 6]
    assert by_hour([], ZoneInfo(NEW_YORK)).best is None


@given(st.lists(st.tuples(TIMES, st.sampled_from(["connected", "busy"]))))
def test_no_call_is_lost_between_the_hours(calls):
    cells = [one for _, row in by_hour(calls, ZoneInfo("Asia/Kathmandu")).rows for one in row]
    assert sum(one.rang for one in cells) == len(calls)
    assert sum(one.answered for one in cells) == sum(outcome == "connected" for _, outcome in calls)
    assert all(0 <= one.step <= 5 for one in cells)


FRIDAY = date(2026, 11, 20)


def works_on(on: date) -> bool:
    return on.weekday() < 5


@pytest.mark.parametrize(
    ("reached", "days"),
    [
        ({}, 0),
        ({20: 3}, 1),
        ({20: 2, 19: 3, 18: 4}, 2),  # today is not over
        ({19: 3, 18: 3}, 2),
        ({18: 3}, 0),  # yesterday had none
        ({20: 3, 19: 3, 18: 3, 17: 3, 16: 3, 13: 5}, 6),  # over a weekend
        ({20: 3, 19: 3, 18: 3, 17: 3, 16: 3, 15: 3, 13: 5}, 7),  # and a Sunday's own
    ],
)
def test_a_streak_is_counted_over_working_days(reached, days):
    by_day = {date(2026, 11, number): count for number, count in reached.items()}
    found = streak_days(by_day, 3, works_on, FRIDAY, FRIDAY, FRIDAY - timedelta(days=30))
    assert len(found) == days
    assert all(by_day[on] >= 3 for on in found)


def test_a_streak_of_days_that_are_over_ends_with_a_day_that_had_too_few():
    month_before = FRIDAY - timedelta(days=30)
    assert streak_days({FRIDAY: 2}, 3, works_on, FRIDAY, FRIDAY + timedelta(days=3), month_before) == []


TEAM = [
    Member(1, "Zoe", talk_seconds=100, calls=5),
    Member(2, "Abe", talk_seconds=300, calls=5, self_reported_seconds=60),
    Member(3, "Mia", talk_seconds=200, calls=9),
    Member(4, "Old", talk_seconds=9000, calls=99, has_left=True),
]


def test_a_team_stands_by_name_unless_it_is_sorted():
    assert [member.name for member in ordered(TEAM, "name")] == ["Abe", "Mia", "Old", "Zoe"]
    assert [member.name for member in ordered(TEAM, "calls")] == ["Old", "Mia", "Abe", "Zoe"]
    assert ordered(TEAM, "; drop table") == ordered(TEAM, "name")


def test_the_middle_is_of_those_who_are_here_and_the_sum_of_all():
    assert medians(TEAM)["talk_seconds"] == 200
    assert medians(TEAM)["calls"] == 5
    assert medians([]) == medians(TEAM[3:]) == {}
    assert sums(TEAM)["talk_seconds"] == 9600
    assert sums(TEAM)["self_reported_seconds"] == 60
    assert set(medians(TEAM)) == {*COLUMNS}  # nothing was promised

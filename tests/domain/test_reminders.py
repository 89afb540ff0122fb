"""The ladder: when an agent is told that somebody waits, and when not."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.reminders import Owed, Rung, is_owed_now, is_told_singly, ladder, next_reminder
from soi_dialer.domain.working_hours import WorkingHours

HOURS = WorkingHours.parse("Mon-Fri 08:00-18:00", "America/New_York")
EVERYBODYS = st.builds(
    WorkingHours.parse,
    st.sampled_from(["Mon-Fri 08:00-18:00", "Sat 09:00-12:00", "Mon-Sun 00:00-24:00", "Tue 08:00-12:00, 13:00-17:00"]),
    st.sampled_from(["America/New_York", "America/Santiago", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(0), timedelta(days=20))


def new_york(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026; the 18th is a Wednesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


@st.composite
def debts(draw) -> Owed:
    arrived_at = draw(INSTANTS)
    due_at = arrived_at + draw(SPANS)
    return Owed(
        due_at=due_at,
        turn=draw(st.sampled_from(["agent", "contact"])),
        arrived_at=draw(st.sampled_from([arrived_at, None])),
        snoozed_until=draw(st.none() | st.just(arrived_at + draw(SPANS))),
        reminded_at=draw(st.none() | st.just(arrived_at + draw(SPANS))),
    )


def first(owed: Owed, hours: WorkingHours = HOURS, count: int = 6) -> list[Rung]:
    return list(itertools.islice(ladder(owed, hours), count))


def test_a_message_of_a_morning_is_told_at_once_when_due_one_and_three_hours_after_and_then_each_morning():
    owed = Owed(due_at=new_york(18, 13), arrived_at=new_york(18, 9))
    assert first(owed) == [
        Rung("arrived", new_york(18, 9)),
        Rung("due", new_york(18, 13)),
        Rung("due_1h", new_york(18, 14)),
        Rung("due_3h", new_york(18, 16)),
        Rung("morning", new_york(19, 8)),
        Rung("morning", new_york(20, 8)),
    ]


def test_nothing_is_told_at_night_or_on_the_weekend():
    owed = Owed(due_at=new_york(20, 17, 30), arrived_at=new_york(20, 3))  # Friday
    assert first(owed, count=4) == [
        Rung("arrived", new_york(20, 8)),
        Rung("due", new_york(20, 17, 30)),
        Rung("due_3h", new_york(23, 8)),  # one and three hours after are the same Monday morning
        Rung("morning", new_york(24, 8)),
    ]


def test_holidays_and_a_leave_are_no_working_days():
    hours = HOURS.without({date(2026, 11, 19)}.__contains__).without({date(2026, 11, 20)}.__contains__)
    owed = Owed(due_at=new_york(18, 13))
    assert first(owed, hours)[3] == Rung("morning", new_york(23, 8))


def test_their_turn_is_quiet_until_the_time_to_follow_up():
    owed = Owed(due_at=new_york(20, 8), turn="contact", arrived_at=new_york(18, 9))
    assert first(owed)[0] == Rung("due", new_york(20, 8))


def test_a_snooze_moves_everything_behind_it():
    owed = Owed(due_at=new_york(18, 13), arrived_at=new_york(18, 9), snoozed_until=new_york(19, 10))
    assert first(owed)[:2] == [Rung("due", new_york(19, 10)), Rung("due_1h", new_york(19, 11))]


def test_a_snooze_that_ends_before_the_due_time_is_a_reminder_of_its_own():
    owed = Owed(due_at=new_york(18, 13), arrived_at=new_york(18, 9), snoozed_until=new_york(18, 10))
    assert first(owed)[:2] == [Rung("snoozed", new_york(18, 10)), Rung("due", new_york(18, 13))]


def test_another_message_about_what_is_long_overdue_is_told_when_it_arrives():
    owed = Owed(due_at=new_york(16, 13), arrived_at=new_york(18, 11), reminded_at=new_york(18, 8))
    assert next_reminder(owed, HOURS, new_york(18, 11)) == Rung("arrived", new_york(18, 11))
    assert is_told_singly(owed, new_york(18, 11))


def test_what_was_asked_for_by_the_agent_does_not_arrive():
    assert first(Owed(due_at=new_york(25, 9)))[0] == Rung("due", new_york(25, 9))


@pytest.mark.parametrize("state", ["returned", "waived"])
def test_what_is_closed_is_told_no_more(state):
    assert next_reminder(Owed(new_york(18, 13), state=state), HOURS, new_york(18, 14)) is None


def test_missed_rungs_are_one():
    owed = Owed(due_at=new_york(18, 13), arrived_at=new_york(18, 9))
    assert next_reminder(owed, HOURS, new_york(19, 15)) == Rung("morning", new_york(19, 8))
    assert next_reminder(owed, HOURS, new_york(18, 15)) == Rung("due_1h", new_york(18, 14))


def test_what_is_long_overdue_is_not_told_singly():
    owed = Owed(due_at=new_york(18, 13))
    assert is_told_singly(owed, new_york(18, 23))
    assert not is_told_singly(owed, new_york(19, 8))
    assert is_told_singly(dataclasses.replace(owed, snoozed_until=new_york(19, 8)), new_york(19, 9))


def test_the_agent_owes_something_on_their_turn_or_when_it_is_time_to_follow_up():
    mine, theirs = Owed(new_york(19, 13)), Owed(new_york(19, 13), turn="contact")
    assert is_owed_now(mine, new_york(18, 9))
    assert not is_owed_now(theirs, new_york(18, 9))
    assert is_owed_now(theirs, new_york(19, 13))
    assert not is_owed_now(dataclasses.replace(mine, snoozed_until=new_york(18, 10)), new_york(18, 9))
    assert not is_owed_now(dataclasses.replace(mine, state="waived"), new_york(18, 9))


@given(debts(), EVERYBODYS)
def test_rungs_stand_in_order_and_inside_working_hours(owed, hours):
    rungs = first(owed, hours, 8)
    assert all(hours.is_open(rung.at) for rung in rungs)
    assert all(before.at < after.at for before, after in itertools.pairwise(rungs))


@given(debts(), EVERYBODYS)
def test_nothing_is_told_before_the_end_of_a_snooze_or_while_it_is_their_turn(owed, hours):
    for rung in first(owed, hours):
        assert owed.snoozed_until is None or rung.at >= owed.snoozed_until
        assert owed.turn == "agent" or rung.at >= owed.due_at


@given(debts(), EVERYBODYS, INSTANTS)
def test_whatever_is_open_has_a_next_reminder_and_one_that_is_done_is_not_done_again(owed, hours, now):
    rung = next_reminder(owed, hours, now)
    assert owed.reminded_at is None or rung.at > owed.reminded_at
    if rung.at > now:
        return
    after = next_reminder(dataclasses.replace(owed, reminded_at=rung.at), hours, now)
    assert after.at > now


@given(debts(), EVERYBODYS)
def test_from_the_due_time_on_there_is_a_reminder_on_every_working_day(owed, hours):
    told = {rung.at.astimezone(hours.zone).date() for rung in first(owed, hours, 12)}
    morning = hours.next_opening(owed.from_at + timedelta(hours=3))
    for _ in range(6):
        morning = hours.tomorrow_morning(morning)
        assert morning.astimezone(hours.zone).date() in told

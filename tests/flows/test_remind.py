"""Reminders from the message to the telling: when, to whom, how often, and what happens when something fails."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from soi_dialer.flows import keep_callback
from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.digest import write_digests
from soi_dialer.flows.remind import mend, remind
from soi_dialer.flows.snooze import snooze
from soi_dialer.store import claims
from soi_dialer.store.tables import callback, reminder
from tests.cast import START
from tests.flows.debts import Sent, change_agent, message_left, told

DUE = START + timedelta(hours=4)  # 14:00 of a Wednesday in New York


def test_the_ladder_is_climbed_once_however_often_the_sweep_comes_by(world):
    message_left(world)
    for _ in range(24 * 4):
        remind(world.dialer)
        world.wait(minutes=15)
    assert [rung for rung, channel, _ in told(world) if channel == "page"] == [
        "arrived", "due", "due_1h", "due_3h", "morning",
    ]  # fmt: skip
    assert remind(world.dialer) == 0


def test_the_text_on_the_morning_after_is_left_to_the_digest(world):
    message_left(world)
    world.wait(days=1)
    remind(world.dialer)
    assert told(world) == [("morning", "page", "shown")]


def test_after_a_long_gap_nothing_is_sent_one_by_one(world):
    for number in range(20):
        message_left(world, number=f"+12125550{100 + number}")
    world.wait(days=6)
    assert remind(world.dialer) == 20
    write_digests(world.dialer)
    rows = told(world)
    assert rows.count(("morning", "page", "shown")) == 20
    assert [row for row in rows if row[1] != "page"] == [("digest", "sms", "due")]


def test_what_was_returned_or_waived_is_told_no_more(world):
    callback_id = message_left(world)
    keep_callback.waive(world.dialer, world.owner, callback_id, "They moved away.")
    assert world.callbacks()[0]["remind_at"] is None
    world.wait(days=3)
    assert remind(world.dialer) == 0


def test_a_snooze_is_quiet_and_keeps_the_due_time(world):
    callback_id = message_left(world)
    remind(world.dialer)
    row = snooze(world.dialer, world.owner, callback_id, START + timedelta(hours=6))
    assert (row["due_at"], row["remind_at"]) == (DUE, START + timedelta(hours=6))
    deliver(world.dialer, sent := Sent())
    assert sent.messages == []
    world.wait(hours=5)
    assert remind(world.dialer) == 0
    world.wait(hours=1)
    assert remind(world.dialer) == 1


def test_another_message_ends_a_snooze(world):
    callback_id = message_left(world)
    remind(world.dialer)
    snooze(world.dialer, world.owner, callback_id, START + timedelta(days=3))
    world.wait(minutes=30)
    assert message_left(world, at=world.now) == callback_id
    assert world.callbacks()[0]["remind_at"] == world.now


def test_a_reminder_at_night_waits_for_the_morning(world):
    message_left(world, at=START + timedelta(hours=11))  # 21:00 in New York
    world.wait(hours=12)
    assert remind(world.dialer) == 0
    world.wait(hours=10)  # Thursday, 8:00
    assert remind(world.dialer) == 1


def test_holidays_are_kept(world):
    change_agent(world, world.owner, holidays="US")
    world.wait(days=8)  # Thanksgiving
    message_left(world, at=world.now)
    assert world.callbacks()[0]["remind_at"] == world.now + timedelta(hours=22)  # Friday, 8:00


@pytest.mark.parametrize(
    "gone",
    [
        {"leave_from_on": date(2026, 11, 16), "leave_until_on": date(2026, 11, 27)},
        {"leave_from_on": date(2026, 11, 16)},
        {"disabled_at": START},
        {"phone": ""},
    ],
)
def test_somebody_else_is_told_when_the_agent_is_not_there(world, gone):
    change_agent(world, world.owner, **gone)
    message_left(world)
    remind(world.dialer)
    deliver(world.dialer, sent := Sent())
    ((_, to, words),) = sent.messages
    assert to == "teammate@example.com"
    assert words.startswith("For Owner:")


def test_whom_the_agent_named_comes_before_who_is_longest_there(world):
    teammate, owner = world.people.teammate, world.owner
    change_agent(world, teammate, disabled_at=START, hand_over_to=owner.agent_id)
    change_agent(world, owner, leave_from_on=date(2026, 11, 1), hand_over_to=teammate.agent_id)
    message_left(world)
    remind(world.dialer)  # they name each other and neither is there
    with world.dialer.db.read() as connection:
        assert set(connection.execute(select(reminder.c.agent_id)).scalars()) == {owner.agent_id}


def test_nobody_of_another_office_is_told(world):
    change_agent(world, world.owner, disabled_at=START, hand_over_to=world.people.stranger.agent_id)
    message_left(world)
    remind(world.dialer)
    with world.dialer.db.read() as connection:
        assert set(connection.execute(select(reminder.c.agent_id)).scalars()) == {world.people.teammate.agent_id}


def test_a_row_that_always_fails_is_set_aside_and_the_rest_go_on(world):
    message_left(world, number="+12125550150")
    change_agent(world, world.people.teammate, working_hours="never")
    with world.dialer.db.write() as connection:
        connection.execute(update(callback).values(agent_id=world.people.teammate.agent_id))
    message_left(world)
    for _ in range(claims.MOST_TRIES):
        remind(world.dialer)
        world.wait(minutes=2)
    bad, good = world.callbacks()
    assert bad["set_aside_at"] is not None
    assert "again and again" in bad["problem"]
    assert good["reminded_at"] == START
    assert remind(world.dialer) == 0


def test_one_that_kills_whoever_works_on_it_is_set_aside_as_well(world):
    message_left(world)
    for _ in range(claims.MOST_TRIES):
        with world.dialer.db.write() as connection:
            assert claims.claim_due(connection, world.now, "somebody who dies")
        world.wait(minutes=2)
    remind(world.dialer)
    assert world.callbacks()[0]["set_aside_at"] == world.now


def test_putting_off_what_was_set_aside_tries_it_again(world):
    callback_id = message_left(world)
    with world.dialer.db.write() as connection:
        claims.set_aside(connection, callback_id, START, "It failed.")
    row = snooze(world.dialer, world.owner, callback_id, START + timedelta(hours=1))
    assert (row["set_aside_at"], row["remind_at"]) == (None, START + timedelta(hours=1))


def test_a_clock_that_ran_ahead_does_not_silence_a_debt(world):
    message_left(world)
    world.wait(days=400)
    remind(world.dialer)
    world.wait(days=-400)
    assert remind(world.dialer) == 0
    assert mend(world.dialer) == 1
    assert remind(world.dialer) == 1
    assert mend(world.dialer) == 0


def test_many_reminders_that_are_late_are_one_message(world):
    for number in range(5):
        message_left(world, number=f"+12125550{100 + number}")
    world.wait(hours=6)
    remind(world.dialer)
    rows = told(world)
    assert [row for row in rows if row[1] != "page"] == [("digest", "sms", "due")]
    deliver(world.dialer, sent := Sent())
    ((_, _, words),) = sent.messages
    assert words.startswith("5 people wait")


def test_what_somebody_owes_who_has_left_is_in_a_colleagues_digest(world):
    message_left(world)
    change_agent(world, world.owner, disabled_at=START)
    world.wait(days=1)
    write_digests(world.dialer)
    deliver(world.dialer, sent := Sent())
    ((_, to, words),) = sent.messages
    assert to == "teammate@example.com"
    assert words.startswith("1 person waits for a call from Owner")

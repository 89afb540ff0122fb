"""What was written to be sent goes out: once, in working hours, and as long as somebody needs it."""

from __future__ import annotations

from sqlalchemy import select

from soi_dialer.flows import keep_callback
from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.remind import remind
from soi_dialer.notify.message import NotSent
from soi_dialer.store import claims
from soi_dialer.store.tables import reminder
from tests.flows.debts import Sent, change_agent, message_left, told


def test_a_message_is_told_on_the_page_and_by_text_as_soon_as_it_arrives(world):
    message_left(world)
    assert remind(world.dialer) == 1
    assert told(world) == [("arrived", "page", "shown"), ("arrived", "sms", "due")]
    sent = Sent()
    assert deliver(world.dialer, sent) == 1
    assert [(channel, to) for channel, to, _ in sent.messages] == [("sms", "owner@example.com")]
    assert told(world)[1] == ("arrived", "sms", "sent")


def test_a_message_that_nobody_needs_any_more_does_not_go_out(world):
    callback_id = message_left(world)
    remind(world.dialer)
    keep_callback.waive(world.dialer, world.owner, callback_id, "They moved away.")
    deliver(world.dialer, sent := Sent())
    assert sent.messages == []
    assert told(world)[1] == ("arrived", "sms", "dropped")


def test_a_text_that_was_late_is_not_sent_at_night(world):
    message_left(world)
    remind(world.dialer)
    world.wait(hours=9)
    deliver(world.dialer, sent := Sent())
    world.wait(hours=13)
    assert sent.messages == []
    deliver(world.dialer, sent)
    assert len(sent.messages) == 1


def test_who_died_while_sending_is_followed_by_another_who_sends(world):
    message_left(world)
    remind(world.dialer)
    with world.dialer.db.write() as connection:
        assert claims.claim_deliveries(connection, world.now, "somebody who dies")
    deliver(world.dialer, sent := Sent())
    assert sent.messages == []
    world.wait(minutes=1)
    deliver(world.dialer, sent)
    assert len(sent.messages) == 1


def test_what_could_not_be_sent_is_tried_again_and_given_up_in_the_end_with_the_reason(world):
    message_left(world)
    remind(world.dialer)
    sent = Sent(*[NotSent("No answer.", may_retry=True)] * 9)
    for _ in range(12):
        deliver(world.dialer, sent)
        world.wait(minutes=30)
    assert len(sent.failures) == 9 - claims.MOST_TRIES
    assert told(world)[1] == ("arrived", "sms", "failed")
    with world.dialer.db.read() as connection:
        assert "No answer." in set(connection.execute(select(reminder.c.problem)).scalars())


def test_a_channel_that_does_not_answer_does_not_keep_the_others_waiting(world):
    change_agent(world, world.owner, channels="sms,email")
    for number in range(3):
        message_left(world, number=f"+12125550{100 + number}")
    remind(world.dialer)
    deliver(world.dialer, sent := Sent(NotSent("No answer.", may_retry=True)))
    assert [channel for channel, _, _ in sent.messages] == ["email"] * 3


def test_a_channel_that_refuses_for_good_is_switched_off(world):
    message_left(world)
    remind(world.dialer)
    deliver(world.dialer, Sent(NotSent("STOP", may_retry=False, is_off=True)))
    world.wait(hours=4)
    remind(world.dialer)
    assert told(world)[1:] == [("arrived", "sms", "failed"), ("due", "page", "shown")]

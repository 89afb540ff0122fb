"""The reminder that rings: the agent hears who waits, and only key 1 rings the contact, once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.errors import NotAllowed
from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.keep_contact import set_do_not_call
from soi_dialer.flows.remind import remind
from soi_dialer.flows.report_week import report_week
from soi_dialer.store import agents, calls
from soi_dialer.store.tables import voicemail
from tests.world import JANE, World

CALLER = "CA" + "c" * 32
RECORDING = "RE" + "e" * 32


def leave_message(world: World, text: str = "Please call me about the house.") -> None:
    """Jane calls, the agent does not take it, and she leaves a message."""
    world.post("/webhooks/voice/inbound", {"CallSid": CALLER, "From": JANE, "To": "+12025550100"})
    ref = world.inbound(CALLER)["ref"]
    world.say(ref, "ring-ended", CallSid=CALLER, DialCallStatus="no-answer", CallStatus="in-progress")
    about = {"CallSid": CALLER, "RecordingSid": RECORDING}
    world.say(ref, "recording", **about, RecordingStatus="completed", RecordingDuration="12")
    world.say(ref, "transcription", **about, TranscriptionStatus="completed", TranscriptionText=text)


def choose(world: World, **values) -> None:
    with world.dialer.db.write() as connection:
        agents.update(connection, world.owner.agent_id, **values)


def sweep(world: World) -> None:
    remind(world.dialer)
    deliver(world.dialer)


@pytest.fixture
def rung(world: World) -> World:
    """The agent's phone rings about Jane's message."""
    choose(world, channels="page,phone")
    leave_message(world)
    sweep(world)
    return world


def ring(world: World) -> dict:
    (rung,) = world.carrier.rung
    return rung


def answer(world: World) -> str:
    return world.say(ring(world)["ref"], "reminder", CallSid=ring(world)["sid"], CallStatus="in-progress").text


def press(world: World, key: str) -> str:
    return world.say(ring(world)["ref"], "reminder-key", CallSid=ring(world)["sid"], Digits=key).text


def said(document: str) -> str:
    return re.search(r"<Say[^>]*>([^<]*)</Say>", document)[1]


def test_it_rings_the_agent_and_says_who_left_what_when(rung: World):
    assert (ring(rung)["to"], ring(rung)["step"]) == ("+12025550101", "reminder")
    assert said(answer(rung)) == (
        "Jane Doe left you a message at 10:00 am. Press 1 to call now, 2 to hear the message, "
        "3 to be reminded in an hour, 4 for tomorrow morning, 5 if you talked already, 6 if no call is needed, "
        "9 if they asked not to be called again."
    )


def test_it_never_rings_a_contact_without_key_one(rung: World):
    assert "<Dial" not in answer(rung)
    for key in ("", "7", "2", "0", "#", "9"):
        assert "<Dial" not in press(rung, key)
    rung.say(ring(rung)["ref"], "agent-status", CallSid=ring(rung)["sid"], CallStatus="completed", CallDuration="9")
    assert "<Dial" not in press(rung, "1")


def test_key_one_turns_it_into_the_call_and_a_talk_returns_the_callback(rung: World):
    answer(rung)
    bridge = press(rung, "1")
    assert f">{JANE}</Number>" in bridge and press(rung, "1") == bridge
    ref, sid, contact = ring(rung)["ref"], ring(rung)["sid"], "CA" + "d" * 32
    ended = {"DialCallStatus": "completed", "DialCallSid": contact, "DialCallDuration": "95"}
    rung.say(ref, "bridge-ended", CallSid=sid, CallStatus="in-progress", **ended)
    about = {"ParentCallSid": sid, "CallStatus": "completed", "CallDuration": "95", "SequenceNumber": "3"}
    rung.say(ref, "contact-status", CallSid=contact, **about)
    rung.say(ref, "agent-status", CallSid=sid, CallStatus="completed", CallDuration="120", SequenceNumber="3")
    call = rung.call(ref)
    assert (call["outcome"], call["talk_seconds"], call["contact_id"]) == ("connected", 95, rung.jane)
    (owed,) = rung.callbacks()
    assert (owed["state"], owed["returned_call_id"], owed["remind_at"]) == ("returned", call["id"], None)


def test_key_two_says_the_message_and_asks_again(rung: World):
    answer(rung)
    assert said(press(rung, "2")).startswith("Please call me about the house. Press 1 to call now,")


def test_key_two_plays_the_sound_when_we_have_it(rung: World):
    with rung.dialer.db.write() as connection:
        connection.execute(update(voicemail).values(audio_state="stored"))
    answer(rung)
    document = press(rung, "2")
    assert re.search(r"<Play>https://dialer\.example/r/sound/[\w.-]+</Play>", document)
    assert said(document).startswith("Press 1 to call now,")


@pytest.mark.parametrize(("key", "hours"), [("3", 1), ("4", 22)])  # it is 10 o'clock; the day begins at 8
def test_keys_three_and_four_put_it_off(rung: World, key: str, hours: int):
    answer(rung)
    assert said(press(rung, key)) == "Noted. Goodbye."
    (owed,) = rung.callbacks()
    assert (owed["state"], owed["snoozed_until"]) == ("open", rung.now + timedelta(hours=hours))
    assert "<Dial" not in press(rung, "1")


def test_key_five_logs_a_talk_elsewhere_that_returns_the_callback(rung: World):
    answer(rung)
    assert said(press(rung, "5")) == "Noted. Goodbye."
    (owed,) = rung.callbacks()
    with rung.dialer.db.read() as connection:
        talk = calls.get(connection, rung.owner, owed["returned_call_id"])
    assert (owed["state"], talk["self_reported"], talk["outcome"]) == ("returned", True, "connected")
    assert "nobody to call" in press(rung, "5")
    assert "<Dial" not in press(rung, "1")


def test_key_six_waives_it_with_a_reason(rung: World):
    answer(rung)
    assert said(press(rung, "6")) == "Noted. Goodbye."
    (owed,) = rung.callbacks()
    assert (owed["state"], owed["waive_reason"]) == ("waived", "No call needed, said on the keypad.")


def test_key_nine_keeps_them_from_being_called_again(rung: World):
    answer(rung)
    assert said(press(rung, "9")) == "Noted. Goodbye."
    (owed,) = rung.callbacks()
    assert owed["state"] == "waived"
    with pytest.raises(NotAllowed, match="asked not to be called"):
        rung.click()


def test_a_reminder_that_called_nobody_is_no_call_in_lists_history_and_week(rung: World):
    answer(rung)
    rung.say(ring(rung)["ref"], "agent-status", CallSid=ring(rung)["sid"], CallStatus="completed", CallDuration="9")
    assert rung.call(ring(rung)["ref"])["outcome"] == "agent_missed"
    with rung.dialer.db.read() as connection:
        listed = calls.page(connection, rung.owner)
    assert [call["direction"] for call in listed] == ["inbound"]
    assert sum(report_week(rung.dialer, rung.owner, None)["calls"]["outbound"].values()) == 0
    assert rung.callbacks()[0]["attempts"] == 0


def test_delivering_twice_rings_once(rung: World):
    from soi_dialer.store.tables import reminder

    with rung.dialer.db.write() as connection:
        connection.execute(update(reminder).where(reminder.c.channel == "phone").values(state="due", send_at=rung.now))
    deliver(rung.dialer)
    assert len(rung.carrier.rung) == 1


def test_it_waits_while_the_agent_is_in_a_call(world: World):
    choose(world, channels="page,phone")
    leave_message(world)
    world.click()
    sweep(world)
    assert [one["step"] for one in world.carrier.rung] == ["screen"]


def test_it_rings_in_working_hours_alone(world: World):
    choose(world, channels="page,phone", working_hours="Mon-Fri 12:00-18:00")
    leave_message(world)
    sweep(world)
    assert world.carrier.rung == []
    world.wait(hours=2)
    sweep(world)
    assert len(world.carrier.rung) == 1


def test_what_was_closed_while_it_rang_is_said_and_not_called(rung: World):
    waive(rung.dialer, rung.owner, rung.callbacks()[0]["id"], "met in town")
    assert "nobody to call" in answer(rung)
    assert "<Dial" not in press(rung, "1")


def test_key_one_calls_nobody_who_asked_not_to_be_called(rung: World):
    answer(rung)
    set_do_not_call(rung.dialer, rung.owner, rung.jane, True)
    assert "asked not to be called" in press(rung, "1")


def test_whoever_stands_in_hears_whose_it_is_and_cannot_call_through_us(world: World):
    teammate = world.people.teammate.agent_id
    choose(world, leave_from_on=world.now.date(), hand_over_to=teammate)
    with world.dialer.db.write() as connection:
        agents.update(connection, teammate, channels="page,phone")
    leave_message(world)
    sweep(world)
    assert ring(world)["to"] == "+12025550102"
    assert said(answer(world)).startswith("For Owner: Jane Doe left you a message at 10:00 am. Press 2 to hear")
    assert "<Dial" not in press(world, "1")
    assert said(press(world, "5")) == "Noted. Goodbye."
    (owed,) = world.callbacks()
    with world.dialer.db.read() as connection:
        assert calls.get(connection, world.owner, owed["returned_call_id"])["note"] == "Teammate talked with them."

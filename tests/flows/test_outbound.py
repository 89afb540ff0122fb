from __future__ import annotations

from datetime import timedelta

import pytest

from soi_dialer.carrier.errors import Refused
from soi_dialer.flows.cancel_call import cancel_call
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed, NotFound
from soi_dialer.flows.keep_callback import open_callback
from soi_dialer.flows.keep_contact import add_contact, set_do_not_call
from soi_dialer.flows.place_call import place_call
from tests.fakes import REFUSED, UNSURE
from tests.world import JANE, World


def pick_up(world: World, ref: str, sid: str):
    return world.say(ref, "screen", CallSid=sid, CallStatus="in-progress")


def press(world: World, ref: str, sid: str, digits: str, step: str = "screen-key"):
    return world.say(ref, step, CallSid=sid, Digits=digits)


def status(world: World, ref: str, leg: str, sid: str, word: str, **more: str):
    return world.say(ref, f"{leg}-status", CallSid=sid, CallStatus=word, **more)


def bridged(world: World) -> tuple[str, str, str]:
    """A call in which the contact was rung: reference, agent leg, contact leg."""
    ref = world.click()["ref"]
    agent = world.carrier.rung[-1]["sid"]
    pick_up(world, ref, agent)
    press(world, ref, agent, "1")
    return ref, agent, world.carrier.next_sid()


def test_a_click_rings_the_agents_own_phone_and_nobody_else(world: World):
    call = world.click()

    assert [(r["to"], r["from"]) for r in world.carrier.rung] == [("+12025550101", "+12025550100")]
    assert (call["state"], call["outcome"], call["agent_sid"]) == ("requested", None, world.carrier.rung[0]["sid"])


def test_the_agent_hears_who_is_called_before_anybody_is_rung(world: World):
    ref = world.click()["ref"]

    heard = pick_up(world, ref, world.carrier.rung[0]["sid"]).text

    assert "Jane Doe." in heard and "Press 1 to connect" in heard
    assert "<Dial" not in heard
    assert world.call(ref)["state"] == "screening"


def test_key_1_rings_the_contact_from_the_agents_twilio_number(world: World):
    ref = world.click()["ref"]
    agent = world.carrier.rung[0]["sid"]
    pick_up(world, ref, agent)

    document = press(world, ref, agent, "1").text

    assert JANE in document and 'callerId="+12025550100"' in document
    assert world.call(ref)["state"] == "ringing_contact"


def test_key_1_repeated_gives_the_same_document(world: World):
    ref = world.click()["ref"]
    agent = world.carrier.rung[0]["sid"]
    pick_up(world, ref, agent)

    assert press(world, ref, agent, "1").text == press(world, ref, agent, "1").text


def test_a_second_leg_of_one_click_hears_that_it_is_handled(world: World):
    """F21"""
    ref, _, _ = bridged(world)

    other = world.carrier.next_sid()
    assert "already been connected" in pick_up(world, ref, other).text
    assert "<Dial" not in press(world, ref, other, "1").text


def test_no_key_means_that_the_contact_was_never_rung(world: World):
    ref = world.click()["ref"]
    agent = world.carrier.rung[0]["sid"]
    pick_up(world, ref, agent)
    status(world, ref, "agent", agent, "completed", CallDuration="19")

    call = world.call(ref)
    assert (call["state"], call["outcome"], call["talk_seconds"]) == ("ended", "agent_missed", 0)


def test_talk_time_is_the_contact_legs_length_as_the_carrier_measured_it(world: World):
    ref, agent, contact = bridged(world)
    status(world, ref, "contact", contact, "completed", CallDuration="540", ParentCallSid=agent)
    world.say(ref, "bridge-ended", CallSid=agent, CallStatus="in-progress", DialCallStatus="completed",
              DialCallSid=contact, DialCallDuration="540")  # fmt: skip
    status(world, ref, "agent", agent, "completed", CallDuration="571")

    call = world.call(ref)
    assert (call["outcome"], call["outcome_source"]) == ("connected", "measured")
    assert (call["talk_seconds"], call["agent_leg_seconds"], call["voicemail_seconds"]) == (540, 571, 0)


NOT_REACHED = [("busy", "busy"), ("no-answer", "no_answer"), ("failed", "failed"), ("canceled", "canceled")]


@pytest.mark.parametrize("word, outcome", NOT_REACHED)
def test_what_became_of_the_contacts_leg_is_the_outcome(world: World, word: str, outcome: str):
    """F42"""
    ref, agent, contact = bridged(world)
    status(world, ref, "contact", contact, word, ParentCallSid=agent)
    status(world, ref, "agent", agent, "completed", CallDuration="40")

    assert world.call(ref)["outcome"] == outcome


def test_a_machine_that_answered_is_not_a_conversation(world: World):
    ref, agent, contact = bridged(world)
    world.say(ref, "machine", CallSid=contact, AnsweredBy="machine_end_beep")
    status(world, ref, "contact", contact, "completed", CallDuration="31", ParentCallSid=agent)

    call = world.call(ref)
    assert (call["outcome"], call["talk_seconds"], call["voicemail_seconds"]) == ("machine", 0, 31)


@pytest.mark.parametrize("digit, outcome, talk, voicemail", [("1", "connected", 31, 0), ("2", "left_voicemail", 0, 31)])
def test_the_agents_key_wins_over_machine_detection(world: World, digit: str, outcome: str, talk: int, voicemail: int):
    ref, agent, contact = bridged(world)
    world.say(ref, "machine", CallSid=contact, AnsweredBy="machine_end_beep")
    status(world, ref, "contact", contact, "completed", CallDuration="31", ParentCallSid=agent)
    press(world, ref, agent, digit, "wrap-up-key")

    call = world.call(ref)
    assert (call["outcome"], call["outcome_source"], call["measured_outcome"]) == (outcome, "agent", "machine")
    assert (call["talk_seconds"], call["voicemail_seconds"]) == (talk, voicemail)


def test_wrap_up_key_3_promises_a_call_tomorrow_morning(world: World):
    ref, agent, contact = bridged(world)
    status(world, ref, "contact", contact, "no-answer", ParentCallSid=agent)
    press(world, ref, agent, "3", "wrap-up-key")

    (promised,) = world.callbacks()
    assert (promised["reason"], promised["state"]) == ("requested", "open")
    assert promised["due_at"].isoformat() == "2026-11-19T13:00:00+00:00"  # 8:00 in New York


def test_wrap_up_key_4_turns_speech_into_a_note(world: World):
    ref, agent, contact = bridged(world)
    status(world, ref, "contact", contact, "completed", CallDuration="60", ParentCallSid=agent)
    assert "<Record" in press(world, ref, agent, "4", "wrap-up-key").text
    for _ in range(2):  # webhooks come twice
        world.say(ref, "transcription", CallSid=agent, RecordingSid="RE" + "a" * 32,
                  TranscriptionStatus="completed", TranscriptionText="Her son starts college")  # fmt: skip

    assert world.call(ref)["note"] == "Her son starts college"
    assert world.voicemails() == []


def test_a_refusal_is_told_in_plain_words_and_frees_the_agent(world: World):
    """F08"""
    world.carrier.next_errors = [REFUSED]

    call = world.click()

    assert (call["state"], call["outcome"]) == ("ended", "failed")
    assert call["failure"] == "The number does not exist; check its digits."
    assert world.click()["state"] == "requested"


def test_what_surely_rang_nobody_is_tried_again(world: World, monkeypatch):
    """F07"""
    monkeypatch.setattr("soi_dialer.flows.place_call.PAUSES_SECONDS", (0, 0))
    too_many = Refused("Too many requests at once; wait a moment.", 20429)
    too_many.may_retry = True
    world.carrier.next_errors = [too_many, too_many]

    assert world.click()["agent_sid"] == world.carrier.rung[2]["sid"]


def test_an_unknown_answer_is_never_asked_for_again(world: World):
    """F04, F06"""
    world.carrier.next_errors = [UNSURE]

    call = world.click()

    assert len(world.carrier.rung) == 1
    assert (call["state"], call["placement"]) == ("requested", "unsure")
    assert "checked" in call["failure"]


def test_the_first_webhook_heals_an_unknown_answer(world: World):
    """F02, F05, F11"""
    world.carrier.next_errors = [UNSURE]
    ref = world.click()["ref"]
    sid = world.carrier.next_sid()

    status(world, ref, "agent", sid, "initiated", SequenceNumber="0")

    call = world.call(ref)
    assert (call["placement"], call["agent_sid"], call["failure"]) == ("placed", sid, None)


def test_one_live_call_for_each_agent(world: World):
    world.click()

    with pytest.raises(NotAllowed, match="in a call already"):
        world.click()


def test_a_double_click_is_one_call(world: World):
    """F40"""
    first, second = world.click(request_key="nonce"), world.click(request_key="nonce")

    assert first["id"] == second["id"]
    assert len(world.carrier.rung) == 1


def test_a_request_key_for_another_call_is_refused(world: World):
    world.click(request_key="nonce")

    with pytest.raises(Conflict):
        world.click(request_key="nonce", number=JANE)


def test_nobody_calls_another_agents_contact(world: World):
    for scope in (world.people.teammate, world.people.stranger):
        with pytest.raises(NotFound):
            place_call(world.dialer, scope, contact_id=world.jane)


def test_do_not_call_is_asked_for_at_the_click_and_again_at_key_1(world: World):
    """F46"""
    ref = world.click()["ref"]
    agent = world.carrier.rung[0]["sid"]
    pick_up(world, ref, agent)
    set_do_not_call(world.dialer, world.owner, world.jane, True, "said so")

    answer = press(world, ref, agent, "1").text

    assert "<Dial" not in answer and "asked not to be called" in answer
    status(world, ref, "agent", agent, "completed", CallDuration="9")
    assert world.call(ref)["outcome"] == "canceled"
    with pytest.raises(NotAllowed, match="asked not to be called"):
        world.click()


def test_calling_hours_are_asked_for_at_the_click_and_again_at_key_1(world: World):
    """F47"""
    world.now = world.now.replace(hour=0, minute=59, second=50)  # 19:59:50 in New York
    ref = world.click()["ref"]
    agent = world.carrier.rung[0]["sid"]
    pick_up(world, ref, agent)
    world.wait(seconds=15)

    assert "<Dial" not in press(world, ref, agent, "1").text
    status(world, ref, "agent", agent, "completed", CallDuration="20")
    with pytest.raises(NotAllowed, match="20:00"):
        world.click()


def test_a_canceled_call_never_rings_the_contact(world: World):
    ref = world.click()["ref"]
    agent = world.carrier.rung[0]["sid"]
    pick_up(world, ref, agent)
    cancel_call(world.dialer, world.owner, world.call(ref)["id"])

    assert world.carrier.hung_up == [agent]
    assert "<Dial" not in press(world, ref, agent, "1").text
    status(world, ref, "agent", agent, "completed", CallDuration="3")
    assert world.call(ref)["outcome"] == "canceled"


def test_a_call_that_the_carrier_held_back_for_long_is_not_bridged(world: World):
    ref = world.click()["ref"]
    agent = world.carrier.rung[0]["sid"]
    world.wait(minutes=40)

    pick_up(world, ref, agent)
    assert "<Dial" not in press(world, ref, agent, "1").text


def test_a_call_returns_only_the_callback_of_the_person_called(world: World):
    bob = add_contact(world.dialer, world.owner, name="Bob", phones=[{"number": "+13105550188", "label": ""}])
    owed = open_callback(world.dialer, world.owner, contact_id=bob, due_at=world.now + timedelta(days=1))

    with pytest.raises(BadValue, match="somebody else"):
        world.click(callback_id=owed["id"])

from __future__ import annotations

import pytest

from soi_dialer.flows.fetch_audio import fetch_audio
from soi_dialer.flows.keep_callback import waive
from tests.fakes import WAV
from tests.world import JANE, OUR_NUMBER, World

STRANGE = "+13105550188"
RECORDING = "RE" + "a" * 32


def rings(world: World, caller: str = JANE, called: str = OUR_NUMBER) -> tuple[str, str]:
    """A call comes in; returns the caller's leg and what the carrier is told to do."""
    sid = world.carrier.next_sid()
    told = {"CallSid": sid, "From": caller, "To": called, "CallStatus": "ringing", "Direction": "inbound"}
    return sid, world.post("/webhooks/voice/inbound", told).text


def not_taken(world: World, sid: str) -> str:
    ref = world.inbound(sid)["ref"]
    ended = {"CallSid": sid, "CallStatus": "in-progress", "DialCallStatus": "no-answer"}
    return world.say(ref, "ring-ended", **ended).text


def leaves_message(world: World, sid: str, seconds: int = 12, recording: str = RECORDING, text: str = "") -> None:
    ref = world.inbound(sid)["ref"]
    about = {"CallSid": sid, "RecordingSid": recording, "RecordingDuration": str(seconds)}
    world.say(ref, "message-recorded", RecordingUrl=f"https://api.example/{recording}", Digits="hangup", **about)
    world.say(ref, "recording", RecordingStatus="completed", **about)
    if text:
        said = {"TranscriptionStatus": "completed", "TranscriptionText": text}
        world.say(ref, "transcription", CallSid=sid, RecordingSid=recording, **said)
    caller_hangs_up(world, sid, seconds + 20)


def caller_hangs_up(world: World, sid: str, seconds: int) -> None:
    over = {"CallSid": sid, "CallStatus": "completed", "CallDuration": str(seconds)}
    world.post("/webhooks/voice/inbound/status", over)


def test_a_known_caller_rings_the_agents_phone_with_a_whisper(world: World):
    sid, document = rings(world)

    assert "+12025550101" in document and "/whisper" in document
    assert 'callerId="+12025550100"' in document
    call = world.inbound(sid)
    assert (call["direction"], call["contact_id"], call["state"]) == ("inbound", world.jane, "ringing_agent")


def test_the_same_request_again_is_the_same_call(world: World):
    sid, first = rings(world)
    again = world.post("/webhooks/voice/inbound", {"CallSid": sid, "From": JANE, "To": OUR_NUMBER})

    assert again.text == first


def test_an_unknown_caller_becomes_a_contact_named_by_number(world: World):
    sid, _ = rings(world, STRANGE)

    assert world.inbound(sid)["contact_id"] not in (None, world.jane)


@pytest.mark.parametrize("withheld", ["anonymous", "+266696687", "+7378742833", "", "restricted"])
def test_a_withheld_caller_leaves_a_message_that_cannot_be_dialled_back(world: World, withheld: str):
    """row 21"""
    sid, _ = rings(world, withheld)
    not_taken(world, sid)
    leaves_message(world, sid)

    (owed,) = world.callbacks()
    assert (owed["contact_id"], owed["contact_number"], owed["state"]) == (None, None, "open")
    assert len(world.voicemails()) == 1


def test_two_withheld_callers_are_two_debts(world: World):
    for recording in ("RE" + "b" * 32, "RE" + "c" * 32):
        sid, _ = rings(world, "anonymous")
        not_taken(world, sid)
        leaves_message(world, sid, recording=recording)

    assert len(world.callbacks()) == 2


def test_key_1_on_the_agents_phone_joins_and_anything_else_does_not(world: World):
    sid, _ = rings(world)
    ref, agent = world.inbound(sid)["ref"], world.carrier.next_sid()
    assert "Jane Doe" in world.say(ref, "whisper", CallSid=agent, ParentCallSid=sid, CallStatus="in-progress").text
    assert "<Hangup" in world.say(ref, "whisper-key", CallSid=agent, Digits="5").text

    joined = world.say(ref, "whisper-key", CallSid=agent, Digits="1").text

    assert "<Hangup" not in joined and "<Response" in joined
    assert world.inbound(sid)["state"] == "talking"


def test_inbound_talk_time_is_the_agents_leg_less_its_whisper(world: World):
    sid, _ = rings(world)
    ref, agent = world.inbound(sid)["ref"], world.carrier.next_sid()
    world.say(ref, "whisper", CallSid=agent, ParentCallSid=sid, CallStatus="in-progress")
    world.wait(seconds=7)
    world.say(ref, "whisper-key", CallSid=agent, Digits="1")
    world.say(ref, "agent-status", CallSid=agent, ParentCallSid=sid, CallStatus="completed", CallDuration="307")
    caller_hangs_up(world, sid, 330)

    call = world.inbound(sid)
    assert (call["outcome"], call["talk_seconds"], call["agent_leg_seconds"]) == ("connected", 300, 307)
    assert world.callbacks() == []


def test_the_agents_own_voicemail_that_picks_up_does_not_take_the_call(world: World):
    """F41"""
    sid, _ = rings(world)
    ref, agent = world.inbound(sid)["ref"], world.carrier.next_sid()
    world.say(ref, "whisper", CallSid=agent, ParentCallSid=sid, CallStatus="in-progress")
    world.say(ref, "agent-status", CallSid=agent, ParentCallSid=sid, CallStatus="completed", CallDuration="16")

    ended = {"CallSid": sid, "CallStatus": "in-progress", "DialCallStatus": "completed", "DialCallSid": agent}
    assert "<Record" in world.say(ref, "ring-ended", **ended, DialCallDuration="16").text
    leaves_message(world, sid)
    assert world.inbound(sid)["outcome"] == "voicemail"


def test_a_message_is_one_voicemail_and_one_callback_due_in_four_working_hours(world: World):
    sid, _ = rings(world)
    assert "<Record" in not_taken(world, sid)
    leaves_message(world, sid, 12, text="Please call me back")

    call, (left,), (owed,) = world.inbound(sid), world.voicemails(), world.callbacks()
    assert (call["outcome"], call["voicemail_seconds"], call["talk_seconds"]) == ("voicemail", 12, 0)
    assert (left["seconds"], left["transcript"], left["callback_id"]) == (12, "Please call me back", owed["id"])
    assert (owed["reason"], owed["state"], owed["turn"]) == ("voicemail", "open", "agent")
    assert owed["due_at"].isoformat() == "2026-11-18T19:00:00+00:00"


def test_hanging_up_before_the_beep_is_a_missed_call_that_is_owed_as_well(world: World):
    sid, _ = rings(world)
    not_taken(world, sid)
    caller_hangs_up(world, sid, 9)

    (owed,) = world.callbacks()
    assert (world.inbound(sid)["outcome"], owed["reason"]) == ("missed", "missed_call")


def test_an_absent_recording_is_a_missed_call_even_before_the_end_is_told(world: World):
    """F24"""
    sid, _ = rings(world)
    not_taken(world, sid)
    world.say(world.inbound(sid)["ref"], "recording", CallSid=sid, RecordingSid=RECORDING, RecordingStatus="absent")

    (owed,) = world.callbacks()
    assert (world.inbound(sid)["outcome"], owed["reason"], world.voicemails()) == ("missed", "missed_call", [])


def test_a_message_whose_news_comes_after_the_hang_up_makes_the_missed_call_a_voicemail(world: World):
    """F24"""
    sid, _ = rings(world)
    not_taken(world, sid)
    caller_hangs_up(world, sid, 30)
    leaves_message(world, sid)

    (owed,) = world.callbacks()
    assert (world.inbound(sid)["outcome"], owed["reason"]) == ("voicemail", "voicemail")


def test_further_messages_join_the_thread_and_keep_the_earlier_due_time(world: World):
    for number in range(3):
        sid, _ = rings(world)
        not_taken(world, sid)
        leaves_message(world, sid, recording=f"RE{number:032x}")
        world.wait(minutes=30)

    (owed,) = world.callbacks()
    assert owed["due_at"].isoformat() == "2026-11-18T19:00:00+00:00"
    assert [v["callback_id"] for v in world.voicemails()] == [owed["id"]] * 3


def calls_back(world: World, outcome: str = "completed", seconds: str = "300", answered_by: str = "human") -> str:
    world.wait(minutes=5)
    ref = world.click()["ref"]
    agent, contact = world.carrier.rung[-1]["sid"], world.carrier.next_sid()
    world.say(ref, "screen", CallSid=agent, CallStatus="in-progress")
    world.say(ref, "screen-key", CallSid=agent, Digits="1")
    world.say(ref, "contact-status", CallSid=contact, ParentCallSid=agent, CallStatus=outcome, CallDuration=seconds)
    world.say(ref, "machine", CallSid=contact, AnsweredBy=answered_by)
    world.say(ref, "agent-status", CallSid=agent, CallStatus="completed", CallDuration="400")
    return ref


def owes_a_call(world: World) -> None:
    sid, _ = rings(world)
    not_taken(world, sid)
    leaves_message(world, sid)


def test_a_conversation_returns_the_call(world: World):
    owes_a_call(world)
    ref = calls_back(world)

    (owed,) = world.callbacks()
    assert (owed["state"], owed["returned_call_id"]) == ("returned", world.call(ref)["id"])


@pytest.mark.parametrize("word", ["busy", "no-answer"])
def test_an_attempt_is_counted_and_the_debt_stays(world: World, word: str):
    """F42"""
    owes_a_call(world)
    calls_back(world, word)

    (owed,) = world.callbacks()
    assert (owed["state"], owed["turn"], owed["attempts"]) == ("open", "agent", 1)


def test_leaving_a_message_makes_it_their_turn_until_they_leave_one_again(world: World):
    owes_a_call(world)
    ref = calls_back(world, answered_by="machine_end_beep")
    agent = world.call(ref)["agent_sid"]
    world.say(ref, "wrap-up-key", CallSid=agent, Digits="2")

    (owed,) = world.callbacks()
    assert (owed["state"], owed["turn"], owed["attempts"]) == ("open", "contact", 1)
    assert owed["due_at"].isoformat() == "2026-11-20T13:00:00+00:00"  # two working days later, 8:00 in New York

    world.wait(hours=1)
    sid, _ = rings(world)
    not_taken(world, sid)
    leaves_message(world, sid, recording="RE" + "d" * 32)
    (owed,) = world.callbacks()
    assert (owed["turn"], owed["due_at"].isoformat()) == ("agent", "2026-11-18T20:05:00+00:00")


def test_a_conversation_that_turns_out_to_be_a_machine_leaves_the_debt_open(world: World):
    owes_a_call(world)
    ref = calls_back(world, answered_by="unknown")
    assert world.callbacks()[0]["state"] == "returned"
    world.say(ref, "wrap-up-key", CallSid=world.call(ref)["agent_sid"], Digits="2")

    (owed,) = world.callbacks()
    assert (owed["state"], owed["turn"], owed["returned_call_id"]) == ("open", "contact", None)


def test_their_own_call_that_is_taken_returns_the_call_as_well(world: World):
    owes_a_call(world)
    world.wait(minutes=20)
    sid, _ = rings(world)
    ref, agent = world.inbound(sid)["ref"], world.carrier.next_sid()
    world.say(ref, "whisper", CallSid=agent, ParentCallSid=sid, CallStatus="in-progress")
    world.say(ref, "whisper-key", CallSid=agent, Digits="1")
    world.say(ref, "agent-status", CallSid=agent, ParentCallSid=sid, CallStatus="completed", CallDuration="60")

    assert world.callbacks()[0]["state"] == "returned"


def test_a_waived_callback_stays_waived_and_the_next_message_opens_another(world: World):
    owes_a_call(world)
    waive(world.dialer, world.owner, world.callbacks()[0]["id"], "Wrong number")
    world.wait(minutes=1)
    sid, _ = rings(world)
    not_taken(world, sid)
    leaves_message(world, sid, recording="RE" + "e" * 32)

    assert [(c["state"], c["waive_reason"]) for c in world.callbacks()] == [("waived", "Wrong number"), ("open", None)]


def test_a_caller_meets_the_greeting_at_once_while_the_agent_is_on_the_line(world: World):
    world.click()
    sid, document = rings(world, STRANGE)

    assert "<Record" in document and "<Dial" not in document
    assert world.inbound(sid)["state"] == "screening"


def test_a_number_that_is_nobodys_is_hung_up_and_not_kept(world: World):
    _, document = rings(world, called="+12025550999")

    assert "<Hangup" in document
    assert world.callbacks() == []


def test_the_audio_is_fetched_verified_and_kept_by_us(world: World, tmp_path):
    owes_a_call(world)
    assert fetch_audio(world.dialer) == 0  # not ready yet
    world.carrier.audio[RECORDING] = WAV
    world.wait(minutes=1)

    assert fetch_audio(world.dialer) == 1
    (left,) = world.voicemails()
    assert (left["audio_state"], left["audio_type"], left["audio_bytes"]) == ("stored", "audio/wav", len(WAV))
    assert (tmp_path / left["audio_path"]).read_bytes() == WAV


def test_a_text_message_opens_a_callback_once(world: World):
    text = {"MessageSid": "SM" + "1" * 32, "From": JANE, "To": OUR_NUMBER, "Body": "Can you call me?"}
    for _ in range(3):
        assert world.post("/webhooks/sms/inbound", text).status_code == 200

    (owed,) = world.callbacks()
    assert (owed["reason"], owed["contact_id"]) == ("text", world.jane)

"""Somebody dials our number: the agent's phone rings with a whisper, or a message is taken."""

from __future__ import annotations

import io
import time
import wave

import pytest
import requests

from tests.simulator.receiver import ACCOUNT, AGENT, CONTACT, OURS, TOKEN

WORDS = "Hi, it is Jane, please call me back about the house."


@pytest.fixture
def line(receiver):
    """The usual script: ring the agent with a whisper; not taken, greet and record."""
    url = receiver.url
    receiver.script = {
        "/inbound": f'<Dial action="{url}/ended" callerId="{OURS}" timeout="20" answerOnBridge="true">'
        f'<Number url="{url}/whisper" statusCallback="{url}/agent-status" '
        f'statusCallbackEvent="initiated ringing answered completed">{AGENT}</Number></Dial>',
        "/whisper": f'<Gather numDigits="1" timeout="8" action="{url}/accept"><Say>Jane. Press 1.</Say></Gather>'
        "<Hangup/>",
        "/accept": "",
        "/ended": lambda heard: "<Hangup/>"
        if heard.params["DialBridged"] == "true"
        else f'<Say>Please leave a message.</Say><Record maxLength="118" transcribe="true" action="{url}/done" '
        f'recordingStatusCallback="{url}/recording" recordingStatusCallbackEvent="completed absent" '
        f'transcribeCallback="{url}/transcript"/>',
        "/done": "<Hangup/>",
    }
    return receiver


def call_in(phones, **body):
    return phones.post(f"handsets/{CONTACT}/call", {"to": OURS, **body})["call_sid"]


def test_an_agent_who_presses_1_is_joined_and_the_whisper_counts_in_their_leg(phones, line):
    phones.persona(AGENT, keys=["1"], talk_seconds=None)
    phones.persona(CONTACT, talk_seconds=300)
    sid = call_in(phones)
    phones.settle()
    ended = line.at("/ended")[0].params
    assert (ended["DialBridged"], ended["DialCallStatus"]) == ("true", "completed")
    assert ended["CallStatus"] == "completed"
    whisper = line.at("/whisper")[0].params
    assert (whisper["ParentCallSid"], whisper["CallSid"]) == (sid, ended["DialCallSid"])
    assert 300 <= int(ended["DialCallDuration"]) <= 301
    assert phones.codes() == []


def test_the_seconds_of_a_whisper_cut_short_are_real_seconds(phones, line):
    phones.persona(AGENT, kind="manual")
    phones.persona(CONTACT, talk_seconds=400)
    call_in(phones)
    phones.until(AGENT, state="ringing")
    phones.post(f"handsets/{AGENT}/answer")
    phones.until(AGENT, wants="keys")
    time.sleep(1.2)
    phones.post(f"handsets/{AGENT}/press", {"digits": "1"})
    phones.settle()
    asked, pressed = line.at("/whisper")[0].at, line.at("/accept")[0].at
    seconds = int(line.at("/ended")[0].params["DialCallDuration"])
    assert abs(seconds - 400 - (pressed - asked)) <= 1


def test_the_first_request_names_caller_number_and_attestation(phones, line):
    phones.persona(AGENT, keys=["1"])
    sid = call_in(phones)
    phones.settle()
    params = line.at("/inbound")[0].params
    assert params | {
        "CallSid": sid,
        "AccountSid": ACCOUNT,
        "From": CONTACT,
        "Caller": CONTACT,
        "To": OURS,
        "Called": OURS,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
        "StirVerstat": "TN-Validation-Passed-A",
        "FromCountry": "US",
    } == params


@pytest.mark.parametrize("shown", ["anonymous", "+266696687"])
def test_a_withheld_caller_arrives_without_a_number(phones, line, shown):
    phones.persona(AGENT, kind="busy")
    phones.persona(CONTACT, hang_up_at_beep=True)
    call_in(phones, from_display=shown)
    phones.settle()
    assert line.at("/inbound")[0].params["From"] == shown


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ({"kind": "rings_out"}, "no-answer"),
        ({"kind": "busy"}, "busy"),
        ({"kind": "declines"}, "busy"),
        ({"kind": "unreachable"}, "failed"),
        ({"kind": "answers", "keys": []}, "completed"),
        ({"kind": "voicemail"}, "completed"),
        ({"kind": "answers", "hang_up_seconds": 1}, "completed"),
    ],
)
def test_a_call_that_the_agent_does_not_take_leaves_a_message(phones, line, persona, status):
    phones.persona(AGENT, **persona)
    phones.persona(CONTACT, message=WORDS, message_seconds=17)
    sid = call_in(phones)
    phones.settle()
    ended = line.at("/ended")[0].params
    assert (ended["DialCallStatus"], ended["DialBridged"]) == (status, "false")
    done, recorded = line.at("/done")[0].params, line.at("/recording")[0].params
    assert (done["Digits"], done["RecordingDuration"], done["CallStatus"]) == ("hangup", "17", "completed")
    assert (recorded["RecordingStatus"], recorded["RecordingDuration"]) == ("completed", "17")
    assert (recorded["CallSid"], recorded["RecordingSource"]) == (sid, "RecordVerb")
    assert "From" not in recorded
    transcript = line.at("/transcript")[0].params
    assert (transcript["TranscriptionText"], transcript["TranscriptionStatus"]) == (WORDS, "completed")
    assert line.at("/number-status")[0].params["CallStatus"] == "completed"


def test_a_declined_whisper_can_be_reported_as_not_answered(phones, line):
    phones.put("manners", {"declined_whisper": "no-answer"})
    phones.persona(AGENT, keys=[])
    phones.persona(CONTACT, message=WORDS)
    call_in(phones)
    phones.settle()
    assert line.at("/ended")[0].params["DialCallStatus"] == "no-answer"


def test_a_message_is_fetched_as_sound_of_its_length_with_credentials_only(phones, line):
    phones.persona(AGENT, kind="busy")
    phones.persona(CONTACT, message=WORDS, message_seconds=9)
    sid = call_in(phones)
    phones.settle()
    url = line.at("/recording")[0].params["RecordingUrl"]
    assert requests.get(url, timeout=10).status_code == 401
    for extension in ("", ".wav"):
        answer = requests.get(url + extension, auth=(ACCOUNT, TOKEN), timeout=10)
        with wave.open(io.BytesIO(answer.content)) as sound:
            assert round(sound.getnframes() / sound.getframerate()) == 9
    recording = phones.client.recordings.list(call_sid=sid)[0]
    assert (recording.duration, recording.status, recording.call_sid) == ("9", "completed", sid)
    assert phones.client.calls(sid).recordings.list()[0].sid == recording.sid
    assert phones.client.recordings(recording.sid).transcriptions.list()[0].transcription_text == WORDS
    assert phones.client.recordings(recording.sid).delete()
    assert requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10).status_code == 404
    assert phones.client.recordings.list(include_soft_deleted=True)[0].status == "deleted"


def test_hanging_up_at_the_beep_leaves_an_absent_recording_and_no_action(phones, line):
    phones.persona(AGENT, kind="busy")
    phones.persona(CONTACT, hang_up_at_beep=True)
    call_in(phones)
    phones.settle()
    assert line.words("/recording", "RecordingStatus") == ["absent"]
    assert line.at("/done") == line.at("/transcript") == []


@pytest.mark.parametrize(("seconds", "transcripts"), [(2, 0), (3, 1), (118, 1)])
def test_only_messages_of_the_right_length_are_transcribed(phones, line, seconds, transcripts):
    phones.persona(AGENT, kind="busy")
    phones.persona(CONTACT, message=WORDS, message_seconds=seconds)
    call_in(phones)
    phones.settle()
    assert len(line.at("/transcript")) == transcripts


def test_a_message_without_words_cannot_be_transcribed(phones, line):
    phones.persona(AGENT, kind="busy")
    phones.persona(CONTACT, message="", message_seconds=5)
    call_in(phones)
    phones.settle()
    assert line.words("/transcript", "TranscriptionStatus") == ["failed"]


def test_a_message_is_cut_at_the_longest_length_and_the_call_goes_on(phones, line):
    phones.persona(AGENT, kind="busy")
    phones.persona(CONTACT, message=WORDS, message_seconds=300)
    call_in(phones)
    phones.settle()
    done = line.at("/done")[0].params
    assert (done["RecordingDuration"], done["Digits"], done["CallStatus"]) == ("118", "", "in-progress")


def test_a_message_may_end_with_a_key(phones, line):
    phones.persona(AGENT, kind="busy")
    phones.persona(CONTACT, message=WORDS, message_seconds=8, message_key="#")
    call_in(phones)
    phones.settle()
    assert line.at("/done")[0].params | {"RecordingDuration": "8", "Digits": "#"} == line.at("/done")[0].params


def test_a_person_at_the_handset_speaks_after_the_beep(phones, line):
    phones.persona(AGENT, kind="busy")
    phones.persona(CONTACT, kind="manual")
    call_in(phones)
    phones.until(CONTACT, wants="message")
    phones.post(f"handsets/{CONTACT}/message", {"text": WORDS, "seconds": 21})
    phones.settle()
    assert line.at("/done")[0].params["RecordingDuration"] == "21"
    assert line.at("/transcript")[0].params["TranscriptionText"] == WORDS


def test_a_caller_who_gives_up_while_it_rings_ends_the_ringing(phones, line):
    phones.persona(AGENT, kind="rings_out")
    phones.persona(CONTACT, hang_up_seconds=6)
    sid = call_in(phones)
    phones.settle()
    assert line.words("/agent-status") == ["initiated", "ringing", "canceled"]
    assert line.at("/ended")[0].params["DialCallStatus"] == "canceled"
    assert line.at("/number-status")[0].params["CallStatus"] == "no-answer"
    assert phones.client.calls(sid).fetch().duration is None


def test_a_caller_who_gives_up_during_the_whisper_ends_the_agent_leg(phones, line):
    phones.persona(AGENT, kind="manual")
    phones.persona(CONTACT, kind="manual")
    call_in(phones)
    phones.until(AGENT, state="ringing")
    phones.post(f"handsets/{AGENT}/answer")
    phones.until(AGENT, wants="keys")
    phones.post(f"handsets/{CONTACT}/hang-up")
    phones.settle()
    assert line.words("/agent-status")[-1] == "completed"
    assert line.at("/ended")[0].params["DialBridged"] == "false"


def test_a_rejected_call_is_never_answered(phones, line):
    line.script["/inbound"] = '<Reject reason="busy"/>'
    sid = call_in(phones)
    phones.settle()
    call = phones.client.calls(sid).fetch()
    assert (call.status, call.duration, call.direction) == ("busy", None, "inbound")


def test_a_persona_that_calls_back_returns_the_call_it_missed(phones, line, place):
    line.script["/inbound"] = '<Say>Hello</Say>'
    phones.persona(CONTACT, kind="rings_out", calls_back_seconds=0.05)
    place(to=CONTACT, timeout=5)
    phones.settle()
    deadline = time.monotonic() + 5
    while not line.at("/inbound") and time.monotonic() < deadline:
        time.sleep(0.02)
    phones.settle()
    assert line.at("/inbound")[0].params["From"] == CONTACT


def test_the_fallback_takes_over_when_the_receiver_fails(phones, line):
    phones.put(f"numbers/{OURS}", {"voice_fallback_url": f"{line.url}/fallback"})
    line.script |= {"/inbound": (500, "text/plain", "broken"), "/fallback": "<Say>Sorry.</Say>"}
    sid = call_in(phones)
    phones.settle()
    told = line.at("/fallback")[0].params
    assert (told["ErrorCode"], told["ErrorUrl"]) == ("11200", f"{line.url}/inbound")
    assert phones.codes() == [11200]
    assert phones.client.calls(sid).fetch().status == "completed"
    assert phones.client.calls(sid).notifications.list()[0].error_code == "11200"


def test_a_slow_receiver_is_not_waited_for(phones, line):
    phones.put("manners", {"read_seconds": 0.2})
    phones.put(f"numbers/{OURS}", {"voice_fallback_url": f"{line.url}/fallback"})
    line.script |= {"/inbound": lambda heard: time.sleep(0.6) or "<Hangup/>", "/fallback": "<Say>Sorry.</Say>"}
    call_in(phones)
    phones.settle()
    assert len(line.at("/fallback")) == 1


def test_a_pause_as_the_first_verb_delays_picking_up(phones, line):
    line.script["/inbound"] = '<Pause length="7"/><Pause length="3"/><Say>Hello</Say>'
    phones.persona(CONTACT, hang_up_seconds=5)
    sid = call_in(phones)
    phones.settle()
    assert phones.client.calls(sid).fetch().status == "no-answer"

"""The simulator refuses what the vendor refuses, and runs what it runs."""

from __future__ import annotations

import pytest

from soi_dialer.simulator.twiml import Refusal, read_answer, read_inline
from tests.simulator.receiver import AGENT, CONTACT, OURS

URL = "https://example.org/voice/doc"

WRONG = [
    ("<Shout>Hi</Shout>", 12200),
    ("<say>Hi</say>", 12200),
    ("<Say/>", 13520),
    ("<Say>  </Say>", 13520),
    ('<Say voice="robot">Hi</Say>', 12200),
    ('<Say volume="loud">Hi</Say>', 12200),
    ("loose words", 12200),
    ("<Say>Hi</Say> loose words", 12200),
    ('<Pause length="soon"/>', 12200),
    ('<Pause length="-1"/>', 12200),
    ('<Gather numDigits="0" action="/a"/>', 12200),
    ('<Gather input="keys" action="/a"/>', 12200),
    ('<Gather action="/a"><Dial>+14155550122</Dial></Gather>', 12200),
    ('<Gather action="/a"><Hangup/></Gather>', 12200),
    ('<Gather finishOnKey="##" action="/a"/>', 12200),
    ('<Record maxLength="1"/>', 12200),
    ('<Record transcribe="yes"/>', 12200),
    ('<Record recordingStatusCallbackEvent="finished"/>', 12200),
    ("<Record><Say>Hi</Say></Record>", 12200),
    ('<Dial timeout="3"><Number>+14155550122</Number></Dial>', 12200),
    ("<Dial><Say>Hi</Say></Dial>", 12200),
    ("<Dial><Number statusCallbackEvent=\"['initiated']\">+14155550122</Number></Dial>", 12200),
    ('<Dial><Number statusCallback="/relative">+14155550122</Number></Dial>', 12200),
    ('<Dial><Number asyncAmd="true">+14155550122</Number></Dial>', 12200),
    ('<Dial><Number machineDetection="On">+14155550122</Number></Dial>', 12200),
    ('<Dial><Number machineDetectionTimeout="61">+14155550122</Number></Dial>', 12200),
    ('<Dial record="yes"><Number>+14155550122</Number></Dial>', 12200),
    ("<Redirect/>", 12200),
    ('<Redirect method="PUT">/next</Redirect>', 12200),
    ('<Reject reason="tired"/>', 12200),
    ("<Hangup>now</Hangup>", 12200),
    ("<Response/>", 12200),
]


@pytest.mark.parametrize(("verbs", "code"), WRONG)
def test_a_wrong_document_is_refused_with_the_vendors_code(verbs, code):
    with pytest.raises(Refusal) as caught:
        read_answer(f"<Response>{verbs}</Response>".encode(), "text/xml", URL)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"<Response/>", "text/plain", 12300),
        (b"<Response/>", "application/json", 12300),
        (b"<Response/>", "", 12300),
        (b"", "text/xml", 12100),
        (b"<Response>", "text/xml", 12100),
        (b"\n<?xml version='1.0'?><Response/>", "text/xml", 12100),
        (b"<Answer/>", "text/xml", 12200),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><Response><Say>&a;</Say></Response>", "text/xml", 12100),
        (b"<Response><Say>" + b"x" * 65_536 + b"</Say></Response>", "text/xml", 11750),
        (b"<Response><Say>a\x00b</Say></Response>", "text/xml", 12100),
    ],
)
def test_an_answer_that_is_no_document_is_refused(body, kind, code):
    with pytest.raises(Refusal) as caught:
        read_answer(body, kind, URL)
    assert caught.value.code == code


@pytest.mark.parametrize("verb", ["<Dial>+14155550122</Dial>", "<Record/>", "<Pause/>", "<Redirect>/x</Redirect>"])
def test_a_whisper_may_only_speak_ask_and_hang_up(verb):
    with pytest.raises(Refusal) as caught:
        read_answer(f"<Response>{verb}</Response>".encode(), "text/xml", URL, whisper=True)
    assert caught.value.code == 13201


def test_addresses_are_relative_to_a_fetched_document_and_default_to_it():
    gather, record = read_answer(b'<Response><Gather action="key"/><Record/></Response>', "text/xml", URL)
    assert gather.get("action") == "https://example.org/voice/key"
    assert record.get("action") == URL


@pytest.mark.parametrize("verb", ['<Gather action="key"/>', "<Record/>", "<Redirect>next</Redirect>"])
def test_an_inline_document_must_write_its_addresses_in_full(verb):
    with pytest.raises(Refusal) as caught:
        read_inline(f"<Response>{verb}</Response>")
    assert caught.value.code == 15004


def test_a_refused_document_ends_the_call_and_is_a_problem(phones, receiver, place):
    receiver.script["/screen"] = "<Shout>Hi</Shout>"
    call = place()
    phones.settle()
    assert call.fetch().status == "completed"
    assert phones.codes() == [12200]
    assert phones.state()["problems"][0]["call_sid"] == call.sid


@pytest.mark.parametrize(
    ("dial", "code"),
    [
        ('<Dial callerId="+19995550100"><Number>+14155550122</Number></Dial>', 13214),
        ("<Dial><Number>415-555-0122</Number></Dial>", 13223),
        ("<Dial><Number/></Dial>", 13223),
        ("<Dial/>", 13223),
    ],
)
def test_a_dial_that_cannot_be_made_fails_and_goes_on(phones, receiver, place, dial, code):
    dial = dial.replace("<Dial", f'<Dial action="{receiver.url}/ended"')
    receiver.script |= {"/screen": dial, "/ended": "<Hangup/>"}
    place()
    phones.settle()
    assert receiver.at("/ended")[0].params["DialCallStatus"] == "failed"
    assert phones.codes() == [code]


def test_a_forbidden_verb_in_a_whisper_drops_the_called_party(phones, receiver, place):
    url = receiver.url
    receiver.script |= {
        "/screen": f'<Dial action="{url}/ended"><Number url="{url}/whisper">{CONTACT}</Number></Dial>',
        "/whisper": f"<Dial>{OURS}</Dial>",
        "/ended": "<Hangup/>",
    }
    place()
    phones.settle()
    assert phones.codes() == [13201]
    assert receiver.at("/ended")[0].params["DialBridged"] == "false"


def test_a_whisper_that_just_ends_joins_the_legs(phones, receiver, place):
    url = receiver.url
    receiver.script |= {
        "/screen": f'<Dial action="{url}/ended"><Number url="{url}/whisper">{CONTACT}</Number></Dial>',
        "/whisper": "",
        "/ended": "<Hangup/>",
    }
    phones.persona(AGENT, talk_seconds=None)
    phones.persona(CONTACT, talk_seconds=12)
    place()
    phones.settle()
    ended = receiver.at("/ended")[0].params
    assert (ended["DialBridged"], ended["DialCallDuration"]) == ("true", "12")


def test_a_gather_without_a_key_falls_through_unless_told_otherwise(phones, receiver, place):
    url = receiver.url
    phones.persona(AGENT, keys=[])
    receiver.script |= {
        "/screen": f'<Gather action="{url}/a"/><Gather action="{url}/b" actionOnEmptyResult="true"/>',
        "/b": "<Hangup/>",
    }
    place()
    phones.settle()
    assert receiver.at("/a") == []
    assert receiver.at("/b")[0].params["Digits"] == ""


@pytest.mark.parametrize(
    ("attributes", "keys", "digits"),
    [
        ("", "123#", "123"),
        ('numDigits="2"', "1234", "12"),
        ('finishOnKey="*"', "1#2*", "1#2"),
        ('finishOnKey=""', "1#", "1#"),
        ('numDigits="1" finishOnKey="#"', "5", "5"),
    ],
)
def test_a_gather_ends_as_its_attributes_say(phones, receiver, place, attributes, keys, digits):
    phones.persona(AGENT, keys=[keys])
    receiver.script |= {"/screen": f'<Gather {attributes} action="{receiver.url}/a"/>', "/a": "<Hangup/>"}
    place()
    phones.settle()
    assert receiver.at("/a")[0].params["Digits"] == digits


def test_redirect_goes_to_another_document_and_what_follows_is_not_reached(phones, receiver, place):
    receiver.script |= {"/screen": '<Redirect method="GET">next</Redirect><Shout/>', "/next": "<Hangup/>"}
    receiver.script["/screen"] = '<Redirect method="GET">next</Redirect><Say>never</Say>'
    place()
    phones.settle()
    assert receiver.at("/next")[0].method == "GET"
    assert phones.codes() == []


def test_documents_that_go_round_in_circles_end_the_call(phones, receiver, place):
    receiver.script["/screen"] = "<Redirect>screen</Redirect>"
    call = place()
    phones.settle()
    assert phones.codes() == [11215]
    assert call.fetch().status == "completed"


def test_a_played_sound_must_be_there(phones, receiver, place):
    receiver.script |= {"/screen": "<Play>sound.wav</Play>", "/sound.wav": (200, "text/html", "<p>no</p>")}
    place()
    phones.settle()
    assert phones.codes() == [12300]


def test_a_recorded_dial_gives_a_recording_of_the_talk(phones, receiver, place):
    url = receiver.url
    receiver.script |= {
        "/screen": f'<Dial action="{url}/ended" record="record-from-answer" recordingStatusCallback="{url}/recording">'
        f"<Number>{CONTACT}</Number></Dial>",
        "/ended": "<Hangup/>",
    }
    phones.persona(AGENT, talk_seconds=None)
    phones.persona(CONTACT, talk_seconds=44)
    call = place()
    phones.settle()
    recorded = receiver.at("/recording")[0].params
    assert (recorded["RecordingSource"], recorded["CallSid"]) == ("DialVerb", call.sid)
    assert recorded["RecordingDuration"] in ("44", "45")
    assert receiver.at("/ended")[0].params["RecordingUrl"] == recorded["RecordingUrl"]

"""docs/bad-inputs.md, rows 50 to 58: rightly signed requests with odd values. Nothing is dialled by any of them."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from soi_dialer.flows.fetch_audio import fetch_audio
from tests.carrier.twiml_rules import faults
from tests.fakes import WAV
from tests.webhooks.door import DOCUMENTS, EVERYTHING, INBOUND, NUMBERS, OTHER, OUTBOUND, RECORDING, Door
from tests.world import JANE, OUR_NUMBER

HOSTILE = (
    "<Dial>+19005551234</Dial>",
    "]]><Dial><Number>+19005551234</Number></Dial>",
    "Jane\x00\x07\x1b\x0b Doe",
    "\u202egnp.enaJ",
    "x" * 10_000,
    "\ufffe\uffff",
    "'; DROP TABLE call; --",
    "{{7*7}} ${x} %s",
)


def numbers_dialled(document: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(document.encode()).iter("Number")]


@pytest.mark.parametrize("word", ["new-value", "COMPLETED!", "x" * 5000, "<b>", "completed\x00completed", "\u202e"])
def test_row50_an_unknown_status_is_kept_and_moves_nothing(door: Door, word: str):
    before = door.world.call(door.outbound_ref)
    answer = door.send(door.path("agent-status"), door.params("agent-status") | {"CallStatus": word})
    after = door.world.call(door.outbound_ref)
    assert answer.status_code == 204
    assert (after["state"], after["outcome"], after["talk_seconds"]) == (before["state"], None, 0)


def test_row50_the_unknown_word_can_be_looked_up_later(door: Door):
    door.send(door.path("agent-status"), door.params("agent-status") | {"CallStatus": "new-value"})
    kept = [event.body for event in door.rows()["call_event"] if event.kind == "leg_moved"]
    assert "new-value" in [body["status"] for body in kept]


NO_LENGTHS = ["-5", "99999999999999999999", "12.5", "NaN", "1e9", "inf", "", "0x10", "\u0967\u0968", "12 "]


@pytest.mark.parametrize("duration", NO_LENGTHS)
def test_row51_a_length_that_is_none_counts_nothing_until_the_carrier_is_asked(door: Door, duration: str):
    connect(door)
    ended = {"CallSid": OTHER, "ParentCallSid": door.outbound_sid, "CallStatus": "completed", "AnsweredBy": "human"}
    answer = door.send(door.path("contact-status"), EVERYTHING | ended | {"CallDuration": duration})
    over = {"CallSid": door.outbound_sid, "CallStatus": "completed", "CallDuration": "90"}
    door.send(door.path("agent-status"), EVERYTHING | over)

    row = door.world.call(door.outbound_ref)
    assert answer.status_code == 204
    assert (row["outcome"], row["talk_seconds"]) == ("connected", 0)
    assert row["reconcile_at"] is not None


def connect(door: Door) -> None:
    door.send(door.path("screen"), door.params("screen"))
    document = door.send(door.path("screen-key"), door.params("screen-key") | {"Digits": "1"}).text
    assert numbers_dialled(document) == [JANE]


ELSEWHERE = [
    f"http://169.254.169.254/{RECORDING}",
    f"file:///etc/{RECORDING}",
    f"https://api.twilio.com.evil.example/{RECORDING}.wav",
    f"https://api.twilio.com@evil.example/Recordings/{RECORDING}",
    f"https://evil.example/?next={RECORDING}/{RECORDING}",
]


@pytest.mark.parametrize("url", ELSEWHERE, ids=lambda url: f"row52-{url[:24]}")
def test_an_address_of_a_recording_is_never_used_only_its_identifier_is(door: Door, url: str):
    asked = []
    door.world.carrier.audio[RECORDING] = WAV
    fetch = door.world.carrier.fetch_audio
    door.world.carrier.fetch_audio = lambda sid: asked.append(sid) or fetch(sid)
    params = {name: value for name, value in door.params("recording").items() if name != "RecordingSid"}
    answer = door.send(door.path("recording"), params | {"RecordingUrl": url})

    assert answer.status_code == 204
    assert fetch_audio(door.world.dialer) == 1
    assert asked == [RECORDING]
    assert "evil" not in repr(door.rows()) and "169.254" not in repr(door.rows())


@pytest.mark.parametrize("url", ["https://evil.example/", "file:///etc/passwd", "RE1", "javascript:alert(1)"])
def test_row52_an_address_without_an_identifier_is_refused(door: Door, url: str):
    before = door.rows()
    params = {name: value for name, value in door.params("recording").items() if name != "RecordingSid"}
    assert door.send(door.path("recording"), params | {"RecordingUrl": url}).status_code == 400
    assert door.rows() == before


@pytest.mark.parametrize("digits", ["*", "", "1#", "11", "1" * 100, "\uff11", "one", " 1 2", "-1", "1\x002"])
@pytest.mark.parametrize("step", ["screen-key", "whisper-key"])
def test_row53_only_the_key_itself_connects(door: Door, step: str, digits: str):
    first = door.path("screen" if step == "screen-key" else "whisper")
    door.send(first, door.params(step))
    answer = door.send(door.path(step), door.params(step) | {"Digits": digits})

    assert answer.status_code == 200
    assert numbers_dialled(answer.text) == []
    ref = door.outbound_ref if step == "screen-key" else door.inbound_ref
    assert door.world.call(ref)["claimed_at"] is None
    assert ("<Gather" in answer.text) == (step == "screen-key")
    assert "<Hangup" in answer.text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"row54-{text[:12]!r}")
def test_what_a_caller_calls_themselves_is_words_at_most(door: Door, text: str):
    said = dict.fromkeys(("CallerName", "FromCity", "StirVerstat", "ForwardedFrom"), text)
    answer = door.send(NUMBERS[0], door.params(NUMBERS[0]) | said | {"From": "+13105550177"})

    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert "900555" not in answer.text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"row54-{text[:12]!r}")
def test_a_sender_that_is_no_number_is_a_hidden_number(door: Door, text: str):
    answer = door.send(NUMBERS[0], door.params(NUMBERS[0]) | {"From": text})

    row = door.world.inbound(OTHER)
    assert answer.status_code == 200
    assert (row["contact_id"], row["contact_number"]) == (None, None)
    assert faults(answer.text) == []


TRANSCRIPTS = (*HOSTILE, "<b>Call</b> me <script>alert(1)</script>", "Call me \U0001f600", "long " * 10_000)


@pytest.mark.parametrize("text", TRANSCRIPTS, ids=lambda text: f"row55-{text[:12]!r}")
def test_a_transcript_is_kept_as_text_without_what_cannot_be_shown(door: Door, text: str):
    door.send(door.path("recording"), door.params("recording"))
    answer = door.send(door.path("transcription"), door.params("transcription") | {"TranscriptionText": text})

    shown = "".join(character for character in text if character not in "\x00\x07\x1b\x0b\u202e\ufffe\uffff")
    assert answer.status_code == 204
    assert (door.world.voicemails()[0]["transcript"] or "") == shown[:20_000].strip()


def test_row55_a_hundred_kilobytes_of_transcript_are_too_much(door: Door):
    """Longer than the carrier's longest by far; the message itself is there already."""
    door.send(door.path("recording"), door.params("recording"))
    before = door.rows()
    long = door.params("transcription") | {"TranscriptionText": "x" * 100_000}
    assert door.send(door.path("transcription"), long).status_code == 413
    assert door.rows() == before


UNKNOWN_REFS = ["0" * 32, "x", "%2e%2e", "é", "1" * 5000, "inbound", "' OR 1=1", "status"]


@pytest.mark.parametrize("ref", UNKNOWN_REFS, ids=lambda ref: f"row57-{ref[:9]!r}")
def test_a_call_that_is_not_ours_is_over_and_keeps_nothing(door: Door, ref: str):
    before = door.rows()
    for step in (*OUTBOUND, *INBOUND):
        answer = door.send(f"/webhooks/voice/{ref}/{step}", door.params(step))
        if step in DOCUMENTS and answer.status_code == 200:
            assert faults(answer.text) == [] and "<Hangup" in answer.text
        else:
            assert answer.status_code in (403, 404)  # 403: an address in a form that the carrier would not sign
    assert door.rows() == before


def test_row57_one_character_changed_is_another_call(door: Door):
    before = door.rows()
    real = door.outbound_ref
    changed = real[:-1] + ("0" if real[-1] != "0" else "1")
    for ref in (changed, real.upper() if real.upper() != real else real + "0", real + "0", real[:-1]):
        document = door.send(f"/webhooks/voice/{ref}/screen-key", door.params("screen-key") | {"Digits": "1"}).text
        assert numbers_dialled(document) == []
        assert door.send(f"/webhooks/voice/{ref}/agent-status", door.params("agent-status")).status_code == 404
    assert door.rows() == before


def test_row57_another_leg_under_our_reference_connects_nobody(door: Door):
    door.send(door.path("screen"), door.params("screen"))
    other = door.params("screen") | {"CallSid": OTHER, "Digits": "1"}
    for step in ("screen", "screen-key"):
        document = door.send(door.path(step), other).text
        assert numbers_dialled(document) == [] and "<Hangup" in document
    door.send(door.path("agent-status"), other | {"CallStatus": "completed"})

    row = door.world.call(door.outbound_ref)
    assert (row["state"], row["agent_sid"], row["claimed_at"]) == ("screening", door.outbound_sid, None)


def test_row58_our_number_calling_itself_meets_the_greeting_and_rings_nobody(door: Door):
    answer = door.send(NUMBERS[0], door.params(NUMBERS[0]) | {"From": OUR_NUMBER, "To": OUR_NUMBER})
    assert "<Record" in answer.text and numbers_dialled(answer.text) == []
    assert door.world.inbound(OTHER)["contact_id"] is None
    assert faults(answer.text) == []

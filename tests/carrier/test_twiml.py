"""Every document that the app can say is one that Twilio runs, whatever the words are."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soi_dialer.carrier import twiml
from tests.carrier import twiml_rules

HERE = "https://dialer.example.com/webhooks/voice/0123456789abcdef0123456789abcdef"
CONTACT = "+13105550142"
AGENT = "+12125550100"
OURS = "+12125550123"

BRIDGE = {
    "number": CONTACT,
    "caller_id": OURS,
    "ended_url": f"{HERE}/ended",
    "status_url": f"{HERE}/contact-status",
    "machine_url": f"{HERE}/machine",
}
RING = {
    "number": AGENT,
    "caller_id": OURS,
    "whisper_url": f"{HERE}/whisper",
    "ended_url": f"{HERE}/ended",
    "status_url": f"{HERE}/agent-status",
}
MESSAGE = (f"{HERE}/done", f"{HERE}/recording", f"{HERE}/transcript")

SPOKEN = {
    "screen": lambda words: twiml.screen(words, f"{HERE}/key"),
    "screen with more": lambda words: twiml.screen(words, f"{HERE}/key", words),
    "hear_more": lambda words: twiml.hear_more(words, f"{HERE}/key"),
    "reminder": lambda words: twiml.reminder(words, f"{HERE}/key"),
    "reminder with sound": lambda words: twiml.reminder(words, f"{HERE}/key", f"{HERE}/sound"),
    "wrap_up": lambda words: twiml.wrap_up(words, f"{HERE}/wrap-up"),
    "whisper": lambda words: twiml.whisper(words, f"{HERE}/key"),
    "record_note": lambda words: twiml.record_note(words, *MESSAGE),
    "greeting": lambda words: twiml.greeting(words, *MESSAGE),
    "greeting without transcript": lambda words: twiml.greeting(words, *MESSAGE[:2], None),
    "say_and_hang_up": twiml.say_and_hang_up,
}
SILENT = {
    "bridge": lambda: twiml.bridge(**BRIDGE),
    "bridge without machine detection": lambda: twiml.bridge(**BRIDGE | {"machine_url": None}),
    "ring_agent_phone": lambda: twiml.ring_agent_phone(**RING),
    "join": twiml.join,
    "hang_up": twiml.hang_up,
    "reject": twiml.reject,
}
ANY_TEXT = st.text(st.characters(), max_size=1200)


@pytest.mark.parametrize("document", SPOKEN.values(), ids=SPOKEN)
def test_a_document_with_words_follows_the_rules(document) -> None:
    assert twiml_rules.faults(document("Jane Doe. You last talked in March.")) == []


@pytest.mark.parametrize("document", SILENT.values(), ids=SILENT)
def test_a_document_without_words_follows_the_rules(document) -> None:
    assert twiml_rules.faults(document()) == []


def test_every_public_document_is_in_the_tables() -> None:
    public = {name for name, value in vars(twiml).items() if callable(value) and value.__module__ == twiml.__name__}
    tested = {name.split(" ")[0] for name in [*SPOKEN, *SILENT]}
    assert {name for name in public if not name.startswith("_")} == tested


@given(words=ANY_TEXT)
@example("\x00\x0b")
@example("\ud800")
@example("]]>")
@example("</Say></Gather><Dial>+19005551234</Dial>")
@example("\u202e5150-555\u202c")
@example("&amp;&#0;&lol;")
@example("\ufffe\uffff")
def test_any_words_keep_every_document_within_the_rules(words: str) -> None:
    for document in SPOKEN.values():
        assert twiml_rules.faults(document(words)) == []


@given(words=ANY_TEXT)
def test_words_become_text_and_never_verbs(words: str) -> None:
    plain = [element.tag for element in twiml_rules.parse(twiml.screen("Jane", f"{HERE}/key")).iter()]
    spoken = [element.tag for element in twiml_rules.parse(twiml.screen(words, f"{HERE}/key")).iter()]
    assert [tag for tag in spoken if tag != "Say"] == [tag for tag in plain if tag != "Say"]


@given(words=st.text(st.sampled_from("abc <&>'\"äé漢😀"), min_size=1, max_size=300))
def test_speakable_words_are_said_unchanged(words: str) -> None:
    said = [element.text for element in twiml_rules.parse(twiml.say_and_hang_up(words)).iter("Say")]
    assert said == ([words.strip()] if words.strip() else [])


def test_a_long_text_is_cut() -> None:
    said = twiml_rules.parse(twiml.say_and_hang_up("word " * 1000)).find("Say")
    assert len(said.text) <= 1000


@pytest.mark.parametrize("name", ["screen", "hear_more", "wrap_up", "whisper"])
def test_a_question_without_an_answer_hangs_up(name: str) -> None:
    verbs = [element.tag for element in twiml_rules.parse(SPOKEN[name]("Press 1."))]
    assert verbs[-1] == "Hangup"
    assert set(verbs[:-1]) == {"Gather"}


def test_the_screen_is_said_twice() -> None:
    assert [e.tag for e in twiml_rules.parse(SPOKEN["screen"]("Press 1."))] == ["Gather", "Gather", "Hangup"]


@pytest.mark.parametrize("name", ["whisper"])
def test_a_whisper_uses_only_what_whispers_may(name: str) -> None:
    assert twiml_rules.faults(SPOKEN[name]("Jane Doe is calling. Press 1."), whisper=True) == []
    assert twiml_rules.faults(twiml.join(), whisper=True) == []
    assert twiml_rules.faults(twiml.bridge(**BRIDGE), whisper=True) != []


def test_the_contact_is_dialled_with_every_event_and_machine_detection() -> None:
    number = twiml_rules.parse(twiml.bridge(**BRIDGE)).find("Dial/Number")
    assert number.text == CONTACT
    assert number.attrib["statusCallbackEvent"] == "initiated ringing answered completed"
    assert number.attrib["machineDetection"] == "DetectMessageEnd"
    assert number.attrib["amdStatusCallback"] == BRIDGE["machine_url"]


def test_a_caller_hears_ringing_until_the_agent_has_pressed_the_key() -> None:
    dial = twiml_rules.parse(twiml.ring_agent_phone(**RING)).find("Dial")
    assert dial.attrib["answerOnBridge"] == "true"
    assert dial.attrib["callerId"] == OURS
    assert dial.find("Number").attrib["url"] == RING["whisper_url"]


@pytest.mark.parametrize("document", ["record_note", "greeting"])
def test_a_message_is_short_enough_to_be_transcribed(document: str) -> None:
    record = twiml_rules.parse(SPOKEN[document]("After the beep.")).find("Record").attrib
    assert (record["maxLength"], record["transcribe"], record["finishOnKey"]) == ("118", "true", "#")
    assert record["recordingStatusCallbackEvent"] == "completed absent"


def test_joining_is_an_empty_document() -> None:
    assert list(twiml_rules.parse(twiml.join())) == []


NO_NUMBERS = ["911", "2125551234", "+1", "+1212555123456789", "+12125551234\n", "sip:a@b", "", "+12<34567"]


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_only_whole_numbers_are_dialled(number: str) -> None:
    with pytest.raises(ValueError):
        twiml.bridge(**BRIDGE | {"number": number})
    with pytest.raises(ValueError):
        twiml.ring_agent_phone(**RING | {"caller_id": number})


NO_ADDRESSES = ["/webhooks/voice/x", "", "ftp://host/x", "https://", "https://host/\x00", "javascript:alert(1)"]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_only_absolute_addresses_are_given_away(url: str) -> None:
    with pytest.raises(ValueError):
        twiml.wrap_up("How did it go?", url)


@pytest.mark.parametrize(("asked", "given"), [(0, "5"), (20, "20"), (9999, "600")])
def test_ringing_time_stays_within_what_is_allowed(asked: int, given: str) -> None:
    assert twiml_rules.parse(twiml.bridge(**BRIDGE, ring_seconds=asked)).find("Dial").attrib["timeout"] == given


DIAL = "<Dial action='https://h/a' callerId='+12125550100' timeout='20'"
BROKEN = {
    "an unknown attribute": f"<Response>{DIAL} callerid='x'/></Response>",
    "an event list in Python's words": f"<Response>{DIAL}><Number statusCallback='https://h/s' "
    "statusCallbackEvent=\"['ringing']\">+12125550100</Number></Dial></Response>",
    "a relative address": '<Response><Gather action="/key" numDigits="1"/></Response>',
    "a dial in a question": '<Response><Gather action="https://h/k" numDigits="1"><Dial/></Gather></Response>',
    "an empty sentence": '<Response><Say voice="alice"/></Response>',
    "a verb after the end": "<Response><Hangup/><Hangup/></Response>",
    "another root": "<Reply/>",
}


@pytest.mark.parametrize("document", BROKEN.values(), ids=BROKEN)
def test_the_rules_find_what_is_wrong(document: str) -> None:
    assert twiml_rules.faults(f'<?xml version="1.0" encoding="UTF-8"?>{document}') != []

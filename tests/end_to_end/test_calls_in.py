"""Every way a call in can end, and what it leaves owed."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest
import requests

from tests.end_to_end.office import AGENT, OURS, Office
from tests.end_to_end.programs import eventually

TAKES = {"kind": "answers", "answer_seconds": 2, "talk_seconds": None, "keys": ["1"], "key_seconds": 3}
WORDS = "Hi, it is me. Please call me back about the house."
LEAVES = {"kind": "answers", "message": WORDS, "message_seconds": 21}


def ring(here: Office, agent: dict[str, Any], number: str, **how: Any) -> dict[str, Any]:
    """Somebody dials our number; the call once it is over."""
    here.company.persona(AGENT, **agent)
    seen = [call["id"] for call in here.api.get("calls?limit=1")["items"]]
    here.company.do(number, "call", to=OURS, **how)
    eventually(lambda: [c["id"] for c in here.api.get("calls?limit=1")["items"]] != seen, "the call to be known")
    call = here.api.until_ended(here.api.newest_call()["id"])
    here.company.settle()
    return here.api.get(f"calls/{call['id']}")


def voicemail_of(here: Office, call: dict[str, Any]) -> dict[str, Any]:
    """The message of a call once its sound is here."""

    def stored() -> dict[str, Any] | None:
        found = next((v for v in here.api.get("voicemails")["items"] if v["call_id"] == call["id"]), None)
        return found if found and found["audio_state"] == "stored" else None

    return eventually(stored, "the message with its sound")


def open_callbacks(here: Office, contact_id: int | None) -> list[dict[str, Any]]:
    found = here.api.get("callbacks?state=open&limit=200")["items"]
    return [callback for callback in found if callback["contact_id"] == contact_id]


def test_a_call_that_the_agent_takes_counts_without_its_whisper(here):
    contact_id, number = here.person("answers", talk_seconds=80)
    call = ring(here, TAKES, number)
    assert (call["direction"], call["contact_id"], call["outcome"]) == ("inbound", contact_id, "connected")
    # The whisper is measured by the app's own clock, the rest by the phone company's.
    assert abs(call["talk_seconds"] - 80) <= 4
    assert call["agent_leg_seconds"] == here.company.seconds_of(to=AGENT)
    assert open_callbacks(here, contact_id) == []


def test_a_message_is_kept_with_its_sound_and_its_words_and_is_owed_a_call(here):
    contact_id, number = here.person(**LEAVES)
    call = ring(here, {"kind": "rings_out"}, number)
    assert (call["outcome"], call["voicemail_seconds"], call["talk_seconds"]) == ("voicemail", 21, 0)
    message = voicemail_of(here, call)
    assert (message["seconds"], message["contact_id"], message["transcript"]) == (21, contact_id, WORDS)
    sound = here.api.ask("GET", f"voicemails/{message['id']}/audio")
    assert (sound.status_code, sound.headers["Content-Type"]) == (200, "audio/wav")
    with wave.open(io.BytesIO(sound.content)) as audio:
        assert round(audio.getnframes() / audio.getframerate()) == 21
    part = here.api.ask("GET", f"voicemails/{message['id']}/audio", Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, sound.content[100:200])
    (owed,) = open_callbacks(here, contact_id)
    assert (owed["reason"], owed["turn"], owed["voicemail_ids"]) == ("voicemail", "agent", [message["id"]])


def test_only_talking_pays_what_is_owed(here):
    contact_id, number = here.person(**LEAVES)
    ring(here, {"kind": "rings_out"}, number)
    (owed,) = open_callbacks(here, contact_id)
    agent = {"kind": "answers", "talk_seconds": None, "keys": ["1"]}
    for persona, state in (({"kind": "busy"}, "open"), ({"kind": "answers", "talk_seconds": 30}, "returned")):
        here.company.persona(number, **persona)
        here.company.persona(AGENT, **agent)
        call = here.api.call(contact_id, callback_id=owed["id"])
        here.api.until_ended(call["id"])
        here.company.settle()
        assert here.api.get(f"callbacks/{owed['id']}")["state"] == state
    assert here.api.get(f"callbacks/{owed['id']}")["returned_call_id"] == call["id"]
    assert here.api.get("reports/weekly")["callbacks"]["returned"] >= 1


NO_WORDS = {
    "they hang up while it rings": {"kind": "answers", "hang_up_seconds": 6},
    "they hang up at the beep": {"kind": "answers", "hang_up_at_beep": True},
}


@pytest.mark.parametrize("caller", NO_WORDS.values(), ids=NO_WORDS)
def test_a_call_without_a_message_is_missed_and_owed(here, caller):
    contact_id, number = here.person(**caller)
    call = ring(here, {"kind": "rings_out"}, number)
    assert (call["outcome"], call["voicemail_seconds"]) == ("missed", 0)
    assert [owed["reason"] for owed in open_callbacks(here, contact_id)] == ["missed_call"]


def test_an_agent_who_presses_nothing_has_not_taken_the_call(here):
    contact_id, number = here.person(**LEAVES)
    call = ring(here, {"kind": "answers", "keys": [], "talk_seconds": None}, number)
    assert (call["outcome"], call["talk_seconds"]) == ("voicemail", 0)


def test_a_hidden_number_leaves_a_message_that_nobody_can_call_back(here):
    number = here.new_number()
    here.company.persona(number, **LEAVES)
    call = ring(here, {"kind": "declines"}, number, from_display="anonymous")
    assert (call["outcome"], call["contact_id"], call["contact_number"]) == ("voicemail", None, None)
    message = voicemail_of(here, call)
    owed = here.api.get(f"callbacks/{message['callback_id']}")
    assert (owed["state"], owed["contact_id"], owed["contact_number"]) == ("open", None, None)


def test_an_unknown_number_becomes_a_contact_named_by_it(here):
    number = here.new_number()
    here.company.persona(number, **LEAVES)
    call = ring(here, {"kind": "busy"}, number)
    person = here.api.get(f"contacts/{call['contact_id']}")
    assert person["named_by_number"] and [phone["number"] for phone in person["phones"]] == [number]


def test_whoever_calls_while_the_agent_talks_gets_the_greeting_at_once(here):
    here.company.persona(AGENT, "manual")
    busy_with, other = here.person("manual")
    talk = here.api.call(busy_with)
    here.company.until(AGENT, "ringing")
    here.company.do(AGENT, "answer")
    here.company.until_asked(AGENT, "keys")
    here.company.do(AGENT, "press", digits="1")
    here.company.until(other, "ringing")
    here.company.do(other, "answer")
    here.api.until(talk["id"], "talking")
    contact_id, number = here.person(**LEAVES)
    here.company.do(number, "call", to=OURS)
    here.company.until(number, "idle")
    here.company.do(other, "hang-up")
    here.company.until_asked(AGENT, "keys")
    here.company.do(AGENT, "hang-up")
    here.company.settle()
    assert here.api.until_ended(talk["id"])["outcome"] == "connected"
    (call,) = here.api.get(f"calls?contact_id={contact_id}")["items"]
    assert (call["outcome"], call["agent_leg_seconds"]) == ("voicemail", 0)
    assert here.company.legs(to=AGENT)[-1]["direction"] == "outbound-api", "the agent's phone was rung meanwhile"


def test_a_number_whose_first_address_is_down_is_answered_by_the_second(here):
    voice = f"{here.url}/webhooks/voice/inbound"
    down = {"voice_url": "http://127.0.0.1:9/nobody", "voice_fallback_url": voice}
    here.company.put(f"numbers/{OURS}", **down)
    contact_id, number = here.person(**LEAVES)
    try:
        call = ring(here, {"kind": "rings_out"}, number)
    finally:
        here.company.put(f"numbers/{OURS}", voice_url=voice, voice_fallback_url="")
    assert (call["contact_id"], call["outcome"]) == (contact_id, "voicemail")
    here.expected_problems.append("11205")


def test_a_text_asks_for_a_call(here):
    contact_id, number = here.person()
    here.company.post("sms", **{"from": number, "to": OURS, "body": "Can you call me?"})
    here.company.settle()
    assert [owed["reason"] for owed in open_callbacks(here, contact_id)] == ["text"]


def test_a_forged_report_changes_nothing(here):
    contact_id, number = here.person("answers", talk_seconds=20)
    call = ring(here, TAKES, number)
    genuine = here.company.deliveries()[-1]
    forged = {**genuine["params"], "CallDuration": "9999"}
    refused = requests.post(genuine["url"], data=forged, headers={"X-Twilio-Signature": "AAAA"}, timeout=10)
    assert refused.status_code == 403
    assert here.api.get(f"calls/{call['id']}") == call

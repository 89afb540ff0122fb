"""Nobody here answers; the carrier's own fixed document takes a message; then the program is started again."""

from __future__ import annotations

from pathlib import Path

from twilio.twiml.voice_response import VoiceResponse

from tests.carrier.line import Line
from tests.end_to_end.office import OURS, Office, office, running
from tests.end_to_end.programs import ROOT, eventually

WORDS = "It is about the house."


def greets_and_records(line: Line) -> str:
    """A server that is not ours, as the number's fallback; its address."""
    greeting, goodbye = VoiceResponse(), VoiceResponse()
    greeting.say("Please leave a message.")
    greeting.record(max_length=118, play_beep=True, transcribe=True, action=f"{line.url}/done")
    goodbye.hangup()
    line.on |= {"greet": lambda _: str(greeting), "done": lambda _: str(goodbye)}
    return f"{line.url}/greet"


def call_while_nobody_answers(here: Office, contact_number: str) -> None:
    line = Line(here.settings["TWILIO_ACCOUNT_SID"], here.settings["TWILIO_AUTH_TOKEN"])
    here.company.put(f"numbers/{OURS}", voice_fallback_url=greets_and_records(line))
    here.company.do(contact_number, "call", to=OURS)
    here.company.settle()
    line.stop()


def test_a_message_left_while_the_program_was_down_is_there_after_its_start(tmp_path: Path):
    """F22"""
    with office(tmp_path) as here:
        contact_id, number = here.person("answers", message=WORDS, message_seconds=9)
        assert f"nobody answers while we are down: {OURS}" in here.command("doctor")
        assert here.program.press_ctrl_c() == 0
        call_while_nobody_answers(here, number)
        rung = len(here.company.legs(direction="outbound-api"))
        with running(tmp_path, "again", [str(ROOT / "app.py")], here.settings, f"{here.url}/healthz"):
            (message,) = eventually(lambda: here.api.get("voicemails")["items"], "the message to be found")
            audio = f"voicemails/{message['id']}/audio"
            eventually(lambda: here.api.ask("GET", audio).ok, "the sound of the message to be here")
            call = here.api.newest_call()
            (owed,) = here.api.get("callbacks?state=open")["items"]
            assert "while we are down" not in here.command("doctor")
        assert (call["outcome"], call["contact_id"], call["repaired"]) == ("voicemail", contact_id, True)
        assert (message["seconds"], owed["voicemail_ids"]) == (9, [message["id"]])
        assert len(here.company.legs(direction="outbound-api")) == rung

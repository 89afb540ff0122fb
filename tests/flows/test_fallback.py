"""A whole phone company takes a message while nobody here answers, and we find it when we are back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import select
from twilio.twiml.voice_response import VoiceResponse

from soi_dialer import wiring
from soi_dialer.clock import now
from soi_dialer.dialer import Dialer
from soi_dialer.flows.catch_up import catch_up_at_start
from soi_dialer.flows.fetch_audio import fetch_audio
from soi_dialer.simulator.server import Running, start_in_thread
from soi_dialer.store import agents
from soi_dialer.store.tables import call, callback, voicemail
from tests.carrier.line import Line
from tests.cast import cast
from tests.world import ACCOUNT, OUR_NUMBER, TOKEN, make_settings

CALLER = "+13105550188"


@pytest.fixture
def company() -> Iterator[Running]:
    running = start_in_thread(ACCOUNT, TOKEN, scale=500, numbers=[OUR_NUMBER])
    yield running
    running.stop()


@pytest.fixture
def dialer(tmp_path: Path, sqlite_url: str, company: Running) -> Iterator[Dialer]:
    settings = make_settings(tmp_path, sqlite_url, TWILIO_API_URL=company.url)
    made = wiring.build(settings)
    people = cast(made.db)
    with made.db.write() as connection:
        agents.update(connection, people.owner.agent_id, created_at=now() - timedelta(hours=1))
    yield made
    made.close()


@pytest.fixture
def standby() -> Iterator[str]:
    """A server that is not ours and asks for a message, as a fixed document at the carrier would."""
    line = Line(ACCOUNT, TOKEN)
    greeting, goodbye = VoiceResponse(), VoiceResponse()
    greeting.say("Please leave a message.")
    greeting.record(max_length=118, play_beep=True, action=f"{line.url}/done")
    goodbye.hangup()
    line.on |= {"greet": lambda _: str(greeting), "done": lambda _: str(goodbye)}
    yield f"{line.url}/greet"
    line.stop()
    assert line.refused == 0


def test_a_message_that_the_fallback_took_is_here_with_its_sound_and_its_debt(
    company: Running, dialer: Dialer, standby: str
):
    """F22"""
    tell(company, "put", f"numbers/{OUR_NUMBER}", voice_url="http://127.0.0.1:9/down", voice_fallback_url=standby)
    tell(company, "put", f"handsets/{CALLER}", persona={"message": "It is about the house.", "message_seconds": 9})
    tell(company, "post", f"handsets/{CALLER}/call", to=OUR_NUMBER)
    assert company.company.wait_idle(20)

    assert catch_up_at_start(dialer).added == 1
    assert fetch_audio(dialer) == 1
    with dialer.db.read() as connection:
        row, message, owed = (connection.execute(select(t)).mappings().one() for t in (call, voicemail, callback))
    assert (row["direction"], row["outcome"], row["contact_number"]) == ("inbound", "voicemail", CALLER)
    assert row["repaired"]
    assert (message["audio_state"], message["seconds"]) == ("stored", 9)
    assert (owed["state"], owed["reason"], owed["contact_id"]) == ("open", "voicemail", row["contact_id"])


def tell(company: Running, method: str, path: str, **body) -> None:
    answer = requests.request(method, f"{company.url}/_sim/{path}", json=body, timeout=10)
    assert answer.ok, answer.text

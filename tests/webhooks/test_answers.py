"""Every document that the app answers with is one that the carrier can carry out, whatever people are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from soi_dialer.store.tables import agent, contact, fact
from tests.carrier.twiml_rules import faults
from tests.flows.scripts import Script, scripts
from tests.flows.test_any_delivery import Replay
from tests.webhooks.door import INBOUND, OUTBOUND, Door
from tests.webhooks.test_odd_values import HOSTILE

WHISPERS = ("whisper", "whisper-key")


class Listener:
    """Notes every document that was answered, with the step that asked for it."""

    def __init__(self, http) -> None:
        self.http, self.heard = http, []

    def post(self, path: str, **more):
        answer = self.http.post(path, **more)
        if answer.status_code == 200:
            assert answer.content_type == "text/xml; charset=utf-8"
            self.heard.append((path.rpartition("/")[2], answer.text))
        return answer


def wrong(heard: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    found = [(step, faults(document, whisper=step in WHISPERS)) for step, document in heard]
    return [(step, mistakes) for step, mistakes in found if mistakes]


def test_every_document_of_every_scripted_call_is_sound(tmp_path: Path):
    replay = Replay(tmp_path)
    replay.world.http = listener = Listener(replay.world.http)
    for script in scripts():
        replay.play(script, *in_order(script))
    replay.world.close()

    assert {step for step, _ in listener.heard} >= {"screen", "screen-key", "bridge-ended", "inbound", "ring-ended"}
    assert wrong(listener.heard) == []


def in_order(script: Script) -> tuple[list, list[int]]:
    return script.news, [len(script.dialogue)] * len(script.news)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"row39-{text[:12]!r}")
def test_names_and_notes_of_any_kind_are_spoken_and_nothing_more(door: Door, text: str):
    """Kept names are clean; these got into the data by another way."""
    text = text.replace("\x00", "")
    with door.world.dialer.db.write() as connection:
        connection.execute(update(agent).values(name=text))
        connection.execute(update(contact).values(name=text, note=text))
        owner = door.world.owner
        about = {"office_id": owner.office_id, "agent_id": owner.agent_id, "contact_id": door.world.jane}
        connection.execute(fact.insert().values(kind="family", text=text, created_at=door.world.now, **about))
    heard = []
    for step in (*OUTBOUND, *INBOUND, "/webhooks/voice/inbound"):
        for digits in ("2", "4", "1"):
            answer = door.send(door.path(step), door.params(step) | {"Digits": digits})
            heard += [(step, answer.text)] if answer.status_code == 200 else []

    assert len(heard) > 10
    assert wrong(heard) == []
    assert not [document for _, document in heard if "<Number>+1900" in document]


def test_the_key_that_ends_a_note_is_the_one_that_is_said(door: Door):
    door.send(door.path("screen"), door.params("screen"))
    document = door.send(door.path("wrap-up-key"), door.params("wrap-up-key") | {"Digits": "4"}).text
    assert 'finishOnKey="#"' in document and "Press the pound key" in document

"""Voicemails over HTTP: read by their agent only, heard from our own copy, whole or in parts."""

from __future__ import annotations

import hashlib

import pytest

from soi_dialer.store.tables import call, callback, voicemail
from tests.api.conftest import PROBLEM
from tests.cast import START
from tests.fakes import WAV


@pytest.fixture
def leave(owner, dialer):
    """Leaves a message for the owner; returns its id."""

    def left(n: int = 1, **columns) -> int:
        mine = {"office_id": owner.scope.office_id, "agent_id": owner.scope.agent_id}
        calls = mine | {"ref": f"{n:032x}", "direction": "inbound", "state": "ended", "agent_number": "+12025550101"}
        calls |= {"twilio_number": "+12025550100", "placed_at": START, "last_fact_at": START}
        debts = mine | {"reason": "voicemail", "due_at": START, "state": "open", "turn": "agent", "opened_at": START}
        with dialer.db.write() as conn:
            call_id = conn.execute(call.insert().values(calls)).inserted_primary_key[0]
            callback_id = conn.execute(callback.insert().values(debts)).inserted_primary_key[0]
            values = mine | {"call_id": call_id, "callback_id": callback_id, "recording_sid": f"RE{n:032x}"}
            values |= {"received_at": START, "seconds": 7, "audio_state": "waiting", "transcript": "Call me"} | columns
            return conn.execute(voicemail.insert().values(values)).inserted_primary_key[0]

    return left


@pytest.fixture
def stored(leave, dialer):
    path = dialer.settings.data_dir / "audio" / "one.wav"
    path.parent.mkdir()
    path.write_bytes(WAV)
    sha = hashlib.sha256(WAV).hexdigest()
    return leave(audio_state="stored", audio_path="audio/one.wav", audio_type="audio/x-wav", audio_sha256=sha)


def test_messages_are_listed_with_their_callback(owner, leave):
    ids = [leave(n) for n in (1, 2, 3)]
    first = owner.get("/voicemails?limit=2").json
    rest = owner.get("/voicemails", query_string={"limit": 2, "cursor": first["next"]}).json
    assert [v["id"] for v in first["items"] + rest["items"]] == ids[::-1]
    one = owner.get(f"/voicemails/{ids[0]}").json
    assert (one["seconds"], one["transcript"], one["audio_state"]) == (7, "Call me", "waiting")
    assert owner.get(f"/callbacks/{one['callback_id']}").json["voicemail_ids"] == [ids[0]]


def test_the_audio_is_played_whole_and_by_ranges(owner, stored):
    path = f"/voicemails/{stored}/audio"
    whole = owner.get(path)
    assert (whole.status_code, whole.data, whole.mimetype) == (200, WAV, "audio/x-wav")
    part = owner.get(path, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, WAV[4:8])
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(WAV)}"
    assert whole.headers["Cache-Control"] == part.headers["Cache-Control"] == "no-store"
    beyond = owner.get(path, headers={"Range": "bytes=999999-"})
    assert (beyond.status_code, beyond.content_type) == (416, PROBLEM)


@pytest.mark.parametrize("state", ["waiting", "failed"])
def test_audio_that_is_not_here_is_said_to_be_so(owner, leave, state):
    answer = owner.get(f"/voicemails/{leave(audio_state=state)}/audio")
    assert (answer.status_code, answer.json["type"]) == (404, "urn:problem:audio-not-stored")


@pytest.mark.parametrize("path", ["../outside.wav", "/etc/hostname", "gone.wav", "", None])
def test_no_file_outside_the_data_directory_is_ever_served(owner, leave, dialer, path):
    (dialer.settings.data_dir.parent / "outside.wav").write_bytes(WAV)
    answer = owner.get(f"/voicemails/{leave(audio_state='stored', audio_path=path)}/audio")
    assert (answer.status_code, answer.content_type) == (404, PROBLEM)


def test_another_agents_message_is_neither_read_nor_heard(other, stored):
    for path in (f"/voicemails/{stored}", f"/voicemails/{stored}/audio"):
        assert other.get(path).status_code == 404
    assert other.get("/voicemails").json["items"] == []

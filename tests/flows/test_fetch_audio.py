"""The sound of a message: asked for until it is there, verified, and kept by one process."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from soi_dialer.carrier.audio import fetch
from soi_dialer.carrier.errors import Unsure
from soi_dialer.carrier.wire import Answer
from soi_dialer.flows import fetch_audio as fetching
from soi_dialer.flows.fetch_audio import fetch_audio
from tests.fakes import WAV
from tests.flows.test_inbound import RECORDING, leaves_message, not_taken, rings
from tests.world import World


@pytest.fixture
def left(world: World) -> World:
    """A message was left, and its sound is not here yet."""
    sid, _ = rings(world)
    not_taken(world, sid)
    leaves_message(world, sid)
    return world


def voicemail(world: World):
    return world.voicemails()[0]


def test_a_recording_that_is_not_there_for_ten_minutes_is_asked_for_until_it_is(left: World, tmp_path: Path):
    """F25"""
    tries, end = 0, left.now + timedelta(minutes=10)
    while left.now < end:
        assert fetch_audio(left.dialer) == 0
        tries += 1
        assert voicemail(left)["audio_state"] == "waiting"
        left.now = voicemail(left)["fetch_at"]
    left.carrier.audio[RECORDING] = WAV

    assert fetch_audio(left.dialer) == 1
    assert 5 <= tries <= 10  # ever longer pauses: nobody is pestered
    row = voicemail(left)
    assert (row["audio_state"], row["audio_problem"], row["fetch_at"]) == ("stored", None, None)
    assert (tmp_path / row["audio_path"]).read_bytes() == WAV


LOGIN_PAGE = b"<!doctype html><title>Sign in</title>"
NOT_SOUND = {
    "a log-in page": Answer(200, {"Content-Type": "text/html"}, LOGIN_PAGE),
    "a log-in page that claims to be sound": Answer(200, {"Content-Type": "audio/x-wav"}, LOGIN_PAGE),
    "sound that claims to be a page": Answer(200, {"Content-Type": "text/html"}, WAV),
    "nothing": Answer(200, {"Content-Type": "audio/x-wav"}, b""),
    "something packed": Answer(200, {"Content-Type": "audio/x-wav", "Content-Encoding": "gzip"}, WAV),
    "a failure": Answer(503, {}, b""),
}


@pytest.mark.parametrize("answer", NOT_SOUND.values(), ids=NOT_SOUND)
def test_what_is_no_sound_is_never_stored_as_somebodys_message(left: World, tmp_path: Path, answer: Answer):
    """F25"""
    left.carrier.fetch_audio = lambda sid: fetch(lambda url: answer, f"https://carrier.example/Recordings/{sid}")

    assert fetch_audio(left.dialer) == 0
    row = voicemail(left)
    assert (row["audio_state"], row["audio_path"]) == ("waiting", None)
    assert row["audio_problem"]
    assert not list((tmp_path).glob("voicemails/*"))


def test_a_disk_without_room_is_said_and_the_message_is_kept_when_there_is_room(left: World, tmp_path: Path):
    """F27, F28: a file stands where the directory should be."""
    left.carrier.audio[RECORDING] = WAV
    (tmp_path / "voicemails").write_text("in the way")

    assert fetch_audio(left.dialer) == 0
    assert "disk" in voicemail(left)["audio_problem"]
    (tmp_path / "voicemails").unlink()
    left.now = voicemail(left)["fetch_at"]
    assert fetch_audio(left.dialer) == 1


def test_a_write_that_breaks_off_leaves_no_half_file_under_the_final_name(left: World, tmp_path: Path, monkeypatch):
    """F27"""

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    left.carrier.audio[RECORDING] = WAV
    monkeypatch.setattr(fetching.os, "fsync", full)
    assert fetch_audio(left.dialer) == 0
    assert not list(tmp_path.glob("voicemails/*.wav"))
    assert voicemail(left)["audio_state"] == "waiting"


def test_two_processes_that_sweep_at_once_fetch_each_recording_once(left: World):
    """F35"""
    asked, gate = [], threading.Barrier(2)

    def slow(sid: str):
        asked.append(sid)
        return type(left.carrier).fetch_audio(left.carrier, sid)

    def sweep() -> None:
        gate.wait()
        stored.append(fetch_audio(left.dialer))

    left.carrier.audio[RECORDING] = WAV
    left.carrier.fetch_audio = slow
    stored: list[int] = []
    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (asked, sorted(stored)) == ([RECORDING], [0, 1])


def test_a_process_that_died_while_fetching_is_replaced_after_its_lease(left: World):
    def die(sid: str):
        raise KeyboardInterrupt

    working = left.carrier.fetch_audio
    left.carrier.fetch_audio = die
    with pytest.raises(KeyboardInterrupt):
        fetch_audio(left.dialer)
    left.carrier.fetch_audio, left.carrier.audio[RECORDING] = working, WAV
    assert fetch_audio(left.dialer) == 0  # the other one may still be at it
    left.wait(seconds=fetching.LEASE.total_seconds())
    assert fetch_audio(left.dialer) == 1


def test_a_recording_that_is_gone_for_good_is_given_up_with_words(left: World):
    for _ in range(fetching.MOST_TRIES):
        left.now = voicemail(left)["fetch_at"]
        fetch_audio(left.dialer)

    row = voicemail(left)
    assert (row["audio_state"], row["fetch_at"]) == ("failed", None)
    assert row["audio_problem"] == "The recording is not there yet."
    assert fetch_audio(left.dialer) == 0


def test_one_recording_that_fails_does_not_hold_up_the_others(left: World):
    """F38"""
    sid, _ = rings(left)
    not_taken(left, sid)
    other = "RE" + "f" * 32
    leaves_message(left, sid, recording=other)
    left.carrier.audio[other] = WAV
    working = left.carrier.fetch_audio

    def fetch_one(wanted: str):
        if wanted == RECORDING:
            raise Unsure("The phone service had a failure.")
        return working(wanted)

    left.carrier.fetch_audio = fetch_one
    assert fetch_audio(left.dialer) == 1

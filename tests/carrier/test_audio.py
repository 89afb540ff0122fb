"""A recording is stored only when what came is a recording, from the one place where recordings are."""

from __future__ import annotations

import wave
from io import BytesIO

import pytest

from soi_dialer.carrier.audio import LARGEST_BYTES, kind_of
from soi_dialer.carrier.client import Carrier
from soi_dialer.carrier.errors import Refused, Unsure
from tests.carrier.stub import ACCOUNT_SID, BASE, RECORDING_SID, Reply, Stub, error

WAV_URL = BASE + rf"/Recordings/{RECORDING_SID}\.wav"
BARE_URL = BASE + rf"/Recordings/{RECORDING_SID}"


def wav(frames: int = 800) -> bytes:
    """A valid WAV file of silence."""
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * frames)
    return file.getvalue()


MP3 = b"\xff\xfb\x90\x64" + bytes(400)


def sound(body: bytes, content_type: str = "audio/x-wav", **headers: str) -> Reply:
    return Reply(200, body, content_type, headers)


def test_the_sound_is_fetched_with_our_log_in(stub: Stub, carrier: Carrier) -> None:
    stub.on("GET", WAV_URL, sound(wav()))
    audio = carrier.fetch_audio(RECORDING_SID)
    assert (audio.content, audio.content_type) == (wav(), "audio/wav")
    assert stub.seen[0].login == (ACCOUNT_SID, "first-token")


@pytest.mark.parametrize("body", [MP3, b"ID3\x04\x00" + bytes(100)])
def test_a_service_that_has_only_the_bare_address_is_asked_there(stub: Stub, carrier: Carrier, body: bytes) -> None:
    stub.on("GET", BARE_URL, sound(body, "audio/mpeg"))
    assert carrier.fetch_audio(RECORDING_SID).content_type == "audio/mpeg"
    assert [seen.path.endswith(".wav") for seen in stub.seen] == [True, False]


def test_a_recording_that_is_not_there_yet_may_be_asked_for_again(stub: Stub, carrier: Carrier) -> None:
    with pytest.raises(Refused) as raised:
        carrier.fetch_audio(RECORDING_SID)
    assert raised.value.may_retry
    stub.on("GET", WAV_URL, sound(wav()))
    assert carrier.fetch_audio(RECORDING_SID).content == wav()


NO_SOUND = {
    "a log-in page": Reply(200, b"<!doctype html><title>Log in</title>", "text/html"),
    "a log-in page that calls itself audio": sound(b"<!doctype html>"),
    "audio that calls itself a page": Reply(200, wav(), "text/html"),
    "nothing": sound(b""),
    "text": sound(b"RIFF of a guitar"),
    "a picture in RIFF": sound(b"RIFF\x10\x00\x00\x00WEBPVP8 "),
    "packed audio": sound(wav(), **{"Content-Encoding": "gzip"}),
    "a server's failure": error(500, None),
    "a redirect to the inside": Reply(302, b"", headers={"Location": "http://169.254.169.254/"}),
}


@pytest.mark.parametrize("reply", NO_SOUND.values(), ids=NO_SOUND)
def test_what_is_no_recording_is_never_taken_for_one(stub: Stub, carrier: Carrier, reply: Reply) -> None:
    stub.on("GET", WAV_URL, reply)
    with pytest.raises(Unsure):
        carrier.fetch_audio(RECORDING_SID)
    assert len(stub.seen) == 1


def test_a_recording_that_breaks_off_is_never_taken_for_whole(stub: Stub, carrier: Carrier) -> None:
    def cut(handler) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: audio/x-wav\r\nContent-Length: {len(wav())}\r\n\r\n"
        handler.wfile.write(head.encode() + wav()[:-10])
        handler.close_connection = True

    stub.on("GET", WAV_URL, Reply(send=cut))
    with pytest.raises(Unsure):
        carrier.fetch_audio(RECORDING_SID)


def test_a_recording_that_never_ends_is_given_up(stub: Stub, carrier: Carrier) -> None:
    def endless(handler) -> None:
        handler.close_connection = True
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: audio/x-wav\r\nConnection: close\r\n\r\n" + wav())
            for _ in range(LARGEST_BYTES // 1_000_000 + 2):
                handler.wfile.write(bytes(1_000_000))
        except OSError:
            pass

    stub.on("GET", WAV_URL, Reply(send=endless))
    with pytest.raises(Unsure):
        carrier.fetch_audio(RECORDING_SID)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_log_in_is_refused(stub: Stub, carrier: Carrier, status: int) -> None:
    stub.on("GET", WAV_URL, error(status, 20003))
    with pytest.raises(Refused) as raised:
        carrier.fetch_audio(RECORDING_SID)
    assert raised.value.code == 20003 and not raised.value.may_retry


@pytest.mark.parametrize(
    "sid", ["", "RE1", "../Calls", RECORDING_SID.upper(), RECORDING_SID + ".json", "https://evil/"]
)
def test_an_identifier_that_is_none_is_never_fetched(stub: Stub, carrier: Carrier, sid: str) -> None:
    with pytest.raises(Refused):
        carrier.fetch_audio(sid)
    assert stub.seen == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (wav(), "audio/wav"),
        (MP3, "audio/mpeg"),
        (b"\xff\xf3\x00", "audio/mpeg"),
        (b"\xff\xff\xff", None),
        (b"\xff\xd8\xff\xe0", None),  # JPEG
        (b"\xff\xfe<\x00", None),  # UTF-16
        (b"OggS", None),
        (b"", None),
        (b"\xff", None),
    ],
)
def test_the_kind_is_told_from_the_bytes(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind

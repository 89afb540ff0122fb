"""Webhook parameters become facts; what makes no sense becomes nothing or a bad request."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from soi_dialer.carrier import parameters
from soi_dialer.carrier.errors import BadRequest
from soi_dialer.domain import facts
from soi_dialer.domain.facts import BridgeEnded, KeyPressed, LegMoved, MachineDetected, Recorded, Transcribed

A = "CA" + "a" * 32
B = "CA" + "b" * 32
RE = "RE" + "c" * 32
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC0/Recordings/"


def pairs(**values: str) -> list[tuple[str, str]]:
    return list(values.items())


def status(**values: str) -> LegMoved:
    return parameters.leg_moved(pairs(**{"CallSid": B, "CallStatus": "ringing"} | values), "contact")


def test_a_status_callback_becomes_a_moved_leg() -> None:
    fact = status(
        ParentCallSid=A,
        CallStatus="completed",
        SequenceNumber="3",
        CallDuration="540",
        Duration="9",
        Timestamp="Tue, 31 Aug 2010 20:36:28 +0000",
        SipResponseCode="200",
        SomethingNew="x",
    )
    assert fact == LegMoved(
        leg="contact",
        sid=B,
        status="completed",
        parent_sid=A,
        sequence=3,
        seconds=540,
        at=datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("queued", "queued"),
        ("initiated", "initiated"),
        ("ringing", "ringing"),
        ("in-progress", "answered"),
        ("completed", "completed"),
        ("busy", "busy"),
        ("no-answer", "no_answer"),
        ("failed", "failed"),
        ("canceled", "canceled"),
    ],
)
def test_every_status_has_our_word(theirs: str, ours: str) -> None:
    assert status(CallStatus=theirs).status == ours
    assert ours in facts.LEG_STATUSES


def test_an_unknown_status_is_kept_short_and_small() -> None:
    assert status(CallStatus="New-Value").status == "new-value"
    assert status(CallStatus="X" * 500).status == "x" * 20


@pytest.mark.parametrize(
    "duration",
    ["-1", "1e3", "NaN", "inf", "12.5", "99999999999999999999", "604801", "", " 5", "٣", "0x10", "'; DROP TABLE"],
)
def test_a_length_that_makes_no_sense_is_no_length(duration: str) -> None:
    assert status(CallStatus="completed", CallDuration=duration).seconds is None


def test_a_length_counts_only_when_the_leg_is_over() -> None:
    assert status(CallStatus="in-progress", CallDuration="5").seconds is None
    assert status(CallStatus="completed", CallDuration="0").seconds == 0


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ("Tue, 31 Aug 2010 20:36:28 +0000", datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC)),
        ("Tue, 31 Aug 2010 13:36:28 -0700", datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC)),
        ("Tue, 31 Aug 2010 20:36:28 -0000", datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC)),
        ("yesterday", None),
        ("Tue, 99 Aug 2010 99:36:28 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_a_time_is_aware_utc_or_nothing(sent: str, at: datetime | None) -> None:
    assert status(Timestamp=sent).at == at


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("human", "human"),
        ("fax", "fax"),
        ("unknown", "unknown"),
        ("machine_start", "machine"),
        ("machine_end_beep", "machine"),
        ("machine_end_silence", "machine"),
        ("machine_end_other", "machine"),
        ("something-new", "unknown"),
    ],
)
def test_who_answered_is_one_of_our_words(theirs: str, ours: str) -> None:
    assert parameters.machine_detected(pairs(CallSid=B, AnsweredBy=theirs)) == MachineDetected(B, ours)
    assert status(AnsweredBy=theirs).answered_by == ours


def test_the_end_of_a_bridge_tells_of_both_legs() -> None:
    sent = {
        "CallSid": A,
        "DialCallStatus": "completed",
        "DialCallSid": B,
        "DialCallDuration": "61",
        "DialBridged": "true",
    }
    assert parameters.bridge_ended(pairs(CallStatus="in-progress", **sent)) == BridgeEnded(A, "completed", B, 61, True)
    assert parameters.bridge_ended(pairs(CallStatus="completed", **sent)).first_leg_is_over
    assert not parameters.bridge_ended(pairs(**sent)).first_leg_is_over


def test_the_end_of_a_bridge_may_leave_out_everything_but_the_call() -> None:
    assert parameters.bridge_ended(pairs(CallSid=A)) == BridgeEnded(A, "unknown")
    assert parameters.bridge_ended(pairs(CallSid=A, DialBridged="maybe", DialCallSid="")).bridged is None


@pytest.mark.parametrize(
    ("digits", "kept"),
    [
        ("1", "1"),
        ("*", "*"),
        ("1#", "1#"),
        ("", ""),
        ("hangup", ""),
        ("1" * 100, "1" * 8),
        ("\x001", ""),
        ("-1", ""),
        ("١", ""),
    ],
)
def test_keys_are_kept_as_keys(digits: str, kept: str) -> None:
    assert parameters.key_pressed(pairs(CallSid=A, Digits=digits), "screen") == KeyPressed(A, "screen", kept)


def test_no_key_at_all_is_an_empty_answer() -> None:
    assert parameters.key_pressed(pairs(CallSid=A), "wrap_up") == KeyPressed(A, "wrap_up", "")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("in-progress", "in_progress"),
        ("completed", "completed"),
        ("absent", "absent"),
        ("failed", "failed"),
        ("NEW", "new"),
    ],
)
def test_a_recording_s_state_has_our_word(theirs: str, ours: str) -> None:
    sent = pairs(CallSid=A, RecordingSid=RE, RecordingStatus=theirs, RecordingDuration="12", RecordingUrl=MEDIA + RE)
    assert parameters.recorded(sent) == Recorded(A, RE, ours, 12)


def test_the_request_after_a_message_counts_as_a_completed_recording() -> None:
    sent = pairs(CallSid=A, RecordingUrl=MEDIA + RE, RecordingDuration="12", Digits="hangup")
    assert parameters.recorded(sent) == Recorded(A, RE, "completed", 12)


def test_the_request_after_silence_names_no_recording() -> None:
    assert parameters.recorded(pairs(CallSid=A, Digits="hangup")) is None


@pytest.mark.parametrize(
    "url",
    [
        f"http://169.254.169.254/{RE}",
        f"https://api.twilio.com.evil.tld/{RE}.wav",
        f"https://api.twilio.com@evil/{RE}?x=1#y",
        f"file:///{RE}.mp3",
    ],
)
def test_of_a_recording_s_address_only_the_identifier_is_kept(url: str) -> None:
    assert parameters.recorded(pairs(CallSid=A, RecordingUrl=url)) == Recorded(A, RE, "completed")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://169.254.169.254/", f"https://h/{RE}/..", f"https://h/x{RE}", "x"]
)
def test_an_address_without_an_identifier_is_a_bad_request(url: str) -> None:
    with pytest.raises(BadRequest):
        parameters.recorded(pairs(CallSid=A, RecordingUrl=url))


def test_a_transcript_is_text_or_none() -> None:
    sent = {"CallSid": A, "RecordingSid": RE, "TranscriptionText": "Call me, please. 😀"}
    assert parameters.transcribed(pairs(**sent, TranscriptionStatus="completed")) == Transcribed(
        A, RE, "Call me, please. 😀"
    )
    assert parameters.transcribed(pairs(**sent, TranscriptionStatus="failed")) == Transcribed(A, RE, None)
    assert parameters.transcribed(pairs(**sent | {"TranscriptionText": " \x00 "})) == Transcribed(A, RE, None)


def test_a_transcript_is_kept_as_text_and_cut() -> None:
    sent = {"CallSid": A, "RecordingSid": RE}
    assert parameters.transcribed(pairs(**sent, TranscriptionText="<b>\ud800hi\u202e</b>")).text == "<b>hi</b>"
    assert len(parameters.transcribed(pairs(**sent, TranscriptionText="y" * 100_000)).text) == 20_000

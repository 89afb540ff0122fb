"""Webhook parameters become facts; what makes no sense becomes nothing or a bad request."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def incoming(**values: str) -> parameters.IncomingCall:
    return parameters.incoming_call(pairs(**{"CallSid": A, "From": "+13105550142", "To": "+12125550123"} | values))


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
    "duration", ["-1", "1e3", "NaN", "inf", "12.5", "99999999999999999999", "604801", "", " 5", "٣", "0x10", "'; DROP TABLE"]
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
    sent = {"CallSid": A, "DialCallStatus": "completed", "DialCallSid": B, "DialCallDuration": "61", "DialBridged": "true"}
    assert parameters.bridge_ended(pairs(CallStatus="in-progress", **sent)) == BridgeEnded(A, "completed", B, 61, True)
    assert parameters.bridge_ended(pairs(CallStatus="completed", **sent)).first_leg_is_over
    assert not parameters.bridge_ended(pairs(**sent)).first_leg_is_over


def test_the_end_of_a_bridge_may_leave_out_everything_but_the_call() -> None:
    assert parameters.bridge_ended(pairs(CallSid=A)) == BridgeEnded(A, "unknown")
    assert parameters.bridge_ended(pairs(CallSid=A, DialBridged="maybe", DialCallSid="")).bridged is None


@pytest.mark.parametrize(
    ("digits", "kept"),
    [("1", "1"), ("*", "*"), ("1#", "1#"), ("", ""), ("hangup", ""), ("1" * 100, "1" * 8), ("\x001", "1"), ("١", "")],
)
def test_keys_are_kept_as_keys(digits: str, kept: str) -> None:
    assert parameters.key_pressed(pairs(CallSid=A, Digits=digits), "screen") == KeyPressed(A, "screen", kept)


def test_no_key_at_all_is_an_empty_answer() -> None:
    assert parameters.key_pressed(pairs(CallSid=A), "wrap_up") == KeyPressed(A, "wrap_up", "")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("in-progress", "in_progress"), ("completed", "completed"), ("absent", "absent"), ("failed", "failed"), ("NEW", "new")],
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


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://169.254.169.254/", f"https://h/{RE}/..", f"https://h/x{RE}", "x"])
def test_an_address_without_an_identifier_is_a_bad_request(url: str) -> None:
    with pytest.raises(BadRequest):
        parameters.recorded(pairs(CallSid=A, RecordingUrl=url))


def test_a_transcript_is_text_or_none() -> None:
    sent = {"CallSid": A, "RecordingSid": RE, "TranscriptionText": "Call me, please. 😀"}
    assert parameters.transcribed(pairs(**sent, TranscriptionStatus="completed")) == Transcribed(A, RE, "Call me, please. 😀")
    assert parameters.transcribed(pairs(**sent, TranscriptionStatus="failed")) == Transcribed(A, RE, None)
    assert parameters.transcribed(pairs(**sent | {"TranscriptionText": " \x00 "})) == Transcribed(A, RE, None)


def test_a_transcript_is_kept_as_text_and_cut() -> None:
    sent = {"CallSid": A, "RecordingSid": RE}
    assert parameters.transcribed(pairs(**sent, TranscriptionText="<b>\ud800hi\u202e</b>")).text == "<b>hi</b>"
    assert len(parameters.transcribed(pairs(**sent, TranscriptionText="y" * 100_000)).text) == 20_000


def test_an_incoming_call_names_both_numbers() -> None:
    call = incoming(CallerName="DOE JANE", StirVerstat="TN-Validation-Passed-A", ForwardedFrom="+12125550100")
    assert call == parameters.IncomingCall(
        A, "+13105550142", "+12125550123", "DOE JANE", "+12125550100", "TN-Validation-Passed-A", "+13105550142"
    )


@pytest.mark.parametrize(
    "caller",
    [
        "anonymous",
        "unknown",
        "restricted",
        "unavailable",
        "",
        "+266696687",
        "+7378742833",
        "+17378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "2125550100",
        "sip:jane@example.com",
        "client:jane",
        "+1 212 555 0100",
        "+12125550100\n",
        "+1212555010012345678",
    ],
)
def test_a_caller_who_cannot_be_called_back_has_no_number(caller: str) -> None:
    call = incoming(From=caller)
    assert call.caller is None
    assert call.caller_as_sent == caller.strip()


def test_a_call_without_a_caller_is_still_a_call() -> None:
    assert parameters.incoming_call(pairs(CallSid=A, To="+12125550123")).caller is None


def test_a_call_from_a_number_to_itself_keeps_both() -> None:
    call = incoming(From="+12125550123")
    assert call.caller == call.called


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("]]><Dial>", "]]><Dial>"),
        ("\u202eeoD enaJ", "eoD enaJ"),
        ("Jane\x00\x07\nDoe", "Jane Doe"),
        ("J" * 10_000, "J" * 200),
        ("\u200f \x01", None),
        ("'; DROP TABLE contact; --", "'; DROP TABLE contact; --"),
    ],
)
def test_a_caller_s_name_is_plain_text_on_one_line(name: str, kept: str | None) -> None:
    assert incoming(CallerName=name).caller_name == kept


def test_an_incoming_text_is_read() -> None:
    sid = "SM" + "d" * 32
    text = parameters.incoming_text(
        pairs(MessageSid=sid, From="+13105550142", To="+12125550123", Body="Call me\nplease", NumMedia="1")
    )
    assert text == parameters.IncomingText(sid, "+13105550142", "+12125550123", "Call me\nplease", 1)
    with pytest.raises(BadRequest):
        parameters.incoming_text(pairs(MessageSid=A, To="+12125550123"))


READERS = {
    "leg_moved": lambda sent: parameters.leg_moved(sent, "agent"),
    "bridge_ended": parameters.bridge_ended,
    "machine_detected": parameters.machine_detected,
    "key_pressed": lambda sent: parameters.key_pressed(sent, "screen"),
    "recorded": parameters.recorded,
    "transcribed": parameters.transcribed,
    "incoming_call": parameters.incoming_call,
    "call_sid": parameters.call_sid,
}
COMPLETE = {
    "CallSid": A,
    "CallStatus": "ringing",
    "DialCallStatus": "busy",
    "AnsweredBy": "human",
    "Digits": "1",
    "RecordingSid": RE,
    "RecordingStatus": "completed",
    "TranscriptionText": "hello",
    "From": "+13105550142",
    "To": "+12125550123",
}
BAD_SIDS = ["CA1", "", A.lower(), A.upper(), A + "0", A[:-1], "SM" + A[2:], "../" + A, "CA' OR 1=1", A + "\n", A + "CallStatuscompleted"]


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_complete_request_is_read_by_every_reader(read) -> None:
    assert read(pairs(**COMPLETE))


@pytest.mark.parametrize("sid", BAD_SIDS)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_call_that_is_none_is_a_bad_request(read, sid: str) -> None:
    with pytest.raises(BadRequest):
        read(pairs(**COMPLETE | {"CallSid": sid}))


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_no_parameters_are_a_bad_request(read) -> None:
    with pytest.raises(BadRequest):
        read([])


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        ("leg_moved", "CallStatus"),
        ("leg_moved", "CallSid"),
        ("bridge_ended", "DialCallStatus"),
        ("machine_detected", "AnsweredBy"),
        ("key_pressed", "Digits"),
        ("recorded", "RecordingSid"),
        ("transcribed", "TranscriptionText"),
        ("incoming_call", "From"),
    ],
)
def test_a_used_name_that_comes_twice_is_a_bad_request(reader: str, name: str) -> None:
    with pytest.raises(BadRequest, match=name):
        READERS[reader]([*COMPLETE.items(), (name, COMPLETE[name])])


def test_an_unused_name_may_come_twice() -> None:
    assert status(Thing="1") == parameters.leg_moved([*pairs(CallSid=B, CallStatus="ringing"), ("x", "1"), ("x", "2")], "contact")


@pytest.mark.parametrize("name", ["ParentCallSid", "DialCallSid"])
def test_another_leg_that_is_none_is_a_bad_request(name: str) -> None:
    with pytest.raises(BadRequest):
        READERS["bridge_ended" if name == "DialCallSid" else "leg_moved"](pairs(**COMPLETE, **{name: "CA1"}))


NAMES = st.sampled_from(
    sorted(COMPLETE) + ["CallDuration", "SequenceNumber", "Timestamp", "ParentCallSid", "DialCallSid", "RecordingUrl", "CallerName"]
)


@given(st.dictionaries(NAMES, st.text(st.characters(), max_size=60), max_size=6), st.sampled_from(sorted(READERS)))
def test_any_values_give_a_storable_fact_or_a_bad_request(values: dict[str, str], reader: str) -> None:
    try:
        fact = READERS[reader](pairs(**COMPLETE | values))
    except BadRequest:
        return
    for text in _texts(fact):
        text.encode("utf-8")  # a lone surrogate could not be stored
        assert "\x00" not in text  # nor could PostgreSQL store this
    if isinstance(fact, facts.Fact):
        assert facts.from_body(fact.kind, facts.to_body(fact)) == fact


def _texts(fact: object) -> list[str]:
    if isinstance(fact, str):
        return [fact]
    names = getattr(fact, "__slots__", ())
    return [value for value in (getattr(fact, name) for name in names) if isinstance(value, str)]

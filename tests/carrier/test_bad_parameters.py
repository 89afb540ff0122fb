"""A signed request can still make no sense: it is a bad request then, never a wrong fact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.carrier import parameters
from soi_dialer.carrier.errors import BadRequest
from soi_dialer.domain import facts

A = "CA" + "a" * 32
RE = "RE" + "c" * 32


def pairs(**values: str) -> list[tuple[str, str]]:
    return list(values.items())


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
BAD_SIDS = ["CA1", "", A.lower(), A.upper(), A + "0", A[:-1], "SM" + A[2:], "../" + A, "CA' OR 1=1", A + "\n"]
BAD_SIDS.append(A + "CallStatuscompleted")  # signed just as a CallSid followed by a CallStatus


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
    once = parameters.leg_moved(pairs(**COMPLETE), "contact")
    assert parameters.leg_moved([*COMPLETE.items(), ("x", "1"), ("x", "2")], "contact") == once


@pytest.mark.parametrize("name", ["ParentCallSid", "DialCallSid"])
def test_another_leg_that_is_none_is_a_bad_request(name: str) -> None:
    with pytest.raises(BadRequest):
        READERS["bridge_ended" if name == "DialCallSid" else "leg_moved"](pairs(**COMPLETE, **{name: "CA1"}))


MORE = ["CallDuration", "SequenceNumber", "Timestamp", "ParentCallSid", "DialCallSid", "RecordingUrl", "CallerName"]
NAMES = st.sampled_from(sorted(COMPLETE) + MORE)


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

"""docs/bad-inputs.md, rows 46 to 49 and 56: requests that are no request of our carrier, at every one of its addresses.

Each gets a clear status; nothing is written and nobody is rung.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from tests.webhooks.door import DOCUMENTS, EVERYTHING, NUMBERS, OTHER, STEPS, Door, sign
from tests.world import ACCOUNT, TOKEN


def test_a_complete_request_is_taken(door: Door):
    """What the tables below change one thing of."""
    for step in STEPS:
        answer = door.send(door.path(step), door.params(step))
        assert (step, answer.status_code) == (step, 200 if step in DOCUMENTS else 204)


def no_parameters(door, path, params):
    return door.send(path, {})


def only_the_account(door, path, params):
    return door.send(path, {"AccountSid": ACCOUNT})


def a_json_body(door, path, params):
    headers = {"X-Twilio-Signature": sign(path, list(params.items()))}
    return door.raw(path, json.dumps(params).encode(), headers=headers, content_type="application/json")


def get_instead_of_post(door, path, params):
    headers = {"X-Twilio-Signature": sign(path, [])}
    return door.raw(f"{path}?{urlencode(params)}", b"", headers=headers, method="GET")


def five_megabytes(door, path, params):
    return door.send(path, params | {"Body": "x" * 5_000_000})


def fifty_thousand_fields(door, path, params):
    return door.raw(path, b"&" * 50_000, headers={"X-Twilio-Signature": sign(path, [])})


def too_many_fields_that_are_signed(door, path, params):
    return door.send(path, params | {f"x{number}": "1" for number in range(5000)})


def a_missing_signature(door, path, params):
    return door.raw(path, urlencode(params).encode(), headers={})


def an_empty_signature(door, path, params):
    return door.raw(path, urlencode(params).encode(), headers={"X-Twilio-Signature": ""})


def a_wrong_signature(door, path, params):
    return door.send(path, params, signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")


def a_signature_that_is_no_text(door, path, params):
    return door.send(path, params, signature="\xff\xfe")


def the_signature_of_an_empty_token(door, path, params):
    return door.send(path, params, signature=sign(path, list(params.items()), token=""))


def the_signature_of_another_token(door, path, params):
    return door.send(path, params, signature=sign(path, list(params.items()), token=TOKEN + "1"))


def the_signature_of_another_address(door, path, params):
    return door.send(path, params, signature=sign(path + "x", list(params.items())))


def the_signature_of_other_values(door, path, params):
    return door.send(path, params, signature=sign(path, list((params | {"Digits": "1"}).items())))


def a_query_that_is_not_signed(door, path, params):
    headers = {"X-Twilio-Signature": sign(path, list(params.items()))}
    return door.raw(f"{path}?Digits=1", urlencode(params).encode(), headers=headers)


def another_account(door, path, params):
    return door.send(path, params | {"AccountSid": "AC" + "6" * 32})


def the_account_twice(door, path, params):
    return door.send(path, [*params.items(), ("AccountSid", "AC" + "6" * 32)])


def bytes_that_are_not_utf8(door, path, params):
    return door.raw(path, b"Body=\xff\xfe", headers={"X-Twilio-Signature": sign(path, [])})


def escaped_bytes_that_are_not_utf8(door, path, params):
    return door.raw(path, b"Body=%ff%fe", headers={"X-Twilio-Signature": sign(path, [])})


def a_lone_surrogate(door, path, params):
    return door.send(path, params | {"TranscriptionText": "\ud800"})


BAD = [
    (46, 403, no_parameters),
    (46, 403, a_json_body),
    (46, 405, get_instead_of_post),
    (46, 413, five_megabytes),
    (46, 400, fifty_thousand_fields),
    (46, 400, too_many_fields_that_are_signed),
    (47, 403, a_missing_signature),
    (47, 403, an_empty_signature),
    (47, 403, a_wrong_signature),
    (47, 403, a_signature_that_is_no_text),
    (47, 403, the_signature_of_an_empty_token),
    (47, 403, the_signature_of_another_token),
    (47, 403, the_signature_of_another_address),
    (47, 403, the_signature_of_other_values),
    (47, 403, a_query_that_is_not_signed),
    (47, 403, another_account),
    (47, 403, the_account_twice),
    (55, 400, a_lone_surrogate),
    (56, 400, bytes_that_are_not_utf8),
    (56, 400, escaped_bytes_that_are_not_utf8),
]


@pytest.mark.parametrize("row, status, request_of", BAD, ids=[f"row{row}-{made.__name__}" for row, _, made in BAD])
def test_what_is_no_request_of_our_carrier_is_refused_and_leaves_no_trace(door: Door, row, status, request_of):
    """F17"""
    before = door.rows()
    for step in STEPS:
        answer = request_of(door, door.path(step), door.params(step))
        assert (step, answer.status_code) == (step, status)
    assert door.rows() == before


def test_row46_a_request_that_only_names_the_account_is_refused(door: Door):
    before = door.rows()
    for step in STEPS:
        assert only_the_account(door, door.path(step), {}).status_code == 400
    assert door.rows() == before


USED = [
    ("agent-status", "CallStatus"),
    ("screen-key", "Digits"),
    ("whisper-key", "Digits"),
    ("bridge-ended", "DialCallStatus"),
    ("machine", "AnsweredBy"),
    ("recording", "RecordingSid"),
    ("transcription", "TranscriptionText"),
    (NUMBERS[0], "From"),
    (NUMBERS[2], "Body"),
]


def test_row48_a_value_that_comes_twice_is_refused_where_it_is_used(door: Door):
    """Which of the two would be meant?"""
    before = door.rows()
    for step, name in USED:
        for value in (door.params(step)[name], "completed"):
            twice = [*door.params(step).items(), (name, value)]
            assert (step, door.send(door.path(step), twice).status_code) == (step, 400)
    assert door.rows() == before


NO_SIDS = ["CA1", "", OTHER.lower(), OTHER.upper(), OTHER + "0", OTHER[:-1], "../" + OTHER, "CA' OR 1=1", OTHER + "\n"]


@pytest.mark.parametrize("sid", NO_SIDS, ids=lambda sid: f"row49-{sid!r:.12}")
def test_an_identifier_that_is_none_is_refused(door: Door, sid: str):
    before = door.rows()
    for step in STEPS:
        params = door.params(step) | {"MessageSid" if step == NUMBERS[2] else "CallSid": sid}
        assert (step, door.send(door.path(step), params).status_code) == (step, 400)
    assert door.rows() == before


def test_row49_a_name_and_value_run_together_are_refused_though_their_signature_is_right(door: Door):
    """F19: the signature covers names and values without anything between them."""
    params = EVERYTHING | {"CallSid": door.outbound_sid, "CallStatus": "completed"}
    joined = {name: value for name, value in params.items() if name != "CallStatus"}
    joined["CallSid"] = door.outbound_sid + "CallStatuscompleted"
    path, before = door.path("agent-status"), door.rows()
    signature = sign(path, list(params.items()))
    assert signature == sign(path, list(joined.items()))
    assert door.send(path, joined, signature=signature).status_code == 400
    assert door.rows() == before


def test_a_note_that_is_told_of_without_a_call_keeps_nothing(door: Door):
    before = door.rows()
    path = f"/webhooks/voice/{door.outbound_ref}/note-recorded"
    assert door.send(path, EVERYTHING | {"CallSid": "CA1"}).status_code == 200
    assert door.send(path, EVERYTHING, signature="no").status_code == 403
    assert door.rows() == before

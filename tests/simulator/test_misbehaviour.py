"""REST answers that were ordered to be wrong: each happens once, and creates a call exactly when it says so."""

from __future__ import annotations

import time

import pytest
import requests
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.simulator.receiver import ACCOUNT, AGENT, OURS, TOKEN, refused


def impatient(phones):
    client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(timeout=0.4))
    client.api.base_url = phones.url
    return lambda: client.calls.create(to=AGENT, from_=OURS, url="http://127.0.0.1:9/x")


@pytest.mark.parametrize(
    ("fault", "created"),
    [
        ({"manner": "429"}, 0),
        ({"manner": "error", "code": 21215}, 0),
        ({"manner": "500-not-created"}, 0),
        ({"manner": "500-created"}, 1),
        ({"manner": "hang"}, 0),
        ({"manner": "timeout-created"}, 1),
        ({"manner": "drop"}, 0),
        ({"manner": "drop-created"}, 1),
        ({"manner": "not-json"}, 1),
    ],
)
def test_an_ordered_misbehaviour_happens_once_and_creates_as_it_says(phones, fault, created):
    phones.persona(AGENT, kind="unreachable")
    phones.post("next-create", fault)
    order = impatient(phones)
    with pytest.raises((TwilioException, requests.RequestException, ValueError)):
        order()
    phones.settle()
    assert len(phones.legs()) == created
    assert order().status == "queued"


def test_429_carries_the_vendors_code(phones, place):
    phones.post("next-create", {"manner": "429", "count": 2})
    assert refused(place) == refused(place) == 20429
    assert place().sid


def test_an_answer_can_be_trickled_byte_by_byte(phones, place):
    phones.persona(AGENT, kind="unreachable")
    phones.post("next-create", {"manner": "slow", "seconds": 0.5})
    began = time.monotonic()
    assert place().sid
    assert time.monotonic() - began >= 0.45


def test_misbehaviour_can_be_ordered_for_any_resource(phones):
    phones.post("next-create", {"manner": "500-not-created", "resource": "Calls", "method": "GET"})
    with pytest.raises(TwilioException):
        phones.legs()
    assert phones.legs() == []


def test_one_request_can_make_two_calls(phones, receiver, place):
    phones.persona(AGENT, kind="busy")
    phones.post("next-create", {"manner": "twice"})
    call = place()
    phones.settle()
    sids = {leg.sid for leg in phones.legs()}
    assert len(sids) == 2
    assert call.sid in sids
    assert {heard.params["CallSid"] for heard in receiver.at("/agent-status")} == sids


def test_a_sound_can_break_off_in_the_middle_or_be_a_login_page(phones, receiver, place):
    receiver.script["/screen"] = "<Record/>"
    place()
    phones.settle()
    url = phones.client.recordings.list()[0].media_url
    phones.post("next-create", {"manner": "truncated", "resource": "Recordings", "method": "GET"})
    with pytest.raises(requests.RequestException):
        requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10)
    phones.post("next-create", {"manner": "html", "resource": "Recordings", "method": "GET"})
    assert requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10).headers["Content-Type"].startswith("text/html")
    missing = {"manner": "error", "code": 20404, "count": 2, "resource": "Recordings", "method": "GET"}
    phones.post("next-create", missing)
    assert [requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10).status_code for _ in range(3)] == [404, 404, 200]


def test_a_number_that_was_given_up_is_no_caller_id_any_more(phones, place):
    answer = requests.delete(f"{phones.url}/_sim/numbers/{OURS}", json={}, timeout=10)
    assert answer.ok
    assert refused(place) == 21210

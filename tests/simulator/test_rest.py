"""The REST API as the official library sees it: refusals, updates, lists and misbehaviour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from tests.simulator.receiver import ACCOUNT, AGENT, CONTACT, OTHER, OURS, TOKEN, refused


def test_a_created_call_is_queued_and_its_fields_have_the_vendors_form(phones, receiver, place):
    call = place()
    assert (call.status, call.direction, call.to, call._from) == ("queued", "outbound-api", AGENT, OURS)
    assert (call.start_time, call.end_time, call.duration, call.price) == (None, None, None, None)
    assert call.phone_number_sid == phones.client.incoming_phone_numbers.list()[0].sid
    assert call.from_formatted == "(415) 555-0100"
    assert call.queue_time == "0"
    assert call.date_created.tzinfo is not None
    phones.settle()
    assert call.fetch().price is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": ""}, 21201),
        ({"from_": ""}, 21213),
        ({"to": "banana"}, 21211),
        ({"to": "4155550122"}, 21211),
        ({"to": "+0123"}, 21211),
        ({"to": OURS}, 21211),
        ({"from_": "banana"}, 21212),
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+14155559999"}, 21210),
        ({"to": "+15005550001"}, 21217),
        ({"to": "+15005550002"}, 21214),
        ({"to": "+15005550003"}, 21215),
        ({"to": "+15005550004"}, 21216),
        ({"url": ""}, 21205),
        ({"url": "/relative"}, 21205),
        ({"url": "http://under_score.example/x"}, 21205),
        ({"timeout": 601}, 21208),
        ({"timeout": 0}, 21208),
        ({"send_digits": "x"}, 21206),
        ({"machine_detection": "On"}, 21234),
        ({"machine_detection": "Enable", "machine_detection_timeout": 61}, 21234),
        ({"status_callback_event": ["finished"]}, 21626),
        ({"status_callback": "nowhere"}, 21609),
        ({"method": "PATCH"}, 21209),
        ({"url": None, "twiml": "x" * 4001}, 32018),
    ],
)
def test_a_call_that_the_vendor_would_refuse_is_refused_and_rings_nobody(phones, place, changes, code):
    assert refused(place, **changes) == code
    assert phones.legs() == []


@pytest.mark.parametrize("code", [21203, 21219, 21214, 10004])
def test_a_number_can_be_made_to_be_refused_with_any_code(phones, place, code):
    phones.persona(AGENT, kind="refused", code=code)
    assert refused(place) == code


def test_an_unknown_parameter_is_noted_as_a_problem(phones, receiver):
    form = {"To": AGENT, "From": OURS, "Url": f"{receiver.url}/screen", "Timout": "20"}
    requests.post(f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json", form, auth=(ACCOUNT, TOKEN), timeout=10)
    assert "Timout" in phones.state()["problems"][0]["message"]


def test_a_call_may_bring_its_document_along(phones, receiver, place):
    phones.persona(AGENT, keys=["7"])
    receiver.script["/a"] = "<Hangup/>"
    place(url=None, twiml=f'<Response><Gather numDigits="1" action="{receiver.url}/a"/></Response>')
    phones.settle()
    assert receiver.at("/a")[0].params["Digits"] == "7"


@pytest.mark.parametrize(
    ("user", "password"), [(ACCOUNT, "wrong"), ("AC" + "6" * 32, TOKEN), ("SK" + "1" * 32, "secret"), (None, None)]
)
def test_wrong_credentials_are_answered_401(phones, user, password):
    auth = (user, password) if user else None
    answer = requests.get(f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}.json", auth=auth, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert set(answer.json()) == {"code", "message", "more_info", "status"}


def test_an_api_key_works_and_a_suspended_account_does_not(phones):
    key = "SK" + "1" * 32
    phones.put("account", {"api_keys": {key: "secret"}})
    client = Client(key, "secret", ACCOUNT)
    client.api.base_url = phones.url
    assert client.api.accounts(ACCOUNT).fetch().status == "active"
    phones.put("account", {"status": "suspended"})
    assert refused(client.api.accounts(ACCOUNT).fetch) == 20005


@pytest.mark.parametrize("path", ["Calls/CA" + "0" * 32, "Recordings/RE" + "0" * 32, "Nothing", "Messages/SM1"])
def test_what_is_not_there_is_20404(phones, path):
    url = f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/{path}.json"
    answer = requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_a_ringing_call_is_canceled(phones, receiver, place):
    phones.persona(AGENT, kind="manual")
    call = place()
    phones.until(AGENT, state="ringing")
    assert call.update(status="canceled").status == "canceled"
    phones.settle()
    assert receiver.words("/agent-status") == ["initiated", "ringing", "canceled"]
    assert phones.handset(AGENT) | {"state": "idle", "missed": 1} == phones.handset(AGENT)
    assert refused(call.update, status="completed") == 21220


def test_cancel_leaves_a_call_in_progress_alone_and_complete_ends_it(phones, receiver, place):
    receiver.script["/screen"] = '<Pause length="60"/>'
    phones.persona(AGENT, kind="manual")
    call = place()
    phones.until(AGENT, state="ringing")
    phones.post(f"handsets/{AGENT}/answer")
    phones.until(AGENT, state="in-call")
    assert call.update(status="canceled").status == "in-progress"
    assert call.update(status="completed").status == "completed"
    phones.settle()


def test_canceling_a_queued_call_reports_nothing(phones, receiver, place):
    phones.put("manners", {"calls_per_second": 0.5})
    receiver.script["/screen"] = "<Hangup/>"
    place()
    second = place(to=OTHER)
    assert 1000 < int(second.queue_time) <= 2000
    assert second.update(status="canceled").status == "canceled"
    phones.settle()
    assert {heard.params["To"] for heard in receiver.at("/agent-status")} == {AGENT}


def test_a_live_leg_is_sent_to_another_document(phones, receiver, place):
    receiver.script |= {"/screen": '<Pause length="3600"/>', "/other": "<Hangup/>"}
    phones.persona(AGENT, kind="manual")
    call = place()
    phones.until(AGENT, state="ringing")
    assert refused(call.update, url=f"{receiver.url}/other") == 21220
    phones.post(f"handsets/{AGENT}/answer")
    phones.until(AGENT, state="in-call")
    call.update(url=f"{receiver.url}/other")
    phones.settle()
    assert receiver.at("/other")[0].params["CallSid"] == call.sid


def test_a_dialled_leg_that_is_sent_away_lives_on_by_itself(phones, receiver, place):
    url = receiver.url
    receiver.script |= {
        "/screen": f'<Dial action="{url}/ended"><Number>{CONTACT}</Number></Dial>',
        "/ended": "<Hangup/>",
        "/drop": f'<Say>Hello, please call me back.</Say><Redirect>{url}/bye</Redirect>',
        "/bye": "<Hangup/>",
    }
    phones.persona(AGENT, talk_seconds=None)
    phones.persona(CONTACT, kind="manual")
    call = place()
    phones.until(CONTACT, state="ringing")
    phones.post(f"handsets/{CONTACT}/answer")
    phones.until(CONTACT, state="in-call")
    child = phones.client.calls.list(parent_call_sid=call.sid)[0]
    child.update(twiml=f"<Response><Redirect>{url}/drop</Redirect></Response>")
    phones.settle()
    ended = receiver.at("/ended")[0].params
    assert (ended["DialCallSid"], ended["DialBridged"]) == (child.sid, "true")
    assert "DialCallDuration" not in ended
    assert receiver.at("/bye")[0].params["CallSid"] == child.sid
    assert child.fetch().status == "completed"


def test_only_a_finished_call_can_be_deleted(phones, place):
    phones.persona(AGENT, kind="manual")
    call = place()
    phones.until(AGENT, state="ringing")
    assert refused(call.delete) == 20009
    phones.post(f"handsets/{AGENT}/decline")
    phones.settle()
    assert call.delete()
    assert refused(call.fetch) == 20404


def test_lists_come_in_pages_newest_first_and_nothing_is_missed(phones, place):
    phones.persona(AGENT, kind="unreachable")
    sids = [place().sid for _ in range(7)]
    phones.settle()
    assert [call.sid for call in phones.client.calls.stream(page_size=3)] == sids[::-1]
    first = phones.client.calls.page(page_size=3)
    assert first.next_page_url.startswith(phones.url)
    place()
    assert [call.sid for call in first.next_page()] == sids[3:0:-1]


def test_a_page_over_a_thousand_is_refused_without_a_code_in_the_exception(phones):
    with pytest.raises(TwilioException) as caught:
        phones.client.calls.list(page_size=1001)
    assert not isinstance(caught.value, TwilioRestException)
    assert "20007" in caught.value.args[1].text


def test_lists_are_filtered_as_asked(phones, receiver, place):
    receiver.script["/screen"] = "<Hangup/>"
    phones.persona(OTHER, kind="busy")
    done, busy = place(), place(to=OTHER)
    phones.settle()
    calls = phones.client.calls
    now = datetime.now(UTC)

    def found(**asked):
        return [call.sid for call in calls.list(**asked)]

    assert found(to=OTHER) == found(status="busy") == [busy.sid]
    assert found(from_=OURS) == found(start_time_after=now - timedelta(days=1)) == [busy.sid, done.sid]
    assert found(start_time_after=now + timedelta(days=1)) == found(start_time_before=now - timedelta(days=1)) == []
    assert len(found(start_time=now.replace(hour=0, minute=0, second=0))) == 2


def test_numbers_are_listed_and_set_up(phones):
    number = phones.client.incoming_phone_numbers.list(phone_number=OURS)[0]
    updated = number.update(voice_url="https://example.org/in", sms_url="https://example.org/sms", friendly_name="Jo")
    assert (updated.voice_url, updated.sms_url, updated.friendly_name) == (
        "https://example.org/in",
        "https://example.org/sms",
        "Jo",
    )
    assert phones.client.incoming_phone_numbers(number.sid).fetch().voice_url == "https://example.org/in"
    assert number.capabilities["voice"] is True
    assert refused(number.update, voice_url="not an address") == 21205


def test_texts_are_sent_shown_and_refused_to_who_said_stop(phones, receiver):
    send = phones.client.messages.create
    message = send(to=CONTACT, from_=OURS, body="Call Jane", status_callback=f"{receiver.url}/sms-status")
    phones.settle()
    assert message.fetch().status == "delivered"
    assert receiver.words("/sms-status", "MessageStatus") == ["queued", "sent", "delivered"]
    assert phones.handset(CONTACT)["texts"][0]["body"] == "Call Jane"
    phones.post("sms", {"from": CONTACT, "to": OURS, "body": "stop"})
    assert refused(send, to=CONTACT, from_=OURS, body="Again") == 21610
    phones.post("sms", {"from": CONTACT, "to": OURS, "body": "START"})
    assert send(to=CONTACT, from_=OURS, body="Again").sid.startswith("SM")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": ""}, 21604),
        ({"to": "x"}, 21211),
        ({"from_": "+14155559999"}, 21606),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"to": "+15005550009"}, 21614),
        ({"to": "+15005550002"}, 21612),
    ],
)
def test_a_text_that_the_vendor_would_refuse_is_refused(phones, changes, code):
    wanted = {"to": CONTACT, "from_": OURS, "body": "Hi"} | changes
    assert refused(phones.client.messages.create, **wanted) == code


def test_an_incoming_text_is_handed_over_and_may_be_answered(phones, receiver):
    phones.put(f"numbers/{OURS}", {"sms_url": f"{receiver.url}/sms"})
    receiver.script["/sms"] = "<Message>Thanks</Message>"
    phones.post("sms", {"from": CONTACT, "to": OURS, "body": "Call me"})
    params = receiver.at("/sms")[0].params
    assert (params["From"], params["To"], params["Body"], params["NumMedia"]) == (CONTACT, OURS, "Call me", "0")
    assert phones.handset(CONTACT)["texts"][0]["body"] == "Thanks"

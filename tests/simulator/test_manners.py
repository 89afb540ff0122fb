"""How reports are delivered: prompt, late, doubled, shuffled, lost, before the answer; and the log of all webhooks."""

from __future__ import annotations

import time

import pytest
import requests

from tests.simulator.receiver import AGENT

STATIONS = ["initiated", "ringing", "in-progress", "completed"]


@pytest.fixture
def answered(receiver, phones):
    receiver.script["/screen"] = "<Hangup/>"
    return receiver


def test_doubled_reports_arrive_twice(phones, answered, place):
    phones.put("manners", {"manner": "doubled"})
    place()
    phones.settle()
    assert sorted(answered.words("/agent-status")) == sorted(STATIONS * 2)
    assert len(answered.at("/screen")) == 1


def test_lost_reports_never_arrive_but_are_logged(phones, answered, place):
    phones.put("manners", {"manner": "lost"})
    call = place()
    phones.settle()
    assert answered.at("/agent-status") == []
    log = phones.company.courier.log()
    assert [d.params["CallStatus"] for d in log if d.error == "lost"] == STATIONS
    assert call.fetch().status == "completed"


def test_late_reports_arrive_after_the_call_is_over(phones, answered, place):
    phones.put("manners", {"manner": "late", "late_seconds": 0.4})
    began = time.monotonic()
    place()
    phones.settle()
    assert sorted(answered.words("/agent-status")) == sorted(STATIONS)
    assert min(heard.at for heard in answered.at("/agent-status")) - began >= 0.4


def test_shuffled_reports_arrive_in_an_order_that_the_seed_decides(phones, answered, place):
    orders = set()
    for seed in (1, 2, 3, 4, 1):
        phones.put("manners", {"manner": "shuffled", "seed": seed, "late_seconds": 5})
        answered.heard.clear()
        place()
        phones.settle()
        orders.add((seed, tuple(answered.words("/agent-status"))))
    assert len(orders) == 4
    assert {tuple(sorted(order)) for _, order in orders} == {tuple(sorted(STATIONS))}
    assert {order for _, order in orders} != {tuple(STATIONS)}


def test_a_report_can_arrive_before_the_request_is_answered(phones, answered, place):
    phones.put("manners", {"manner": "before-answer"})
    place()
    assert "initiated" in answered.words("/agent-status")
    phones.settle()


def test_a_manner_can_be_chosen_for_one_kind_alone(phones, answered, place):
    phones.put("manners", {"by_kind": {"status": "lost", "voice": "doubled"}})
    place()
    phones.settle()
    assert answered.at("/agent-status") == []
    assert len(answered.at("/screen")) == 2


def test_only_a_share_of_reports_is_lost_when_so_chosen(phones, answered, place):
    phones.put("manners", {"manner": "lost", "share": 0.5, "seed": 7})
    for _ in range(5):
        place()
        phones.settle()
    assert 0 < len(answered.at("/agent-status")) < 20


def test_a_failing_receiver_of_reports_loses_them_and_is_not_asked_again(phones, answered, place):
    answered.script["/agent-status"] = (500, "text/plain", "broken")
    place()
    phones.settle()
    assert len(answered.at("/agent-status")) == 4
    log = [d for d in phones.company.courier.log() if d.kind == "status"]
    assert {d.status for d in log} == {500}


def test_overrides_in_the_fragment_ask_for_more_tries_and_are_neither_sent_nor_signed(phones, answered, place):
    answered.script["/agent-status"] = (503, "text/plain", "busy")
    place(status_callback=f"{answered.url}/agent-status#rc=2&rp=5xx", status_callback_event=["completed"])
    phones.settle()
    tries = answered.at("/agent-status")
    assert len(tries) == 3
    assert len({heard.headers["i-twilio-idempotency-token"] for heard in tries}) == 1


def test_every_delivery_is_logged_and_can_be_sent_again(phones, answered, place):
    place()
    phones.settle()
    items = requests.get(f"{phones.url}/_sim/deliveries", timeout=10).json()["items"]
    assert {item["kind"] for item in items} == {"status", "voice"}
    last = items[-1]
    assert (last["status"], last["params"]["CallStatus"]) == (204, "completed")
    assert last["ms"] > 0
    phones.post(f"deliveries/{last['id']}/resend")
    first, again = answered.at("/agent-status")[-2:]
    assert first.params == again.params
    newer = requests.get(f"{phones.url}/_sim/deliveries?since={last['id']}", timeout=10).json()["items"]
    assert [item["manner"] for item in newer] == ["resent"]


def test_only_the_events_asked_for_are_reported(phones, answered, place):
    place(status_callback_event=["answered"])
    phones.settle()
    assert answered.words("/agent-status") == ["in-progress"]
    place(status_callback_event=[])
    phones.settle()
    assert answered.words("/agent-status") == ["in-progress", "completed"]


def test_reports_may_be_asked_for_by_get(phones, answered, place):
    place(status_callback_method="GET")
    phones.settle()
    heard = answered.at("/agent-status")[0]
    assert (heard.method, heard.params["To"]) == ("GET", AGENT)


def test_a_redirected_webhook_is_followed_and_signed_for_where_it_goes(phones, answered, place):
    answered.script |= {"/screen": (307, "text/plain", "/moved"), "/moved": "<Hangup/>"}
    call = place()
    phones.settle()
    assert (answered.at("/moved")[0].method, answered.at("/moved")[0].params["CallSid"]) == ("POST", call.sid)
    assert phones.codes() == []


def test_a_receiver_that_sends_webhooks_round_in_circles_is_a_problem(phones, answered, place):
    answered.script["/screen"] = (302, "text/plain", "/screen")
    place()
    phones.settle()
    assert phones.codes() == [11215]


def test_a_receiver_that_is_not_there_is_tried_twice_and_is_a_problem(phones, answered, place):
    call = place(url="http://127.0.0.1:9/nothing")
    phones.settle()
    assert phones.codes() == [11205]
    assert call.fetch().status == "completed"

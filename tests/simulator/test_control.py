"""The control API: what it shows, what it changes, and to whom it answers."""

from __future__ import annotations

import threading
import time

import pytest
import requests

from tests.simulator.receiver import AGENT, CONTACT, OURS


def test_the_state_shows_everything_and_its_version_grows_with_each_change(phones):
    before = phones.state()
    phones.put(f"handsets/{AGENT}", {"name": "Jo", "persona": {"kind": "manual"}})
    after = phones.state()
    assert after["version"] > before["version"]
    assert after["handsets"][0]["name"] == "Jo"
    assert after["numbers"][0]["number"] == OURS
    assert set(after) >= {"account", "settings", "calls", "problems", "faults", "pending", "live"}


def test_a_watcher_waits_for_the_next_change(phones):
    version = phones.state()["version"]
    url = f"{phones.url}/_sim/state?since={version}"
    assert requests.get(url, timeout=10).json() == {"version": version, "unchanged": True}
    threading.Timer(0.2, phones.company.touch).start()
    began = time.monotonic()
    changed = requests.get(f"{url}&wait=5", timeout=10).json()
    assert changed["version"] == version + 1
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 403),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 403),
        ({"Content-Type": "application/json", "Origin": "https://evil.example"}, 403),
        ({"Content-Type": "application/json", "Host": "evil.example"}, 403),
    ],
)
def test_a_foreign_page_cannot_move_a_handset(phones, headers, status):
    answer = requests.post(f"{phones.url}/_sim/reset", data="{}", headers=headers, timeout=10)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("put", f"handsets/{AGENT}", {"persona": {"kind": "sleepy"}}),
        ("put", f"handsets/{AGENT}", {"persona": {"mood": "good"}}),
        ("put", f"handsets/{AGENT}", {"persona": {"talk_seconds": -1}}),
        ("put", f"handsets/{AGENT}", {"persona": {"talk_seconds": True}}),
        ("put", f"handsets/{AGENT}", {"persona": {"keys": "12"}}),
        ("put", f"handsets/{AGENT}", {"persona": {"keys": ["x"]}}),
        ("put", f"handsets/{AGENT}", {"persona": "manual"}),
        ("put", "manners", {"manner": "rude"}),
        ("put", "manners", {"scale": 0}),
        ("put", "manners", {"colour": "red"}),
        ("put", "manners", {"by_kind": {"voice": "lost"}}),
        ("put", "manners", {"seed": "x"}),
        ("put", f"numbers/{OURS}", {"colour": "red"}),
        ("post", "next-create", {"manner": "rude"}),
        ("post", "next-create", {"colour": "red"}),
        ("post", "next-create", {}),
        ("post", f"handsets/{AGENT}/press", {"digits": "a"}),
        ("post", f"handsets/{AGENT}/message", {"seconds": "long"}),
        ("post", f"handsets/{AGENT}/call", {"to": "+1999"}),
        ("post", "sms", {"from": AGENT, "to": "+1999"}),
        ("post", "sms", {}),
    ],
)
def test_a_wrong_request_is_answered_with_a_reason_and_changes_nothing(phones, method, path, body):
    before = phones.state()["settings"]
    answer = requests.request(method, f"{phones.url}/_sim/{path}", json=body, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert phones.state()["settings"] == before


@pytest.mark.parametrize("gesture", ["answer", "decline", "hang-up", "press"])
def test_an_idle_handset_cannot_do_what_needs_a_call(phones, gesture):
    answer = requests.post(f"{phones.url}/_sim/handsets/{AGENT}/{gesture}", json={"digits": "1"}, timeout=10)
    assert answer.status_code == 409


def test_a_handset_in_a_call_is_busy_to_everybody_else(phones, receiver, place):
    phones.persona(AGENT, kind="manual")
    place()
    phones.until(AGENT, state="ringing")
    second = place()
    deadline = time.monotonic() + 5
    while second.fetch().status != "busy" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert second.fetch().status == "busy"
    assert requests.post(f"{phones.url}/_sim/handsets/{AGENT}/call", json={"to": OURS}, timeout=10).status_code == 409
    phones.post(f"handsets/{AGENT}/decline")
    phones.settle()


def test_a_handset_that_nobody_described_behaves_as_the_default_says(phones, receiver, place):
    phones.put("default-persona", {"kind": "busy"})
    call = place()
    phones.settle()
    assert call.fetch().status == "busy"


def test_the_speed_of_time_changes_calls_under_way(phones, receiver, place):
    phones.put("manners", {"scale": 1})
    phones.persona(AGENT, talk_seconds=None)
    phones.persona(CONTACT, talk_seconds=3000)
    receiver.script["/screen"] = f"<Dial><Number>{CONTACT}</Number></Dial>"
    phones.put("manners", {"scale": 100})
    place()
    phones.until(CONTACT, state="in-call")
    phones.put("manners", {"scale": 20_000})
    phones.settle()
    assert next(leg for leg in phones.legs() if leg.to == CONTACT).duration == "3000"


def test_the_page_shows_how_long_a_talk_has_lasted(phones, receiver, place):
    phones.persona(AGENT, talk_seconds=None)
    phones.persona(CONTACT, kind="manual")
    receiver.script["/screen"] = f"<Dial><Number>{CONTACT}</Number></Dial>"
    place()
    phones.until(CONTACT, state="ringing")
    phones.post(f"handsets/{CONTACT}/answer")
    phones.until(CONTACT, state="in-call")
    time.sleep(0.2)
    assert phones.handset(CONTACT)["elapsed_seconds"] >= 50
    phones.post(f"handsets/{CONTACT}/hang-up")
    phones.settle()


def test_reset_ends_all_calls_and_forgets_them(phones, receiver, place):
    phones.persona(AGENT, kind="manual")
    place()
    phones.until(AGENT, state="ringing")
    phones.post("reset")
    state = phones.state()
    assert (state["calls"], state["handsets"], state["numbers"], state["live"]) == ([], [], [], 0)

"""Every way a call out can end, by the JSON API and real webhooks, measured against the phone company's own books."""

from __future__ import annotations

import pytest

from tests.end_to_end.office import AGENT, Office
from tests.end_to_end.programs import eventually

TALKS = {"kind": "answers", "answer_seconds": 3, "talk_seconds": 95}
MACHINE = {"kind": "voicemail", "greeting_seconds": 5, "takes_seconds": 20}
LATER = {"kind": "rings_out"}


def connects(*wrap_up: str, **habits: object) -> dict:
    """An agent who takes the call, presses 1, and these keys when asked how it went."""
    return {"kind": "answers", "answer_seconds": 2, "talk_seconds": None, "keys": ["1", *wrap_up], **habits}


def place(here: Office, agent: dict, contact: dict) -> tuple[dict, str]:
    """Click, and see the call to its end; the call and the contact's number."""
    here.company.persona(AGENT, **agent)
    contact_id, number = here.person(**contact)
    call = here.api.until_ended(here.api.call(contact_id)["id"])
    here.company.settle()
    return here.api.get(f"calls/{call['id']}"), number


ENDINGS = {
    "they talk": (connects("1"), TALKS, "connected", "agent"),
    "they talk and the agent says nothing of it": (connects(), TALKS, "connected", "measured"),
    "the agent ends the talk": (connects(talk_seconds=40), TALKS, "connected", "measured"),
    "the agent leaves a message": (connects("2"), MACHINE, "left_voicemail", "agent"),
    "the agent hangs up on the machine": (connects(talk_seconds=15), MACHINE, "machine", "measured"),
    "the contact does not answer": (connects(), LATER, "no_answer", "measured"),
    "the contact is busy": (connects(), {"kind": "busy"}, "busy", "measured"),
    "the contact declines": (connects(), {"kind": "declines"}, "busy", "measured"),
    "the contact cannot be reached": (connects(), {"kind": "unreachable"}, "failed", "measured"),
    "the agent does not answer": (LATER, TALKS, "agent_missed", "measured"),
    "the agent is busy": ({"kind": "busy"}, TALKS, "agent_missed", "measured"),
    "the agent presses nothing": ({"kind": "answers", "keys": []}, TALKS, "agent_missed", "measured"),
    "the agent's own voicemail answers": (MACHINE, TALKS, "agent_missed", "measured"),
    "the agent cannot be reached": ({"kind": "unreachable"}, TALKS, "failed", "measured"),
}


@pytest.mark.parametrize(("agent", "contact", "outcome", "source"), ENDINGS.values(), ids=ENDINGS)
def test_a_call_ends_as_the_phone_company_has_it_in_its_books(here, agent, contact, outcome, source):
    call, number = place(here, agent, contact)
    dialled = here.company.legs(to=number)
    measured = (dialled[-1]["seconds"] or 0) if dialled else 0
    assert (call["outcome"], call["outcome_source"]) == (outcome, source)
    assert call["talk_seconds"] == (measured if outcome == "connected" else 0)
    assert call["voicemail_seconds"] == (measured if outcome in ("left_voicemail", "machine") else 0)
    assert len(dialled) == (0 if outcome == "agent_missed" or agent["kind"] == "unreachable" else 1)


def test_nine_minutes_are_nine_minutes(here):
    here.company.put("manners", scale=600)
    call, number = place(here, connects("1"), {"kind": "answers", "talk_seconds": 540})
    assert call["talk_seconds"] == here.company.seconds_of(to=number) >= 540


def test_what_the_phone_company_refuses_is_a_failed_call_with_the_reason(here):
    here.company.persona(AGENT, "refused", code=21215)
    contact_id, number = here.person()
    call = here.api.call(contact_id)
    assert (call["state"], call["outcome"]) == ("ended", "failed")
    assert len(call["failure"]) > 20
    assert here.company.legs(to=number) == []


def by_hand(here: Office) -> tuple[dict, str]:
    """A call between two people whose telephones only the test touches."""
    here.company.persona(AGENT, "manual")
    contact_id, number = here.person("manual")
    return here.api.call(contact_id), number


def on_to(here: Office, call: dict, number: str, state: str) -> None:
    """Lead that call to the moment at which it is to be given up."""
    here.company.until(AGENT, "ringing")
    if state != "ringing_agent":
        here.company.do(AGENT, "answer")
        here.company.until_asked(AGENT, "keys")
    if state in ("ringing_contact", "talking"):
        here.company.do(AGENT, "press", digits="1")
        here.company.until(number, "ringing")
    if state == "talking":
        here.company.do(number, "answer")
    here.api.until(call["id"], state)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("ringing_agent", "canceled"),
        ("screening", "canceled"),
        ("ringing_contact", "canceled"),
        ("talking", "connected"),
    ],
)
def test_a_call_is_given_up_at_any_moment(here, state, outcome):
    call, number = by_hand(here)
    on_to(here, call, number, state)
    here.api.post(f"calls/{call['id']}/cancel")
    assert here.api.until_ended(call["id"])["outcome"] == outcome
    here.company.until(AGENT, "idle")
    here.company.until(number, "idle")


def test_a_call_is_given_up_while_the_phone_company_holds_it_back(here):
    here.company.put("manners", calls_per_second=0.02)
    first, _ = by_hand(here)  # takes the turn; the next one has to wait
    here.api.post(f"calls/{first['id']}/cancel")
    here.api.until_ended(first["id"])
    call, number = by_hand(here)
    assert call["state"] == "requested"
    here.api.post(f"calls/{call['id']}/cancel")
    assert here.api.until_ended(call["id"])["outcome"] == "canceled"
    assert here.company.handset(AGENT)["state"] == "idle"


def test_a_second_click_while_a_call_is_up_dials_nobody(here):
    call, number = by_hand(here)
    on_to(here, call, number, "screening")
    contact_id, other = here.person()
    refused = here.api.ask("POST", "calls", {"contact_id": contact_id})
    assert (refused.status_code, refused.headers["Content-Type"]) == (409, "application/problem+json")
    here.company.do(AGENT, "hang-up")
    here.api.until_ended(call["id"])
    assert here.company.legs(to=other) == []


def test_the_same_request_twice_is_one_call(here):
    here.company.persona(AGENT, "busy")
    contact_id, _ = here.person()
    before = len(here.company.legs(to=AGENT))
    headers = {"Idempotency-Key": f"click-{contact_id}"}
    calls = [here.api.post("calls", {"contact_id": contact_id}, **headers) for _ in range(2)]
    assert calls[0]["id"] == calls[1]["id"]
    here.api.until_ended(calls[0]["id"])
    assert len(here.company.legs(to=AGENT)) == before + 1


def test_a_contact_who_asked_meanwhile_is_not_rung_at_key_one(here):
    call, number = by_hand(here)
    on_to(here, call, number, "screening")
    answer = here.api.ask("PATCH", f"contacts/{call['contact_id']}", {"do_not_call": True})
    assert answer.ok, answer.text
    here.company.do(AGENT, "press", digits="1")
    eventually(lambda: "not placed" in here.company.handset(AGENT)["hears"], "the agent to be told why")
    assert here.api.until_ended(call["id"])["outcome"] == "canceled"
    assert here.company.legs(to=number) == []


def test_the_week_adds_up_to_what_was_talked(here):
    before = here.api.get("reports/weekly")["talk_seconds"]
    call, _ = place(here, connects("1"), TALKS)
    week = here.api.get("reports/weekly")
    assert week["talk_seconds"] == before + call["talk_seconds"] > before
    assert sum(day["talk_seconds"] for day in week["days"]) == week["talk_seconds"]

"""Calls over HTTP: placed once for each key, followed by reading, settled by the agent's word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from soi_dialer.carrier.errors import Refused, Unsure
from soi_dialer.store import calls
from tests.api.conftest import PROBLEM
from tests.cast import START

KEY = {"Idempotency-Key": "6f1d"}


@pytest.fixture
def jane(owner) -> int:
    return owner.add(phones=[{"number": "212-555-1234"}, {"number": "213-555-9999"}])


def end(dialer, call_id, **changes):
    with dialer.db.write() as conn:
        calls.change(conn, call_id, state="ended", ended_at=START, **changes)


def test_a_placed_call_rings_the_agents_own_phone(owner, jane, carrier):
    answer = owner.post("/calls", {"contact_id": jane, "phone": "(213) 555-9999"})
    assert answer.status_code == 202, answer.text
    call = answer.json
    assert (call["direction"], call["contact_id"], call["contact_number"]) == ("outbound", jane, "+12135559999")
    assert (call["state"], call["outcome"], call["talk_seconds"], call["repaired"]) == ("requested", None, 0, False)
    assert call["placed_at"] == "2026-11-18T15:00:00.000Z"
    assert [ring["to"] for ring in carrier.rung] == ["+12025550101"]
    assert owner.get(answer.headers["Location"].removeprefix("/api/v1")).json == call


def test_the_same_key_with_the_same_body_is_the_same_call_and_rings_once(owner, jane, carrier):
    first = owner.post("/calls", {"contact_id": jane}, headers=KEY)
    again = owner.post("/calls", {"contact_id": jane}, headers=KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json["id"] == again.json["id"]
    assert len(carrier.rung) == 1


def test_a_key_used_for_another_body_is_refused(owner, jane, carrier):
    owner.post("/calls", {"contact_id": jane}, headers=KEY)
    answer = owner.post("/calls", {"contact_id": jane, "phone": "213-555-9999"}, headers=KEY)
    assert (answer.status_code, answer.content_type, answer.json["type"]) == (409, PROBLEM, "urn:problem:conflict")
    assert len(carrier.rung) == 1


def test_two_agents_may_use_the_same_key(owner, teammate, jane, carrier):
    owner.post("/calls", {"contact_id": jane}, headers=KEY)
    assert teammate.post("/calls", {"contact_id": teammate.add()}, headers=KEY).status_code == 202
    assert len(carrier.rung) == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "k\u00e9y"])
def test_a_key_that_cannot_be_kept_is_refused(owner, jane, carrier, key):
    assert owner.post("/calls", {"contact_id": jane}, headers={"Idempotency-Key": key}).status_code == 422
    assert carrier.rung == []


def test_a_second_call_at_the_same_time_is_refused(owner, jane, carrier):
    owner.post("/calls", {"contact_id": jane})
    answer = owner.post("/calls", {"contact_id": jane})
    assert (answer.status_code, answer.json["type"]) == (409, "urn:problem:not-allowed")
    assert len(carrier.rung) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"contact_id": "1"}, 422),
        ({"contact_id": True}, 422),
        ({"contact_id": 0}, 422),
        ({"contact_id": 2**40}, 422),
        ({"contact_id": 999}, 404),
        ({"contact_id": 1, "callback_id": 999}, 404),
        ({"contact_id": 1, "phone": "+13035550147"}, 422),  # somebody else's number
        ({"contact_id": 1, "phone": "911"}, 422),
        ({"contact_id": 1, "phone": "+19005551234"}, 422),
        ({"contact_id": 1, "state": "ended"}, 422),
        ({"contact_id": 1, "agent_id": 2}, 422),
    ],
)
def test_a_call_that_is_not_asked_for_rightly_rings_nobody(owner, jane, carrier, body, status):
    assert jane == 1
    answer = owner.post("/calls", body)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    assert carrier.rung == [] and owner.get("/calls").json["items"] == []


def test_a_foreign_number_is_kept_but_not_dialled(owner, carrier):
    contact_id = owner.add(phones=[{"number": "+44 20 7946 0958"}])
    assert owner.post("/calls", {"contact_id": contact_id}).status_code == 409
    assert carrier.rung == []


def test_what_the_carrier_refused_is_a_failed_call_with_the_reason(owner, jane, carrier):
    carrier.next_errors = [Refused("Twilio refused the number.", 21211)]
    call = owner.post("/calls", {"contact_id": jane}).json
    assert (call["state"], call["outcome"], call["failure"]) == ("ended", "failed", "Twilio refused the number.")


def test_an_unknown_answer_is_said_to_be_checked_and_never_asked_again(owner, jane, carrier):
    carrier.next_errors = [Unsure("No answer in time.", None)]
    call = owner.post("/calls", {"contact_id": jane}, headers=KEY).json
    assert call["state"] == "requested" and "checked" in call["failure"]
    assert owner.post("/calls", {"contact_id": jane}, headers=KEY).json["id"] == call["id"]
    assert len(carrier.rung) == 1


def test_calls_are_listed_newest_first_by_contact_and_by_state(owner, jane, dialer):
    kim = owner.add(name="Kim", phones=[{"number": "303-555-0147"}])
    made = []
    for contact_id in (jane, kim, jane):
        made.append(owner.post("/calls", {"contact_id": contact_id}).json["id"])
        if len(made) < 3:
            end(dialer, made[-1])

    def ids(query=""):
        return [call["id"] for call in owner.get(f"/calls{query}").json["items"]]

    assert ids() == made[::-1]
    assert ids(f"?contact_id={kim}") == [made[1]]
    assert ids("?state=ended") == [made[1], made[0]]
    first = owner.get("/calls?limit=2").json
    rest = owner.get("/calls", query_string={"limit": 2, "cursor": first["next"]}).json
    assert [call["id"] for call in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None


def test_the_agents_word_and_note_are_kept_beside_what_was_measured(owner, jane, dialer):
    call_id = owner.post("/calls", {"contact_id": jane}).json["id"]
    early = owner.patch(f"/calls/{call_id}", {"outcome": "connected"})
    assert early.status_code == 409
    noted = owner.patch(f"/calls/{call_id}", {"note": "Wants a bigger house"})
    assert noted.json["note"] == "Wants a bigger house"
    stale = owner.patch(f"/calls/{call_id}", {"note": "Other", "version": 0})
    assert (stale.status_code, stale.json["type"]) == (409, "urn:problem:conflict")
    assert owner.get(f"/calls/{call_id}").json["note"] == "Wants a bigger house"


@pytest.mark.parametrize(
    "body", [{"outcome": "great"}, {"outcome": None}, {"note": 5}, {"talk_seconds": 9}, {"state": "ended"}]
)
def test_row61_what_an_agent_cannot_say_of_a_call_is_refused(owner, jane, body):
    call_id = owner.post("/calls", {"contact_id": jane}).json["id"]
    before = owner.get(f"/calls/{call_id}").json
    assert owner.patch(f"/calls/{call_id}", body).status_code == 422
    assert owner.get(f"/calls/{call_id}").json == before


def test_a_call_is_given_up_at_any_moment(owner, jane, carrier):
    call_id = owner.post("/calls", {"contact_id": jane}).json["id"]
    assert owner.post(f"/calls/{call_id}/cancel").status_code == 202
    assert len(carrier.hung_up) == 1


def test_row61_another_agents_call_is_not_there(owner, other, jane, carrier):
    call_id = owner.post("/calls", {"contact_id": jane}).json["id"]
    for answer in (
        other.get(f"/calls/{call_id}"),
        other.patch(f"/calls/{call_id}", {"note": "mine"}),
        other.post(f"/calls/{call_id}/cancel"),
    ):
        assert (answer.status_code, answer.content_type) == (404, PROBLEM)
    assert other.get("/calls").json["items"] == [] and carrier.hung_up == []
    assert other.get(f"/calls?contact_id={jane}").json["items"] == []


def test_eight_programs_with_one_key_at_once_make_one_call(app, owner, jane, carrier):
    headers = {"Authorization": f"Bearer {owner.token}"} | KEY

    def place(_n):
        return app.test_client().post("/api/v1/calls", json={"contact_id": jane}, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(place, range(8)))
    assert {(answer.status_code, answer.json["id"]) for answer in answers} == {(202, answers[0].json["id"])}
    assert len(carrier.rung) == 1

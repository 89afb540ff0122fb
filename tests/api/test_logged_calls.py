"""A call made elsewhere, logged by a program: self-reported, once, and with what comes next."""

from __future__ import annotations

import pytest

KEY = {"Idempotency-Key": "handset-1"}


def test_a_talk_on_another_phone_is_kept_as_self_reported_and_followed_up(owner):
    contact_id = owner.add()
    body = {"contact_id": contact_id, "minutes": 12, "at": "2026-11-18T14:00:00Z", "note": "At the fair",
            "phone": "212-555-1234", "follow_up_at": "2026-11-23T14:00:00Z"}  # fmt: skip
    answer = owner.post("/calls/log", body)
    assert answer.status_code == 201
    call = answer.json
    assert (call["outcome"], call["talk_seconds"], call["self_reported"]) == ("connected", 720, True)
    assert (call["placed_at"], call["note"]) == ("2026-11-18T14:00:00.000Z", "At the fair")
    assert answer.headers["Location"] == f"/api/v1/calls/{call['id']}"
    assert owner.get(f"/calls/{call['id']}").json == call
    (owed,) = owner.get("/callbacks?state=open").json["items"]
    assert (owed["reason"], owed["due_at"]) == ("follow_up", "2026-11-23T14:00:00.000Z")


def test_the_same_key_logs_one_call_and_another_body_is_refused(owner):
    body = {"contact_id": owner.add(), "minutes": 3}
    first, second = (owner.post("/calls/log", body, headers=KEY) for _ in range(2))
    assert first.json == second.json
    assert owner.post("/calls/log", body | {"minutes": 4}, headers=KEY).status_code == 409
    assert owner.post("/calls", {"contact_id": body["contact_id"]}, headers=KEY).status_code == 409
    assert len(owner.get("/calls").json["items"]) == 1


def test_what_cannot_be_is_refused_by_field_and_nothing_is_logged(owner):
    contact_id = owner.add()
    for wrong, field in [
        ({"minutes": 601}, "minutes"),
        ({"at": "2027-01-01T00:00:00Z"}, "at"),
        ({"at": "2020-01-01T00:00:00Z"}, "at"),
        ({"direction": "inbound", "outcome": "busy"}, "outcome"),
        ({"phone": "+13035551234"}, "phone"),
        ({"follow_up_at": "2026-11-01T00:00:00Z"}, "follow_up_at"),
        ({"talk_seconds": 5}, "talk_seconds"),
    ]:
        answer = owner.post("/calls/log", {"contact_id": contact_id} | wrong)
        assert answer.status_code == 422, wrong
        assert field in answer.text, wrong
    assert owner.get("/calls").json["items"] == []


def test_another_agents_contact_is_not_there(owner, other):
    assert other.post("/calls/log", {"contact_id": owner.add()}).status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_log_is_only_added_to(owner, method):
    assert owner.ask(method, "/calls/log").status_code == 405

"""Callbacks over HTTP: promised, moved, waived with a reason, never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soi_dialer.api.shown import instant
from soi_dialer.flows.snooze import snooze
from tests.api.conftest import PROBLEM

DUE = "2026-11-19T15:00:00Z"


@pytest.fixture
def jane(owner) -> int:
    return owner.add()


def promise(owner, contact_id, due_at=DUE, **more):
    answer = owner.post("/callbacks", {"contact_id": contact_id, "due_at": due_at} | more)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_promised_callback_is_open_and_the_agents_turn(owner, jane):
    made = promise(owner, jane, "2026-11-19T10:00:00-05:00", note="about the house")
    assert (made["contact_id"], made["reason"], made["state"], made["turn"]) == (jane, "requested", "open", "agent")
    assert (made["due_at"], made["note"], made["attempts"]) == ("2026-11-19T15:00:00.000Z", "about the house", 0)
    assert made["voicemail_ids"] == []
    assert owner.get(f"/callbacks/{made['id']}").json == made
    assert [c["id"] for c in owner.get("/callbacks?state=open").json["items"]] == [made["id"]]


def test_a_second_promise_joins_the_first_and_keeps_the_earlier_time(owner, jane):
    first = promise(owner, jane)
    second = promise(owner, jane, "2026-11-25T15:00:00Z")
    assert (second["id"], second["due_at"]) == (first["id"], first["due_at"])


def test_a_callback_that_is_put_off_says_until_when(owner, jane, dialer, people):
    made = promise(owner, jane)
    until = dialer.clock() + timedelta(hours=3)
    snooze(dialer, people.owner, made["id"], until)
    shown = owner.get(f"/callbacks/{made['id']}").json
    assert (made["snoozed_until"], shown["snoozed_until"]) == (None, instant(until))
    assert shown["due_at"] == made["due_at"]


def test_the_due_time_moves_and_a_waiver_needs_a_reason(owner, jane):
    path = f"/callbacks/{promise(owner, jane)['id']}"
    assert owner.patch(path, {"due_at": "2026-11-20T09:30:00+01:00"}).json["due_at"] == "2026-11-20T08:30:00.000Z"
    for body in ({"state": "waived"}, {"state": "waived", "reason": " \u200b "}):
        assert owner.patch(path, body).status_code == 422
    waived = owner.patch(path, {"state": "waived", "reason": "moved away"}).json
    assert (waived["state"], waived["waive_reason"], waived["closed_at"] is None) == ("waived", "moved away", False)
    late = owner.patch(path, {"due_at": DUE})
    assert (late.status_code, late.json["type"]) == (409, "urn:problem:conflict")
    assert owner.get("/callbacks?state=open").json["items"] == []
    assert len(owner.get("/callbacks?state=waived").json["items"]) == 1


@pytest.mark.parametrize(
    "due_at",
    [
        "2026-11-19T15:00:00",  # no zone: any of 26 hours
        "2027-03-14T02:30",
        "2026-11-19",
        "tomorrow",
        "",
        None,
        1795100000,
        "2026-02-30T15:00:00Z",
        "2026-11-19T25:00:00Z",
        "2026-11-19T15:00:00+25:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "2020-01-01T00:00:00Z",
    ],
)
def test_row59_a_time_that_is_no_single_instant_to_come_is_refused(owner, jane, due_at):
    answer = owner.post("/callbacks", {"contact_id": jane, "due_at": due_at})
    assert (answer.status_code, answer.content_type) == (422, PROBLEM)
    assert [error["field"] for error in answer.json["errors"]] == ["due_at"]
    assert owner.get("/callbacks").json["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"state": "returned"},
        {"state": "open"},
        {"reason": "no state given"},
        {"state": "waived", "reason": "both", "due_at": DUE},
        {"contact_id": 1},
        {"attempts": 0},
    ],
)
def test_a_debt_has_no_other_way_out(owner, jane, body):
    made = promise(owner, jane)
    assert owner.patch(f"/callbacks/{made['id']}", body).status_code == 422
    assert owner.get(f"/callbacks/{made['id']}").json == made


def test_open_ones_are_walked_by_due_time_and_all_by_age(owner):
    dues = ["2026-11-21T15:00:00Z", "2026-11-19T15:00:00Z", "2026-11-20T15:00:00Z"]
    ids = [promise(owner, owner.add(name=f"P{n}"), due_at)["id"] for n, due_at in enumerate(dues)]

    def walk(query):
        seen, cursor = [], None
        while True:
            page = owner.get(
                "/callbacks", query_string=query | {"limit": 1} | ({"cursor": cursor} if cursor else {})
            ).json
            seen += [callback["id"] for callback in page["items"]]
            cursor = page["next"]
            if cursor is None:
                return seen

    assert walk({"state": "open"}) == [ids[1], ids[2], ids[0]]
    assert walk({}) == ids[::-1]
    by_due = owner.get("/callbacks?state=open&limit=1").json["next"]
    assert owner.get("/callbacks", query_string={"cursor": by_due}).status_code == 422


def test_another_agents_callback_is_not_there(owner, other, jane):
    made = promise(owner, jane)
    path = f"/callbacks/{made['id']}"
    for answer in (other.get(path), other.patch(path, {"state": "waived", "reason": "not mine"})):
        assert (answer.status_code, answer.content_type) == (404, PROBLEM)
    assert other.get("/callbacks").json["items"] == []
    assert other.post("/calls", {"contact_id": other.add(), "callback_id": made["id"]}).status_code == 404
    assert owner.get(path).json == made

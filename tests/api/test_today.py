"""The day's list for programs: the same that the page shows, and nobody else's."""

from __future__ import annotations

from tests.api.conftest import JANE


def test_the_list_says_whom_to_call_and_why(owner):
    person = owner.post("/contacts", JANE).json
    listed = owner.get("/today").json
    assert listed["next"] is None
    assert [(one["contact_id"], one["name"], one["state"]) for one in listed["items"]] == [
        (person["id"], "Jane Doe", "open")
    ]
    assert listed["items"][0]["reason"] and listed["items"][0]["number"] == "+12125551234"
    assert owner.get("/today").json == listed


def test_a_colleague_and_a_stranger_have_lists_of_their_own(owner, teammate, stranger):
    owner.post("/contacts", JANE)
    owner.get("/today")
    assert [caller.get("/today").json["items"] for caller in (teammate, stranger)] == [[], []]


def test_the_list_takes_no_questions(owner):
    assert owner.get("/today?limit=1").status_code == 422

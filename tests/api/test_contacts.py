"""Contacts over HTTP."""

from __future__ import annotations

import pytest

from tests.api.conftest import JANE, PROBLEM


def test_a_contact_is_added_read_changed_and_deleted(owner):
    made = owner.post("/contacts", JANE | {"email": "jane@example.com", "note": "roses", "time_zone": "America/Denver"})
    assert made.status_code == 201
    contact = made.json
    assert made.headers["Location"] == f"/api/v1/contacts/{contact['id']}"
    assert contact["phones"] == [{"number": "+12125551234", "label": "mobile", "extension": ""}]
    assert (contact["level"], contact["do_not_call"], contact["last_talked_at"]) == ("acquaintance", False, None)
    assert contact["created_at"] == "2026-11-18T15:00:00.000Z"
    assert owner.get(made.headers["Location"].removeprefix("/api/v1")).json == contact

    changed = owner.patch(f"/contacts/{contact['id']}", {"name": "Jane Roe", "time_zone": None})
    assert changed.json == contact | {"name": "Jane Roe", "time_zone": None}
    gone = owner.delete(f"/contacts/{contact['id']}")
    assert (gone.status_code, gone.data) == (204, b"")
    assert owner.get(f"/contacts/{contact['id']}").status_code == 404


def test_do_not_call_is_shown_wherever_the_number_is_known_in_the_office(owner, teammate, stranger):
    mine, theirs, elsewhere = owner.add(), teammate.add(), stranger.add()
    assert owner.patch(f"/contacts/{mine}", {"do_not_call": True, "do_not_call_reason": "asked"}).json["do_not_call"]
    assert teammate.get(f"/contacts/{theirs}").json["do_not_call"] is True
    assert stranger.get(f"/contacts/{elsewhere}").json["do_not_call"] is False
    refused = teammate.post("/calls", {"contact_id": theirs})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:problem:not-allowed")


def test_a_list_is_walked_by_its_cursor_to_the_end(owner):
    ids = {owner.add(name=f"Person {n}") for n in range(5)}
    seen, cursor = [], None
    while True:
        page = owner.get("/contacts", query_string={"limit": 2} | ({"cursor": cursor} if cursor else {})).json
        seen += [contact["id"] for contact in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 5 and set(seen) == ids


def test_search_finds_by_word_and_by_number(owner):
    owner.add(), owner.add(name="Kim Lee", phones=[{"number": "213-555-9999"}])
    found = [owner.get("/contacts", query_string={"search": s}).json["items"] for s in ("lee", "(213) 555", "zz")]
    assert [[c["name"] for c in items] for items in found] == [["Kim Lee"], ["Kim Lee"], []]


def test_another_agents_contact_is_not_found_by_any_method(owner, other):
    contact_id = owner.add()
    for answer in (
        other.get(f"/contacts/{contact_id}"),
        other.patch(f"/contacts/{contact_id}", {"name": "Mine now"}),
        other.delete(f"/contacts/{contact_id}"),
        other.post("/calls", {"contact_id": contact_id}),
        other.post("/callbacks", {"contact_id": contact_id, "due_at": "2026-11-18T16:00:00Z"}),
    ):
        assert (answer.status_code, answer.content_type) == (404, PROBLEM)
    assert other.get("/contacts").json["items"] == []
    assert owner.get(f"/contacts/{contact_id}").json["name"] == "Jane Doe"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name", "phones"}),
        ({"name": "Jane"}, {"phones"}),
        (JANE | {"agent_id": 1, "office_id": 2}, {"agent_id", "office_id"}),
        (JANE | {"name": 5}, {"name"}),
        (JANE | {"name": None}, {"name"}),
        (JANE | {"name": "\u200b"}, {"name"}),
        (JANE | {"phones": "+12125551234"}, {"phones"}),
        (JANE | {"phones": []}, {"phones"}),
        (JANE | {"phones": ["+12125551234"]}, {"phones"}),
        (JANE | {"phones": [{"label": "mobile"}]}, {"phones"}),
        (JANE | {"phones": [{"number": 12125551234}]}, {"phones"}),
        (JANE | {"phones": [{"number": "911"}]}, {"phones"}),
        (JANE | {"phones": [{"number": "+12125551234", "owner": "x"}]}, {"phones"}),
        (JANE | {"phones": [{"number": "+12025550101"}]}, {"phones"}),
        (JANE | {"email": "jane\n@example.com"}, {"email"}),
        (JANE | {"time_zone": "Etc/GMT+25"}, {"time_zone"}),
        (JANE | {"do_not_call": "yes"}, {"do_not_call"}),
        (JANE | {"name": 5, "phones": 6, "colour": "red"}, {"name", "phones", "colour"}),
    ],
)
def test_what_cannot_be_used_is_refused_naming_every_field(owner, body, fields):
    answer = owner.post("/contacts", body)
    assert (answer.status_code, answer.content_type) == (422, PROBLEM)
    assert {error["field"] for error in answer.json["errors"]} == fields
    assert owner.get("/contacts").json["items"] == []


def test_text_that_looks_like_code_is_kept_as_text(owner):
    name = "<script>alert(1)</script> {{7*7}} ${x} '; DROP TABLE contact"
    contact_id = owner.add(name=name, note="=HYPERLINK(1)\x00\ud800")
    kept = owner.get(f"/contacts/{contact_id}").json
    assert (kept["name"], kept["note"]) == (name, "=HYPERLINK(1)")


def test_a_contact_who_waits_for_a_callback_is_not_deleted(owner):
    contact_id = owner.add()
    assert owner.post("/callbacks", {"contact_id": contact_id, "due_at": "2026-11-19T15:00:00Z"}).status_code == 201
    refused = owner.delete(f"/contacts/{contact_id}")
    assert refused.status_code == 409
    assert "waiting for a callback" in refused.json["detail"]


def test_tags_are_sent_whole_and_found_again(owner, other):
    jane = owner.add(tags=["Golf", "book club", "golf"])
    assert owner.get(f"/contacts/{jane}").json["tags"] == ["book club", "Golf"]
    assert owner.patch(f"/contacts/{jane}", {"name": "Jane Roe"}).json["tags"] == ["book club", "Golf"]
    kim = owner.add(name="Kim", tags=["golf"])
    found = owner.get("/contacts", query_string={"tag": "GOLF"}).json["items"]
    assert {contact["id"] for contact in found} == {jane, kim}
    assert other.get("/contacts", query_string={"tag": "golf"}).json["items"] == []
    assert owner.patch(f"/contacts/{jane}", {"tags": []}).json["tags"] == []
    assert [c["id"] for c in owner.get("/contacts", query_string={"search": "gol"}).json["items"]] == [kim]


@pytest.mark.parametrize("tags", ["golf", [7], ["x" * 61], ["a, b"], [str(n) for n in range(31)]])
def test_tags_that_are_none_are_refused(owner, tags):
    jane = owner.add()
    refused = owner.patch(f"/contacts/{jane}", {"tags": tags})
    assert (refused.status_code, refused.mimetype) == (422, PROBLEM)
    assert refused.json["errors"][0]["field"] == "tags"


def test_the_archived_are_listed_apart(owner):
    jane, kim = owner.add(), owner.add(name="Kim Lee")
    shown = owner.patch(f"/contacts/{jane}", {"archived": True}).json
    assert (shown["archived"], shown["archived_at"]) == (True, "2026-11-18T15:00:00.000Z")
    listed = {
        which: [c["id"] for c in owner.get("/contacts", query_string={"archived": which}).json["items"]]
        for which in ("true", "false", "all")
    }
    assert listed == {"true": [jane], "false": [kim], "all": [jane, kim]}
    assert [c["id"] for c in owner.get("/contacts").json["items"]] == [kim]
    assert owner.get("/contacts", query_string={"archived": "maybe"}).status_code == 422
    assert owner.patch(f"/contacts/{jane}", {"archived": False}).json["archived_at"] is None


@pytest.mark.parametrize("days", [0, 731, "90", True, 2**31])
def test_days_between_talks_are_few_and_whole(owner, days):
    jane = owner.add()
    assert owner.patch(f"/contacts/{jane}", {"cadence_days": days}).status_code == 422
    assert owner.patch(f"/contacts/{jane}", {"cadence_days": 30}).json["cadence_days"] == 30
    assert owner.patch(f"/contacts/{jane}", {"cadence_days": None}).json["cadence_days"] is None

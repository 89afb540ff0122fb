"""Whoever asks wrongly is answered by a problem document, and nobody is let in without a token."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy.exc import IntegrityError

from soi_dialer.store.tables import agent, api_token, contact
from tests.api.conftest import JANE, PROBLEM
from tests.cast import START

ROUTES = (
    ("GET", "/contacts"),
    ("POST", "/contacts"),
    ("GET", "/contacts/1"),
    ("PATCH", "/contacts/1"),
    ("DELETE", "/contacts/1"),
    ("GET", "/calls"),
    ("POST", "/calls"),
    ("POST", "/calls/log"),
    ("GET", "/calls/1"),
    ("PATCH", "/calls/1"),
    ("POST", "/calls/1/cancel"),
    ("GET", "/callbacks"),
    ("POST", "/callbacks"),
    ("GET", "/callbacks/1"),
    ("PATCH", "/callbacks/1"),
    ("GET", "/voicemails"),
    ("GET", "/voicemails/1"),
    ("GET", "/voicemails/1/audio"),
    ("GET", "/reports/weekly"),
    ("GET", "/reports/span"),
    ("GET", "/reports/team"),
    ("GET", "/today"),
)
DESCRIPTION = ("GET", "/openapi.json")


def is_problem(answer, status):
    return (answer.status_code, answer.content_type, answer.json["status"]) == (status, PROBLEM, status)


def test_the_table_of_routes_above_is_whole(app):
    ours = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    found = {
        (method, re.sub(r"<int:\w+>", "<id>", rule.rule.removeprefix("/api/v1")))
        for rule in ours
        if rule.endpoint != "api.unknown"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert found == {(m, re.sub(r"\d+", "<id>", p)) for m, p in (*ROUTES, DESCRIPTION)}


@pytest.mark.parametrize(("method", "path"), [*ROUTES, ("GET", "/nowhere"), ("PUT", "/contacts")])
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic abc", "Bearer " + "x" * 9999])
def test_nothing_is_answered_without_a_valid_token(app, method, path, header):
    headers = {} if header is None else {"Authorization": header}
    answer = app.test_client().open(f"/api/v1{path}", method=method, headers=headers, json={})
    assert is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_description_is_there_for_everybody(app):
    """It says how to get in and holds nothing of anybody's."""
    assert app.test_client().get("/api/v1/openapi.json").json["openapi"].startswith("3.")


def test_a_revoked_token_and_a_disabled_agent_are_let_in_no_more(owner, teammate, dialer):
    with dialer.db.write() as conn:
        conn.execute(api_token.update().where(api_token.c.agent_id == owner.scope.agent_id).values(revoked_at=START))
        conn.execute(agent.update().where(agent.c.id == teammate.scope.agent_id).values(disabled_at=START))
    assert owner.get("/contacts").status_code == teammate.get("/contacts").status_code == 401


def test_a_session_cookie_is_no_token(owner, dialer):
    owner.client.set_cookie("soi", owner.token)
    assert owner.client.get("/api/v1/contacts").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nowhere",
        "/contacts/",
        "/contacts/abc",
        "/contacts/-1",
        "/contacts/0",
        "/contacts/1e9",
        "/contacts/%0A1",
        "/%0A",
        "/contacts//1",
        "/contacts/99999999999999999999",
        "/calls/NaN",
        "/contacts/1",
    ],
)
def test_row63_what_is_not_there_is_a_problem_document(owner, path):
    assert is_problem(owner.get(path), 404)


def test_a_wrong_method_names_the_right_ones(owner):
    answer = owner.ask("PUT", "/contacts")
    assert is_problem(answer, 405)
    assert {"GET", "POST"} <= {method.strip() for method in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b'{"name": "a", "name": "b"}', "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b'{"name": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b"null", "application/json", 422),
        (b"name=Jane", "application/x-www-form-urlencoded", 415),
        (json.dumps(JANE).encode(), "text/plain", 415),
        (json.dumps(JANE | {"note": "x" * 300_000}).encode(), "application/json", 413),
    ],
)
def test_a_body_that_is_not_ours_to_read_is_refused(owner, data, content_type, status):
    assert is_problem(owner.ask("POST", "/contacts", data=data, content_type=content_type), status)
    assert owner.get("/contacts").json["items"] == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/contacts?limit=0", "limit"),
        ("/contacts?limit=201", "limit"),
        ("/contacts?limit=ten", "limit"),
        ("/contacts?limit=1&limit=2", "limit"),
        ("/contacts?cursor=abc", "cursor"),
        ("/contacts?cursor=%F0%9F%98%80", "cursor"),
        ("/contacts?page=1000000000", "page"),
        ("/contacts?sort=;drop", "sort"),
        ("/calls?state=sleeping", "state"),
        ("/calls?contact_id=-1", "contact_id"),
        ("/calls?contact_id=1e9", "contact_id"),
        ("/callbacks?sate=open", "sate"),
        ("/callbacks?state=closed", "state"),
        ("/reports/weekly?week=2026-47", "week"),
        ("/reports/weekly?week=2026-W54", "week"),
        ("/reports/span?span=2026-W54", "span"),
        ("/reports/span?self_reported=0", "self_reported"),
        ("/reports/team?sort=salary", "sort"),
    ],
)
def test_row66_a_query_that_means_nothing_is_refused_rather_than_answered_otherwise(owner, path, field):
    answer = owner.get(path)
    assert is_problem(answer, 422)
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_cursor_of_one_list_does_not_open_another(owner):
    owner.add(), owner.add()
    cursor = owner.get("/contacts?limit=1").json["next"]
    assert is_problem(owner.get("/calls", query_string={"cursor": cursor}), 422)


def test_a_failure_of_ours_says_nothing_of_its_cause(owner, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("Jane Doe +12125551234")

    monkeypatch.setattr("soi_dialer.store.contacts.page", broken)
    answer = owner.get("/contacts")
    assert is_problem(answer, 500)
    assert "Jane" not in answer.text


def test_no_answer_is_kept_by_a_cache(owner):
    for answer in (owner.get("/contacts"), owner.get("/nowhere")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_database_error_names_no_person(dialer, people):
    with pytest.raises(IntegrityError) as error, dialer.db.write() as conn:
        conn.execute(contact.insert().values(name="Jane Doe", search_name="jane doe", office_id=1, agent_id=999))
    assert "Jane" not in str(error.value)

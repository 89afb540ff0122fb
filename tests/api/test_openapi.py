"""The description is what the program does: the same routes, and every answer as it says."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator

from tests.api.conftest import JANE

HTTP_METHODS = {"get", "post", "put", "patch", "delete"}


def test_every_route_is_described_and_nothing_else(app, owner):
    described = {
        (method.upper(), path)
        for path, item in owner.get("/openapi.json").json["paths"].items()
        for method in item
        if method in HTTP_METHODS
    }
    served = {
        (method, re.sub(r"<[^>]*?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.unknown"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == served


def test_every_schema_is_a_schema_and_every_reference_leads_somewhere(owner):
    document = owner.get("/openapi.json").json
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    parts = document["components"]
    for kind, name in re.findall(r'"#/components/(\w+)/(\w+)"', owner.get("/openapi.json").text):
        assert name in parts[kind]


@pytest.fixture
def validate(owner):
    document = owner.get("/openapi.json").json

    def check(name: str, value) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator(schema).validate(value)

    return check


def test_each_kind_of_answer_is_as_described(owner, validate):
    contact = owner.post("/contacts", JANE).json
    call = owner.post("/calls", {"contact_id": contact["id"]}).json
    callback = owner.post("/callbacks", {"contact_id": contact["id"], "due_at": "2026-11-19T15:00:00Z"}).json
    validate("Contact", contact)
    validate("Call", call)
    validate("Callback", callback)
    validate("WeeklyReport", owner.get("/reports/weekly?week=2026-W47").json)
    validate("SpanReport", owner.get("/reports/span?span=2026-11&self_reported=false").json)
    validate("TeamReport", owner.get("/reports/team?sort=calls").json)
    validate("Problem", owner.post("/contacts", {}).json)
    for path, name in (
        ("contacts", "Contact"),
        ("calls", "Call"),
        ("callbacks", "Callback"),
        ("voicemails", "Voicemail"),
    ):
        validate(f"{name}Page", owner.get(f"/{path}").json)


def test_the_week_of_the_present_instant_is_reported_by_default(owner):
    report = owner.get("/reports/weekly").json
    assert (report["week"], report["starts_on"], report["time_zone"]) == ("2026-W47", "2026-11-16", "America/New_York")
    assert len(report["days"]) == 7

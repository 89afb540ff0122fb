"""Odd requests made from the description, right and wrong: none breaks the program, every answer is as described."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from soi_dialer.api.openapi import document
from tests.api.conftest import JANE

HTTP_METHODS = ("get", "post", "patch", "delete")
NOTHING_TO_GET_WRONG = ("/openapi.json", "/today")
OPERATIONS = [
    (path, method, mode)
    for path, item in document()["paths"].items()
    for method in HTTP_METHODS
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if method in item and not (mode is GenerationMode.NEGATIVE and path in NOTHING_TO_GET_WRONG)
]

# A text that fits the description may still be no phone number and no time to come: then it is refused with 422.
_LEFT_OUT = ("positive_data_acceptance",)


@pytest.fixture
def described(app, owner):
    contact_id = owner.post("/contacts", JANE).json["id"]
    owner.post("/callbacks", {"contact_id": contact_id, "due_at": "2026-11-19T15:00:00Z"})
    owner.post("/calls", {"contact_id": contact_id})
    headers = {"Authorization": f"Bearer {owner.token}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    schema.config.update(headers=headers)
    return schema


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS, ids=str)
def test_every_answer_to_whatever_is_asked_is_as_described(described, path, method, mode):
    left_out = [check for check in CHECKS.get_all() if check.__name__ in _LEFT_OUT]

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(excluded_checks=left_out)

    ask()

"""Routes that compile their addresses late give the same addresses."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, Map, Rule

from soi_dialer.web.late_rule import LateRule

RULES = (
    ("/", {}, None),
    ("/contacts/<int:contact_id>", {"contact_id": 7}, None),
    ("/contacts/<int:contact_id>/edit", {"contact_id": 7, "q": "Zoë & Ida", "several": ["a", "b"]}, None),
    ("/r/<token>/<path:rest>", {"token": "a b/c", "rest": "d/e f"}, None),
    ("/week", {"week": "2026-W47"}, {"week": "2026-W47"}),
)


def _address(kind: type[Rule], path: str, values: dict, defaults: dict | None) -> str:
    rule = kind(path, endpoint="page", defaults=defaults)
    return Map([rule]).bind("example.com").build("page", values)


@pytest.mark.parametrize(("path", "values", "defaults"), RULES)
def test_an_address_is_what_it_always_was(path, values, defaults):
    assert _address(LateRule, path, values, defaults) == _address(Rule, path, values, defaults)


def test_an_address_that_lacks_something_is_refused():
    with pytest.raises(BuildError):
        _address(LateRule, "/contacts/<int:contact_id>", {}, None)


def test_a_value_may_have_any_name():
    assert _address(LateRule, "/<rule>/<self>", {"rule": "a", "self": "b"}, None) == "/a/b"


def test_nothing_is_compiled_before_an_address_is_asked_for(monkeypatch):
    compiled = []
    plain = Rule._compile_builder
    monkeypatch.setattr(Rule, "_compile_builder", lambda rule, more: compiled.append(rule) or plain(rule, more))
    addresses = Map([LateRule("/calls", endpoint="calls"), LateRule("/week", endpoint="week")]).bind("example.com")
    assert compiled == []
    assert [addresses.build("week"), addresses.build("week")] == ["/week", "/week"]
    assert [rule.endpoint for rule in compiled] == ["week"]

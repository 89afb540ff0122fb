"""How a webhook is signed and how long its receiver is waited for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from soi_dialer.simulator.transport import bare, patience_for, signature, with_query

PARAMS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675310",
    "Digits": "1234",
    "From": "+14158675310",
    "To": "+18005551212",
}


def test_the_vendors_own_example_is_signed_as_published():
    assert signature("12345", "https://example.com/myapp.php?foo=1&bar=2", PARAMS) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


@given(st.text(min_size=1), st.dictionaries(st.text(min_size=1), st.text()))
def test_the_official_library_accepts_every_signature(token, params):
    url = "http://127.0.0.1:5001/webhooks/voice/0f/step"
    assert RequestValidator(token).validate(url, params, signature(token, url, params))


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://example.org:8443/a?b=1#rc=3", "https://example.org/a?b=1"),
        ("http://example.org:8080/a#rc=3", "http://example.org:8080/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("http://[::1]:5000/a", "http://[::1]:5000/a"),
    ],
)
def test_fragment_and_password_are_not_signed_and_the_port_only_over_http(url, signed):
    assert bare(url) == signed


def test_parameters_of_a_get_are_added_to_the_query():
    assert with_query("https://example.org/a?b=1", {"To": "+1"}) == "https://example.org/a?b=1&To=%2B1"


def test_overrides_are_read_from_the_fragment_and_kept_within_limits():
    patience = patience_for("https://example.org/#ct=200&rt=99999&rc=9&rp=5xx,rt", 15)
    assert (patience.connect_seconds, patience.read_seconds, patience.retries) == (0.2, 15, 5)
    assert patience.retry_on == {"5xx", "rt"}
    plain = patience_for("https://example.org/", 15)
    assert (plain.retries, plain.retry_on, plain.read_seconds) == (1, {"ct"}, 15)

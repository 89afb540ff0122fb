"""Logging in, the account, its numbers and its text messages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from soi_dialer.carrier.client import Carrier
from soi_dialer.carrier.errors import Refused
from soi_dialer.carrier.reports import AccountReport, OwnedNumber
from tests.carrier.stub import (
    ACCOUNT_SID,
    AGENT,
    AGENT_SID,
    BASE,
    CALLS,
    ENDED,
    MESSAGE_SID,
    NUMBER_SID,
    ONE_CALL,
    OURS,
    Stub,
    call,
    error,
    number,
    page,
)


def test_a_text_message_is_sent(stub: Stub, carrier: Carrier) -> None:
    stub.on("POST", BASE + r"/Messages\.json", {"sid": MESSAGE_SID, "status": "queued"}, status=201)
    assert carrier.send_message(AGENT, OURS, "Call Jane back") == MESSAGE_SID
    assert sorted(stub.seen[0].form) == [("Body", "Call Jane back"), ("From", OURS), ("To", AGENT)]


def test_a_text_to_somebody_who_sent_stop_is_refused(stub: Stub, carrier: Carrier) -> None:
    stub.on("POST", BASE + r"/Messages\.json", error(400, 21610))
    with pytest.raises(Refused, match="STOP"):
        carrier.send_message(AGENT, OURS, "x")


def test_the_numbers_of_the_account_are_listed(stub: Stub, carrier: Carrier) -> None:
    mine = number(voice_application_sid="AP" + "0" * 32)
    stub.on("GET", BASE + r"/IncomingPhoneNumbers\.json", page("incoming_phone_numbers", mine))
    assert carrier.list_numbers() == [
        OwnedNumber(NUMBER_SID, OURS, "Front desk", "https://old/", application_sid="AP" + "0" * 32)
    ]


def test_configuring_takes_the_number_that_is_wholly_equal(stub: Stub, carrier: Carrier) -> None:
    similar = number(sid="PN" + "9" * 32, phone_number=OURS + "4")
    stub.on("GET", BASE + r"/IncomingPhoneNumbers\.json", page("incoming_phone_numbers", similar, number()))
    stub.on("POST", BASE + rf"/IncomingPhoneNumbers/{NUMBER_SID}\.json", number(voice_url="https://d.example/v"))
    after = carrier.configure_number(OURS, "https://d.example/v", "https://d.example/s", "https://d.example/t")
    assert after.voice_url == "https://d.example/v"
    assert dict(stub.seen[-1].form) == {
        "VoiceUrl": "https://d.example/v",
        "VoiceMethod": "POST",
        "StatusCallback": "https://d.example/s",
        "StatusCallbackMethod": "POST",
        "SmsUrl": "https://d.example/t",
        "SmsMethod": "POST",
    }


def test_configuring_a_number_of_somebody_else_is_refused(stub: Stub, carrier: Carrier) -> None:
    stub.on("GET", BASE + r"/IncomingPhoneNumbers\.json", page("incoming_phone_numbers"))
    with pytest.raises(Refused):
        carrier.configure_number(OURS, "https://d.example/v", "https://d.example/s", "https://d.example/t")
    assert [seen.method for seen in stub.seen] == ["GET"]


def test_the_account_is_reported(stub: Stub, carrier: Carrier) -> None:
    answer = {"sid": ACCOUNT_SID, "status": "active", "type": "Trial", "friendly_name": "Ours"}
    stub.on("GET", BASE + r"\.json", answer)
    assert carrier.account() == AccountReport(ACCOUNT_SID, "active", "Trial", "Ours")


def test_an_api_key_logs_in_to_the_account(stub: Stub, carrier_with: Callable[..., Carrier]) -> None:
    stub.on("GET", ONE_CALL, call())
    carrier_with(api_key="SK1", api_secret="secret").fetch_call(AGENT_SID)
    assert stub.seen[0].login == ("SK1", "secret")
    assert stub.seen[0].path.startswith(BASE)


def test_the_next_token_is_tried_when_one_is_no_longer_accepted(
    stub: Stub, carrier_with: Callable[..., Carrier]
) -> None:
    stub.on("GET", ONE_CALL, error(401, 20003), call())
    carrier = carrier_with(auth_tokens=("old", "new"))
    carrier.fetch_call(AGENT_SID)
    carrier.fetch_call(AGENT_SID)
    assert [seen.login for seen in stub.seen] == [(ACCOUNT_SID, token) for token in ("old", "new", "new")]


def test_no_token_at_all_is_accepted(stub: Stub, carrier_with: Callable[..., Carrier]) -> None:
    stub.on("GET", ONE_CALL, error(401, 20003))
    with pytest.raises(Refused, match="credentials"):
        carrier_with(auth_tokens=("old", "new")).fetch_call(AGENT_SID)
    assert len(stub.seen) == 2


@pytest.mark.parametrize("settings", [{"account_sid": ""}, {"auth_tokens": ()}, {"auth_tokens": ("",)}])
def test_a_carrier_without_a_log_in_is_refused_at_the_start(
    carrier_with: Callable[..., Carrier], settings: dict
) -> None:
    with pytest.raises(ValueError):
        carrier_with(**settings)


def test_the_environment_s_region_does_not_move_the_address(
    stub: Stub, carrier_with: Callable[..., Carrier], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    stub.on("GET", ONE_CALL, call())
    assert carrier_with().fetch_call(AGENT_SID).sid == AGENT_SID


def test_no_address_means_twilio_s_own(carrier_with: Callable[..., Carrier]) -> None:
    assert carrier_with(api_url="")._client.api.base_url == "https://api.twilio.com"


def test_warming_up_asks_nothing(stub: Stub, carrier: Carrier) -> None:
    carrier.warm()
    assert stub.seen == []


def test_numbers_and_tokens_stay_out_of_the_log(stub: Stub, carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    stub.on("GET", CALLS, page("calls", ENDED))
    with caplog.at_level(logging.DEBUG):
        carrier.list_calls(to=AGENT, from_=OURS, since=datetime(2026, 11, 22, tzinfo=UTC))
    assert AGENT[1:] not in caplog.text
    assert "first-token" not in caplog.text

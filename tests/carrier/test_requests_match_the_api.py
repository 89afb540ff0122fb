"""Every request that the carrier room makes is one that Twilio's own description of its API allows."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soi_dialer.carrier.client import Carrier
from tests.carrier import openapi
from tests.carrier.stub import (
    ACCOUNT_SID,
    AGENT,
    AGENT_SID,
    BASE,
    CONTACT,
    MESSAGE_SID,
    OURS,
    RECORDING_SID,
    Stub,
    call,
    number,
    page,
    recording,
)

SINCE = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
REF = "0123456789abcdef" * 2

ASKED = {
    "ring the agent": lambda carrier: carrier.ring_agent(ref=REF, to=AGENT, from_=OURS),
    "hang up": lambda carrier: carrier.hang_up(AGENT_SID),
    "fetch a call": lambda carrier: carrier.fetch_call(AGENT_SID),
    "list the dialled legs": lambda carrier: carrier.list_children(AGENT_SID),
    "list calls": lambda carrier: carrier.list_calls(to=AGENT, from_=OURS, since=SINCE),
    "list all calls": lambda carrier: carrier.list_calls_since(SINCE),
    "list all recordings": lambda carrier: carrier.list_recordings_since(SINCE),
    "list all texts": lambda carrier: carrier.list_texts_since(SINCE),
    "list recordings": lambda carrier: carrier.list_recordings(AGENT_SID),
    "fetch a transcript": lambda carrier: carrier.fetch_transcript(RECORDING_SID),
    "send a text": lambda carrier: carrier.send_message(CONTACT, OURS, "Call Jane back"),
    "list numbers": lambda carrier: carrier.list_numbers(),
    "configure a number": lambda carrier: carrier.configure_number(
        OURS, "https://d.example/v", "https://d.example/s", "https://d.example/t", "https://d.example/f"
    ),
    "the account": lambda carrier: carrier.account(),
}


@pytest.fixture
def whole_carrier(stub: Stub) -> Stub:
    """The stub with a good answer to everything."""
    stub.on("POST", BASE + r"/Calls\.json", call(), status=201)
    stub.on("GET", BASE + r"/Calls\.json", page("calls", call()))
    stub.on("GET", BASE + r"/Calls/\w+\.json", call())
    stub.on("POST", BASE + r"/Calls/\w+\.json", call(status="completed"))
    stub.on("GET", BASE + r"/Recordings\.json", page("recordings", recording()))
    stub.on("GET", BASE + r"/Recordings/\w+/Transcriptions\.json", page("transcriptions"))
    stub.on("GET", BASE + r"/Messages\.json", page("messages"))
    stub.on("POST", BASE + r"/Messages\.json", {"sid": MESSAGE_SID}, status=201)
    stub.on("GET", BASE + r"/IncomingPhoneNumbers\.json", page("incoming_phone_numbers", number()))
    stub.on("POST", BASE + r"/IncomingPhoneNumbers/\w+\.json", number())
    stub.on("GET", BASE + r"\.json", {"sid": ACCOUNT_SID, "status": "active", "type": "Full", "friendly_name": "Ours"})
    return stub


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_every_request_is_one_that_the_api_describes(whole_carrier: Stub, carrier: Carrier, asked) -> None:
    asked(carrier)
    described = openapi.description()
    assert whole_carrier.seen
    for seen in whole_carrier.seen:
        sent = openapi.Sent(seen.method, seen.path, seen.query, seen.form)
        assert openapi.faults(described, sent) == []


def test_the_table_has_every_public_method_that_makes_a_request() -> None:
    public = {name for name in vars(Carrier) if not name.startswith("_")}
    without_description = {"warm", "close", "webhook_url", "fetch_audio"}  # media are no part of the description
    assert len(public - without_description) == len(ASKED)


GOOD = openapi.Sent(
    "POST",
    BASE + "/Calls.json",
    [],
    [
        ("To", AGENT),
        ("From", OURS),
        ("Url", "https://d.example/"),
        ("Timeout", "20"),
        ("StatusCallbackEvent", "ringing"),
    ],
)

WRONG = {
    "a misspelt name": ("StatusCallBack", "https://d.example/"),
    "a number that is none": ("Timeout", "soon"),
    "a number that is twice there": ("Timeout", "30"),
    "a method that is not allowed": ("Method", "PATCH"),
    "an address without a host": ("StatusCallback", "/status"),
    "a boolean in words": ("Record", "yes"),
}


@pytest.mark.parametrize("extra", WRONG.values(), ids=WRONG)
def test_the_check_finds_what_is_wrong(extra: tuple[str, str]) -> None:
    assert openapi.faults(openapi.description(), GOOD) == []
    assert openapi.faults(openapi.description(), dataclasses.replace(GOOD, form=[*GOOD.form, extra]))


@pytest.mark.parametrize("name", ["To", "From", "Url"])
def test_the_check_finds_what_is_missing(name: str) -> None:
    form = [(key, value) for key, value in GOOD.form if key != name]
    assert openapi.faults(openapi.description(), dataclasses.replace(GOOD, form=form))


if "TWILIO_OPENAPI" in os.environ:  # for whoever makes a new extract, see README.md

    def test_the_extract_is_what_the_whole_description_says() -> None:
        whole = json.loads(Path(os.environ["TWILIO_OPENAPI"]).read_text("utf-8"))
        assert openapi.extract(whole) == json.loads(openapi.EXTRACT.read_text("utf-8"))

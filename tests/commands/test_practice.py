"""The practice phone company is told who lives where, and the doctor looks at the whole of it."""

from __future__ import annotations

import contextlib
import json
import urllib.request
from datetime import timedelta

import pytest

import config
from soi_dialer import wiring
from soi_dialer.clock import now
from soi_dialer.commands import practice
from soi_dialer.simulator.clock import now as simulator_now
from soi_dialer.simulator.clock import run_ahead
from soi_dialer.simulator.server import start_in_thread


@pytest.fixture
def company(place, monkeypatch):
    settings = config.load(env_file=None)
    running = start_in_thread(settings.twilio_account_sid, settings.twilio_auth_tokens[0])
    monkeypatch.setenv("SIMULATOR_PORT", running.url.rsplit(":", 1)[1])
    monkeypatch.setenv("TWILIO_API_URL", running.url)  # for an account that is given
    yield running
    running.stop()


def _state(company) -> dict:
    with urllib.request.urlopen(f"{company.url}/_sim/state", timeout=10) as answer:
        return json.load(answer)


def test_the_agents_phone_and_all_contacts_are_known_by_name(company, run):
    assert run("demo").err == ""
    state = _state(company)
    phones = {handset["number"]: handset for handset in state["handsets"]}
    assert (phones["+12025550123"]["name"], phones["+12025550123"]["mine"]) == ("Your phone", True)
    assert phones["+16465550101"]["name"] == "Jane Doe"
    assert phones["+16465550101"]["persona"]["kind"] == "manual"
    assert len(phones) > 40
    assert {handset["persona"]["kind"] for handset in phones.values()} >= {"manual", "voicemail", "busy", "rings_out"}


def test_our_number_asks_us_what_to_do(company, run):
    run("demo")
    (number,) = _state(company)["numbers"]
    assert number["number"] == "+12025550100"
    assert number["voice_url"].endswith("/webhooks/voice/inbound")
    assert number["status_callback"].endswith("/webhooks/voice/inbound/status")


def test_telling_it_again_changes_nothing(company, run):
    run("demo")
    before = _state(company)["handsets"]
    dialer = wiring.build(config.load(env_file=None))
    practice.introduce(dialer)
    dialer.close()
    assert _state(company)["handsets"] == before


def test_a_company_that_is_not_there_is_an_error_for_whoever_needs_it(run, place):
    run("demo")
    dialer = wiring.build(config.load(env_file=None))
    with pytest.raises(OSError, match="refused"):
        practice.introduce(dialer)
    dialer.close()


def test_the_doctor_says_what_is_well_and_what_is_not(company, run):
    run("demo")
    said = run("doctor")
    assert said.status == 1  # no server is running
    found = {line.split()[1].rstrip(":"): line.split()[0] for line in said.out.splitlines()}
    assert found == {
        "settings": "ok",
        "database": "ok",
        "agents": "ok",
        "carrier": "ok",
        "numbers": "ok",
        "address": "wrong",
    }


def test_the_doctor_finds_a_number_that_calls_somebody_else(company, run):
    run("demo")
    body = json.dumps({"voice_url": "https://elsewhere.example/voice"}).encode()
    address = f"{company.url}/_sim/numbers/%2B12025550100"
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(address, body, headers, method="PUT"), timeout=10).close()
    assert "wrong numbers: incoming calls of +12025550100 do not reach us" in run("doctor").out


def test_the_doctor_finds_a_carrier_that_does_not_know_us(company, run, monkeypatch):
    run("demo")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "not the token")
    assert "wrong carrier:" in run("doctor").out


def test_days_pass_for_the_program_and_for_the_phone_company_alike(place, monkeypatch):
    monkeypatch.setenv("PRACTICE_DAYS", "40")
    settings = config.load(env_file=None)
    with contextlib.closing(wiring.build(settings)) as dialer:
        later_at = dialer.clock()
    run_ahead(settings.practice_days)
    try:
        company_at = simulator_now()
    finally:
        run_ahead(0)
    really = now()
    for at in (later_at, company_at):
        assert timedelta(days=39, hours=23) < at - really < timedelta(days=40, hours=1)

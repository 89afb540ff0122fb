"""A reminder that rings, with real programs: the agent's phone rings by itself, and the keys do what they say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.end_to_end.office import AGENT, EMAIL, Office
from tests.end_to_end.programs import eventually

ALWAYS = "Mon-Sun 00:00-24:00"


@pytest.fixture
def reminded(here: Office) -> Office:
    """Whose agent is reminded by phone, at any hour."""
    here.command("agent", "update", EMAIL, "--channels", "page,phone", "--working-hours", ALWAYS)
    return here


def owe(here: Office, **habits: object) -> tuple[dict, str]:
    """A callback that is due now, and the contact's number."""
    contact_id, number = here.person(**habits)
    due_at = datetime.now(UTC).isoformat()
    return here.api.post("callbacks", {"contact_id": contact_id, "due_at": due_at}), number


def test_key_one_calls_back_and_the_talk_returns_the_callback(reminded: Office):
    agent = {"kind": "answers", "answer_seconds": 2, "talk_seconds": None, "keys": ["1", "1"]}
    reminded.company.persona(AGENT, **agent)
    before = len(reminded.company.legs(to=AGENT))
    owed, number = owe(reminded, talk_seconds=95)
    callback = f"callbacks/{owed['id']}"
    eventually(lambda: reminded.api.get(callback)["state"] == "returned", "the callback to be returned")
    reminded.company.settle()
    assert [leg["seconds"] for leg in reminded.company.legs(to=number)] == [95]
    assert len(reminded.company.legs(to=AGENT)) == before + 1


def test_key_three_puts_it_off_and_rings_nobody(reminded: Office):
    before = len(reminded.company.legs(to=AGENT))
    reminded.company.persona(AGENT, kind="answers", answer_seconds=2, talk_seconds=None, keys=["2", "3"])
    owed, number = owe(reminded)
    eventually(lambda: len(reminded.company.legs(to=AGENT)) > before, "the agent's phone to ring")
    reminded.company.settle()
    assert reminded.company.legs(to=number) == []
    assert reminded.api.get(f"callbacks/{owed['id']}")["state"] == "open"
    assert len(reminded.company.legs(to=AGENT)) == before + 1

"""However the webhooks come, late, twice, shuffled or never, and whatever the answer to a click was: the same call."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.office import AGENT, EMAIL, OURS, Office
from tests.end_to_end.programs import eventually

CONNECTS = {"kind": "answers", "answer_seconds": 2, "talk_seconds": None}

TWICE = dict.fromkeys(("voice", "whisper", "action", "sms"), "doubled")
MANNERS = {
    "late": {"manner": "late"},
    "twice": {"manner": "doubled", "by_kind": TWICE},
    "shuffled": {"manner": "shuffled", "by_kind": TWICE},
    "before the answer to the click": {"manner": "prompt", "by_kind": {"status": "before-answer"}},
    "half of them lost": {"manner": "lost", "share": 0.5},
    "never": {"manner": "lost"},
    "everything at once": {
        "manner": "late",
        "by_kind": TWICE | {"status": "shuffled", "amd": "lost", "recording": "doubled", "number-status": "lost"},
    },
}


@pytest.fixture(params=MANNERS.values(), ids=MANNERS)
def mannered(here: Office, request: pytest.FixtureRequest) -> Office:
    here.company.put("manners", **request.param)
    return here


def ended(here: Office, call_id: int) -> dict[str, Any]:
    """The call when nothing about it moves any more: its last reports may still be on their way when it ends."""
    here.api.until_ended(call_id)
    here.company.settle()
    return here.api.until_ended(call_id)


@pytest.mark.parametrize(
    ("keys", "contact", "outcome", "talks"),
    [
        (["1", "1"], {"kind": "answers", "talk_seconds": 47}, "connected", True),
        (["1", "2"], {"kind": "voicemail", "greeting_seconds": 5, "takes_seconds": 15}, "left_voicemail", False),
    ],
)
def test_a_call_out_is_the_same_however_its_news_comes(mannered, keys, contact, outcome, talks):
    mannered.company.persona(AGENT, keys=keys, **CONNECTS)
    contact_id, number = mannered.person(**contact)
    call = ended(mannered, mannered.api.call(contact_id)["id"])
    seconds = mannered.company.seconds_of(to=number) or 0
    assert (call["outcome"], call["talk_seconds"]) == (outcome, seconds if talks else 0)
    assert call["voicemail_seconds"] == (seconds if outcome == "left_voicemail" else 0)
    assert call["agent_leg_seconds"] == mannered.company.seconds_of(to=AGENT)
    assert len(mannered.company.legs(to=number)) == 1


def test_a_message_is_the_same_however_its_news_comes(mannered):
    mannered.company.persona(AGENT, "rings_out")
    contact_id, number = mannered.person("answers", message="Please call me back.", message_seconds=9)
    mannered.company.do(number, "call", to=OURS)
    (call,) = eventually(lambda: mannered.api.get(f"calls?contact_id={contact_id}")["items"], "the call to be known")
    ended(mannered, call["id"])

    def complete() -> list[dict[str, Any]]:
        found = [v for v in mannered.api.get("voicemails")["items"] if v["call_id"] == call["id"]]
        return found if found and found[0]["audio_state"] == "stored" and found[0]["transcript"] else []

    (message,) = eventually(complete, "the message with sound and words")
    assert (message["seconds"], message["transcript"]) == (9, "Please call me back.")
    owed = mannered.api.get(f"callbacks?state=open&contact_id={contact_id}")["items"]
    assert [(one["reason"], one["voicemail_ids"]) for one in owed] == [("voicemail", [message["id"]])]
    call = mannered.api.get(f"calls/{call['id']}")
    assert (call["outcome"], call["voicemail_seconds"]) == ("voicemail", 9)


def click(here: Office, answer: str, agent: str = AGENT, **manners: Any) -> tuple[dict[str, Any], int]:
    """A click to which the phone company answers like that; the call at its end and how often the agent was rung."""
    here.company.put("manners", **manners)
    here.company.persona(agent, keys=["1", "1"], **CONNECTS)
    contact_id, number = here.person("answers", talk_seconds=30)
    before = len(here.company.legs(to=agent))
    here.company.post("next-create", manner=answer)
    call = ended(here, here.api.call(contact_id)["id"])
    assert len(here.company.legs(to=number)) <= 1
    return call, len(here.company.legs(to=agent)) - before


@pytest.mark.parametrize("manner", ["prompt", "lost"])
@pytest.mark.parametrize("answer", ["500-created", "not-json", "truncated", "drop-created"])
def test_a_call_that_was_placed_under_a_wrong_answer_is_adopted(here, answer, manner):
    call, rung = click(here, answer, manner=manner)
    assert (call["outcome"], rung) == ("connected", 1)
    assert call["talk_seconds"] == 30


@pytest.mark.parametrize("answer", ["500-not-created", "drop", "html"])
def test_a_call_that_was_not_placed_under_a_wrong_answer_is_handed_to_the_human(here, answer):
    call, rung = click(here, answer)
    assert (call["outcome"], rung) == ("unconfirmed", 0)
    assert "call again" in call["failure"]


def test_a_request_that_was_surely_not_carried_out_is_sent_again(here):
    call, rung = click(here, "429")
    assert (call["outcome"], rung) == ("connected", 1)


def test_two_calls_for_one_request_ring_the_contact_once(here):
    other = here.new_number()  # so that no later click of this file takes the second call for its own
    here.command("agent", "update", EMAIL, "--phone", other)
    try:
        call, rung = click(here, "twice", other)
    finally:
        here.command("agent", "update", EMAIL, "--phone", AGENT)
    assert (call["state"], rung) == ("ended", 2)

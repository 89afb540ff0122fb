"""How often somebody may be called in a day who does not answer, and how many calls an agent may make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soi_dialer.flows.errors import NotAllowed
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.place_call import place_call
from tests.flows.debts import message_left
from tests.flows.test_outbound import pick_up, press
from tests.world import JANE, World, make_world

THREE = {"DAILY_CALLS_PER_CONTACT": "3"}
TRIED = "was called 3 times today and did not answer"


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str) -> Iterator[World]:
    made = make_world(tmp_path, sqlite_url, **THREE)
    yield made
    made.close()


@pytest.fixture
def either(tmp_path: Path, database_url: str) -> Iterator[World]:
    made = make_world(tmp_path, database_url, **THREE)
    yield made
    made.close()


def ring(world: World, outcome: str = "no-answer", row=None) -> str:
    """A call that rings the contact and comes to this; what the agent hears after key 1."""
    row, sid = row or world.click(), world.carrier.rung[-1]["sid"]
    pick_up(world, row["ref"], sid)
    heard = press(world, row["ref"], sid, "1").text
    theirs = {"CallSid": world.carrier.next_sid(), "ParentCallSid": sid, "CallDuration": "40"}
    world.say(row["ref"], "contact-status", CallStatus=outcome, **theirs)
    world.say(row["ref"], "agent-status", CallSid=sid, CallStatus="completed", CallDuration="60")
    world.wait(minutes=10)
    return heard


def test_somebody_who_does_not_answer_is_called_three_times_a_day(world: World):
    for _ in range(3):
        ring(world)
    with pytest.raises(NotAllowed, match=TRIED):
        world.click()
    assert len(world.carrier.rung) == 3
    world.now = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)  # the next morning in New York
    assert "<Dial" in ring(world)


def test_the_day_is_the_agents_own(world: World):
    def missed(hour: int) -> None:
        at = datetime(2026, 11, 18, hour, 59, tzinfo=UTC)
        log_call(world.dialer, world.owner, contact_id=world.jane, outcome="no_answer", at=at)

    world.now = datetime(2026, 11, 19, 0, 30, tzinfo=UTC)  # 19:30 of the 18th in New York
    for hour in (4, 14, 18):  # the first is 23:59 of the day before
        missed(hour)
    world.click()
    missed(22)
    with pytest.raises(NotAllowed, match=TRIED):
        world.click()


@pytest.mark.parametrize("heard", ["a talk", "a message"])
def test_whoever_was_heard_meanwhile_may_be_called_again(world: World, heard: str):
    for _ in range(3):
        ring(world)
    if heard == "a talk":
        log_call(world.dialer, world.owner, contact_id=world.jane, direction="inbound")
    else:
        message_left(world, at=world.now)
    world.wait(minutes=1)
    for _ in range(3):
        assert "<Dial" in ring(world)
    with pytest.raises(NotAllowed, match=TRIED):
        world.click()


def test_a_colleague_counts_who_called_the_same_number(either: World):
    for _ in range(3):
        ring(either)
    theirs = add_contact(either.dialer, either.people.teammate, name="J. Doe", phones=[{"number": JANE, "label": ""}])
    with pytest.raises(NotAllowed, match=TRIED):
        place_call(either.dialer, either.people.teammate, contact_id=theirs)
    other = add_contact(either.dialer, either.people.stranger, name="Jane", phones=[{"number": JANE, "label": ""}])
    assert place_call(either.dialer, either.people.stranger, contact_id=other)["state"] == "requested"


def test_it_is_asked_again_at_key_1(world: World):
    clicked = world.click()
    for _ in range(3):
        log_call(world.dialer, world.owner, contact_id=world.jane, outcome="no_answer")
    heard = ring(world, row=clicked)
    assert "<Dial" not in heard and "did not answer" in heard


def test_an_agents_calls_of_a_day_can_be_limited(tmp_path, sqlite_url):
    world = make_world(tmp_path, sqlite_url, DAILY_CALLS_PER_CONTACT="0", DAILY_CALLS_PER_AGENT="4")
    for _ in range(4):
        ring(world)
    with pytest.raises(NotAllowed, match="You have made 4 calls today"):
        world.click()
    world.close()


def test_with_the_practice_company_there_is_no_limit(tmp_path, sqlite_url):
    world = make_world(tmp_path, sqlite_url, TWILIO_ACCOUNT_SID="", DAILY_CALLS_PER_AGENT="1")
    for _ in range(4):
        log_call(world.dialer, world.owner, contact_id=world.jane, outcome="no_answer")
    assert world.click()["state"] == "requested"
    world.close()

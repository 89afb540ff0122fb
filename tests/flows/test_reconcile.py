"""Calls that may or may not have been placed: found and adopted, or given to the human, never redialled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soi_dialer.carrier.errors import Refused
from soi_dialer.carrier.reports import CallReport
from soi_dialer.flows import place_call as placing
from soi_dialer.store import calls
from tests.flows.silence import AGENT_PHONE, report, sweep, unsure
from tests.flows.test_outbound import pick_up, press, status
from tests.world import JANE, OUR_NUMBER, World


class Killed(BaseException):
    """The process is gone in the middle of a click."""


def killed_at(world: World, monkeypatch, place: str) -> str:
    """A click whose process dies: before the carrier is asked, or after it took the call on."""
    ring = world.carrier.ring_agent

    def die(**asked):
        if place == "after":
            placed = ring(**asked)
            world.carrier.truth[placed.sid] = CallReport(
                placed.sid, "ringing", to=asked["to"], from_=asked["from_"], created_at=world.now
            )
        raise Killed

    monkeypatch.setattr(world.carrier, "ring_agent", die)
    with pytest.raises(Killed):
        world.click()
    monkeypatch.setattr(world.carrier, "ring_agent", ring)
    with world.dialer.db.read() as connection:
        return calls.live(connection, world.owner)["ref"]


def test_a_process_that_died_before_asking_leaves_a_call_for_the_human_and_no_dial(world: World, monkeypatch):
    """F01"""
    ref = killed_at(world, monkeypatch, "before")
    for _ in range(4):
        sweep(world)

    row = world.call(ref)
    assert (row["state"], row["outcome"], world.carrier.rung) == ("ended", "unconfirmed", [])
    assert "call again" in row["failure"]
    assert world.click()["state"] == "requested"


def test_a_process_that_died_after_asking_finds_its_call_again(world: World, monkeypatch):
    """F02"""
    ref = killed_at(world, monkeypatch, "after")
    sweep(world)

    row = world.call(ref)
    assert (row["state"], row["agent_sid"]) == ("ringing_agent", world.carrier.rung[0]["sid"])
    assert (row["repaired"], row["failure"], len(world.carrier.rung)) == (True, None, 1)


def test_a_call_that_cannot_be_found_is_given_to_the_human_after_two_looks(world: World):
    """F04, F06"""
    ref = unsure(world)
    sweep(world)
    assert world.call(ref)["state"] == "requested"
    sweep(world)

    row = world.call(ref)
    assert (row["state"], row["outcome"], row["reconcile_at"]) == ("ended", "unconfirmed", None)
    assert row["failure"] == "We could not confirm that this call was placed. If your phone did not ring, call again."
    sweep(world, hours=3)
    assert len(world.carrier.rung) == 1


def test_a_call_whose_answer_was_lost_is_adopted(world: World):
    """F05, F06"""
    ref = unsure(world)
    made = report(world)
    sweep(world)

    row = world.call(ref)
    assert (row["agent_sid"], row["placement"], row["outcome"]) == (made.sid, "placed", "agent_missed")
    assert (row["failure"], row["repaired"], len(world.carrier.rung)) == (None, True, 1)


def test_of_several_calls_the_one_created_with_our_request_is_adopted(world: World):
    at = world.now
    report(world, created_at=at - timedelta(seconds=70))
    ref = unsure(world)
    ours = report(world, created_at=at + timedelta(seconds=1))
    report(world, created_at=at + timedelta(seconds=80))
    sweep(world)

    assert world.call(ref)["agent_sid"] == ours.sid


@pytest.mark.parametrize(
    "other",
    [
        {"created_at": "too early"},
        {"created_at": "too late"},
        {"parent_sid": "CA" + "9" * 32},
        {"to": JANE},
        {"from_": "+12025550199"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_call_is_not_adopted(world: World, other: dict):
    off = {"too early": timedelta(minutes=-5), "too late": timedelta(minutes=5)}
    other = {name: world.now + off[value] if value in off else value for name, value in other.items()}
    ref = unsure(world)
    report(world, **other)
    sweep(world)
    sweep(world)

    assert (world.call(ref)["agent_sid"], world.call(ref)["outcome"]) == (None, "unconfirmed")


def test_a_call_that_belongs_to_another_row_is_never_adopted(world: World):
    first = world.click()
    world.carrier.truth[first["agent_sid"]] = CallReport(
        first["agent_sid"], "canceled", to=AGENT_PHONE, from_=OUR_NUMBER, created_at=world.now, ended_at=world.now
    )
    status(world, first["ref"], "agent", first["agent_sid"], "canceled")
    ref = unsure(world)
    sweep(world)
    sweep(world)

    assert world.call(ref)["outcome"] == "unconfirmed"


def test_a_second_leg_of_another_click_is_never_adopted(world: World):
    """F21: the carrier made two legs of one click; the second one's news told of it, so the next click leaves it."""
    ref = world.click()["ref"]
    orphan = report(world).sid
    status(world, ref, "agent", orphan, "ringing", SequenceNumber="1")
    status(world, ref, "agent", world.carrier.rung[0]["sid"], "completed", CallDuration="1")
    second = unsure(world)
    for _ in range(4):
        sweep(world)

    assert world.call(second)["outcome"] == "unconfirmed"


def test_news_after_the_call_was_given_up_still_tells_the_truth(world: World):
    """F16"""
    ref = unsure(world)
    sweep(world)
    sweep(world)
    sid = world.carrier.next_sid()
    status(world, ref, "agent", sid, "completed", CallDuration="19", SequenceNumber="3")

    row = world.call(ref)
    assert (row["outcome"], row["agent_sid"], row["failure"]) == ("agent_missed", sid, None)


def test_a_phone_that_rings_after_the_call_was_given_up_connects_nobody(world: World):
    """The agent was told to call again, so perhaps they are in the next call already."""
    ref = unsure(world)
    sweep(world)
    sweep(world)
    again = world.click()["ref"]
    sid = world.carrier.next_sid()

    assert status(world, ref, "agent", sid, "ringing", SequenceNumber="1").status_code == 204
    assert "already" in pick_up(world, ref, sid).text
    assert "<Dial" not in press(world, ref, sid, "1").text
    assert (world.call(ref)["state"], world.call(ref)["outcome"]) == ("ended", "unconfirmed")
    assert world.call(again)["state"] == "requested"
    world.carrier.truth[sid] = CallReport(sid, "completed", seconds=9, ended_at=world.now)
    sweep(world)
    assert world.call(ref)["outcome"] == "agent_missed"


def test_an_answer_that_comes_while_the_sweep_looks_is_kept(world: World, monkeypatch):
    ref = unsure(world)
    sid = world.carrier.next_sid()
    listing = world.carrier.list_calls

    def list_late(**asked):
        status(world, ref, "agent", sid, "initiated", SequenceNumber="0")
        return listing(**asked)

    monkeypatch.setattr(world.carrier, "list_calls", list_late)
    sweep(world)
    assert (world.call(ref)["agent_sid"], world.call(ref)["outcome"]) == (sid, None)


def test_only_what_surely_rang_nobody_is_repeated_and_not_for_ever(world: World, monkeypatch):
    """F07"""
    monkeypatch.setattr(placing, "PAUSES_SECONDS", (0, 0))
    too_many = Refused("Too many requests at once; wait a moment.", 20429, may_retry=True)
    world.carrier.next_errors = [too_many] * 5

    row = world.click()
    assert len(world.carrier.rung) == 3
    assert (row["outcome"], row["failure"]) == ("failed", "Too many requests at once; wait a moment.")

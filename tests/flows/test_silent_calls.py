"""Calls of which nothing is heard any more: what the sweep asks, heals, puts off and leaves alone."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from soi_dialer.carrier.errors import Refused, Unsure
from soi_dialer.carrier.reports import CallReport
from soi_dialer.flows.errors import NotAllowed
from soi_dialer.flows.reconcile import reconcile
from soi_dialer.store import calls
from tests.flows.silence import AGENT_PHONE, sweep
from tests.flows.test_outbound import bridged, status
from tests.world import JANE, OUR_NUMBER, World, make_world


def test_a_call_without_any_news_ends_as_the_carrier_saw_it_and_frees_the_agent(world: World):
    """F14, F15"""
    ref, agent, contact = bridged(world)
    with pytest.raises(NotAllowed):
        world.click()
    ended = world.now + timedelta(seconds=571)
    world.carrier.truth = {
        agent: CallReport(agent, "completed", seconds=571, ended_at=ended),
        contact: CallReport(contact, "completed", agent, seconds=540, ended_at=ended, answered_by="human"),
    }
    sweep(world, minutes=15)

    row = world.call(ref)
    assert (row["state"], row["outcome"], row["talk_seconds"], row["repaired"]) == ("ended", "connected", 540, True)
    assert world.click()["state"] == "requested"


def test_a_call_that_still_goes_on_is_left_alone_and_asked_about_again(world: World):
    ref, agent, contact = bridged(world)
    status(world, ref, "contact", contact, "in-progress", ParentCallSid=agent)
    world.carrier.truth = {
        agent: CallReport(agent, "answered"),
        contact: CallReport(contact, "answered", agent),
    }
    sweep(world)

    row = world.call(ref)
    assert (row["state"], row["outcome"], row["repaired"]) == ("talking", None, False)
    assert row["reconcile_at"] == world.now + timedelta(seconds=120)
    assert world.carrier.hung_up == []


def test_a_call_that_was_told_in_full_is_not_asked_about_and_not_repaired(world: World):
    ref, agent, contact = bridged(world)
    world.say(ref, "machine", CallSid=contact, AnsweredBy="human")
    status(world, ref, "contact", contact, "completed", CallDuration="60", ParentCallSid=agent)
    status(world, ref, "agent", agent, "completed", CallDuration="70")

    assert sweep(world, hours=5) == 0
    assert (world.carrier.asked, world.call(ref)["repaired"]) == ([], False)


def test_repaired_says_that_something_was_healed_and_nothing_else(world: World):
    """The carrier is asked who answered, and only confirms what was known."""
    ref, agent, contact = bridged(world)
    status(world, ref, "contact", contact, "completed", CallDuration="60", ParentCallSid=agent)
    status(world, ref, "agent", agent, "completed", CallDuration="70")
    world.carrier.truth = {
        agent: CallReport(agent, "completed", seconds=70),
        contact: CallReport(contact, "completed", agent, seconds=60),
    }

    assert sweep(world) == 1
    assert (world.call(ref)["repaired"], world.call(ref)["reconcile_at"]) == (False, None)


@pytest.mark.parametrize("error", [Unsure("The phone service had a failure."), Refused("Check the auth token.", 20003)])
def test_while_the_carrier_does_not_answer_calls_are_put_off_for_longer_and_longer(world: World, monkeypatch, error):
    def fail(*_, **__):
        raise error

    ref = world.click()["ref"]
    monkeypatch.setattr(world.carrier, "fetch_call", fail)
    pauses = []
    for _ in range(8):
        world.now = world.call(ref)["reconcile_at"]
        reconcile(world.dialer)
        pauses.append((world.call(ref)["reconcile_at"] - world.now).total_seconds())

    assert pauses == [240, 480, 960, 1920, 3840, 3840, 3840, 3840]
    assert world.call(ref)["state"] == "requested"


def test_a_call_that_is_told_in_full_while_we_ask_in_vain_is_never_asked_about_again(world: World, monkeypatch):
    ref, agent, contact = bridged(world)
    ended = world.now + timedelta(seconds=571)
    world.carrier.truth = {
        agent: CallReport(agent, "completed", seconds=571, ended_at=ended),
        contact: CallReport(contact, "completed", agent, seconds=540, ended_at=ended, answered_by="human"),
    }

    def answers_another_scheduler_alone(_sid: str) -> CallReport:
        monkeypatch.undo()
        reconcile(world.dialer)
        raise Unsure("The carrier did not answer in time.", None)

    monkeypatch.setattr(world.carrier, "fetch_call", answers_another_scheduler_alone)
    sweep(world, minutes=15)

    assert (world.call(ref)["state"], world.call(ref)["reconcile_at"]) == ("ended", None)


def test_one_call_that_cannot_be_read_does_not_stop_the_others(world: World, monkeypatch):
    """F38"""
    poison = world.click()
    status(world, poison["ref"], "agent", poison["agent_sid"], "canceled")
    with world.dialer.db.write() as connection:
        calls.change(connection, poison["id"], reconcile_at=world.now)
    good = world.click()
    world.carrier.truth[good["agent_sid"]] = CallReport(good["agent_sid"], "busy", ended_at=world.now)
    fetch = world.carrier.fetch_call
    monkeypatch.setattr(world.carrier, "fetch_call", lambda sid: 1 / 0 if sid == poison["agent_sid"] else fetch(sid))

    assert sweep(world) == 2
    assert world.call(good["ref"])["outcome"] == "agent_missed"
    assert world.call(poison["ref"])["reconcile_at"] > world.now


def test_an_idle_sweep_waits_for_no_writer(tmp_path, sqlite_url):
    world = make_world(tmp_path, sqlite_url)
    sweep(world)
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert sweep(world, seconds=1) == 0
    other.execute("ROLLBACK")
    other.close()
    world.close()


def test_only_so_many_are_asked_about_at_once_the_longest_silent_first(world: World):
    first = world.click()
    status(world, first["ref"], "agent", first["agent_sid"], "ringing")
    with world.dialer.db.write() as connection:
        scope = world.people.teammate
        calls.add(connection, _silent(world, scope.office_id, scope.agent_id, minutes=30))
    world.wait(minutes=10)

    assert reconcile(world.dialer, limit=1) == 1
    assert world.carrier.asked == ["CA" + "7" * 32]


def _silent(world: World, office_id: int, agent_id: int, minutes: int) -> dict:
    at = world.now - timedelta(minutes=minutes)
    return {
        "office_id": office_id, "agent_id": agent_id, "ref": "7" * 32, "direction": "outbound",
        "agent_sid": "CA" + "7" * 32, "contact_number": JANE, "agent_number": AGENT_PHONE, "twilio_number": OUR_NUMBER,
        "placement": "placed", "state": "requested",
        "placed_at": at, "posted_at": at, "last_fact_at": at, "reconcile_at": at,
    }  # fmt: skip

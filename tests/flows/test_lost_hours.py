"""Calls of hours that our database does not have: before a backup was restored, or while an answer was lost."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from soi_dialer.carrier.reports import CallReport
from soi_dialer.flows.catch_up import catch_up
from soi_dialer.store.tables import call
from tests.fakes import UNSURE
from tests.flows.lost_hours import AGENT_PHONE, came_in, count_calls, dialled_from, went_out
from tests.flows.test_inbound import STRANGE
from tests.world import JANE, OUR_NUMBER, World


def test_a_conversation_of_the_lost_hours_is_not_a_missed_call(world: World):
    talked = came_in(world, talk_seconds=300)
    let_go = came_in(world, STRANGE, talk_seconds=15)
    world.wait(minutes=10)
    catch_up(world.dialer)

    assert (world.inbound(talked)["outcome"], world.inbound(talked)["talk_seconds"]) == ("connected", 300)
    assert (world.inbound(let_go)["outcome"], world.inbound(let_go)["talk_seconds"]) == ("missed", 0)


def test_a_call_that_went_out_in_the_lost_hours_is_counted_and_returns_the_message(world: World):
    came_in(world, message_seconds=14)
    world.wait(minutes=30)
    sid = went_out(world, talk_seconds=300)
    world.wait(minutes=30)
    catch_up(world.dialer)

    (row,) = world._all(select(call).where(call.c.agent_sid == sid))
    assert (row["direction"], row["contact_id"], row["repaired"]) == ("outbound", world.jane, True)
    assert (row["outcome"], row["talk_seconds"], row["agent_leg_seconds"]) == ("connected", 300, 320)
    assert [(owed["state"], owed["returned_call_id"]) for owed in world.callbacks()] == [("returned", row["id"])]
    assert world.carrier.rung == []


def test_a_call_that_only_rang_the_agent_is_about_nobody_and_left_out(world: World):
    went_out(world, to=None)
    world.wait(minutes=10)

    assert catch_up(world.dialer).added == 0


def test_a_click_whose_answer_was_lost_finds_its_own_call(world: World):
    """F02"""
    world.carrier.next_errors = [UNSURE]
    ref = world.click()["ref"]
    went_out(world, talk_seconds=60)
    world.wait(minutes=4)
    catch_up(world.dialer)

    assert count_calls(world) == 1
    row = world.call(ref)
    assert (row["outcome"], row["talk_seconds"], row["repaired"]) == ("connected", 60, True)


def test_a_click_that_was_given_up_is_given_its_call_back(world: World):
    world.carrier.next_errors = [UNSURE]
    ref = world.click()["ref"]
    at = world.now
    world.reconcile_all()
    assert world.call(ref)["outcome"] == "unconfirmed"
    world.now, later = at, world.now
    sid = went_out(world, to=None)
    world.now = later + timedelta(minutes=1)
    catch_up(world.dialer)

    row = world.call(ref)
    assert (count_calls(world), row["agent_sid"], row["outcome"]) == (1, sid, "agent_missed")


def test_a_key_that_was_pressed_after_the_backup_is_told_by_the_legs(world: World):
    """F30: our row is older than the call's own story."""
    ref = world.click()["ref"]
    sid = world.call(ref)["agent_sid"]
    over = {"seconds": 320, "created_at": world.now, "ended_at": world.now + timedelta(seconds=320)}
    world.carrier.truth[sid] = CallReport(sid, "completed", to=AGENT_PHONE, from_=OUR_NUMBER, **over)
    dialled_from(world, sid, JANE, 300)
    world.reconcile_all(1)

    row = world.call(ref)
    assert (row["outcome"], row["talk_seconds"], row["repaired"]) == ("connected", 300, True)

"""What the carrier took in while nobody here listened is found, once, and rings nobody."""

from __future__ import annotations

import dataclasses
import sqlite3
from datetime import timedelta

import pytest

from soi_dialer.carrier.errors import Unsure
from soi_dialer.flows.catch_up import catch_up, catch_up_at_start
from tests.fakes import UNSURE
from tests.flows.lost_hours import becomes, came_in, count_calls, is_over, records
from tests.flows.test_inbound import STRANGE, caller_hangs_up, leaves_message, not_taken, rings
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """An installation that has listened until now."""
    catch_up(world.dialer)
    world.carrier.listed.clear()
    return world


def test_a_message_taken_while_we_were_down_becomes_a_voicemail_and_a_debt(world: World):
    """F22"""
    world.wait(hours=1)
    sid = came_in(world, message_seconds=14, text="Please call me")
    at = world.now
    world.wait(hours=5)
    found = catch_up(world.dialer)

    assert (found.added, world.carrier.rung) == (1, [])
    row = world.inbound(sid)
    assert (row["outcome"], row["voicemail_seconds"], row["repaired"]) == ("voicemail", 14, True)
    assert (row["contact_id"], row["placed_at"]) == (world.jane, at)
    (message,) = world.voicemails()
    assert (message["seconds"], message["transcript"], message["received_at"]) == (14, "Please call me", at)
    (owed,) = world.callbacks()
    assert (owed["contact_id"], owed["reason"], owed["state"]) == (world.jane, "voicemail", "open")


def test_looking_again_adds_nothing(world: World):
    came_in(world, message_seconds=14)
    for _ in range(4):
        world.wait(minutes=3)
        catch_up(world.dialer)

    assert (count_calls(world), len(world.voicemails()), len(world.callbacks())) == (1, 1, 1)


def test_a_webhook_that_comes_after_all_changes_nothing_but_is_kept(world: World):
    """F23"""
    sid = came_in(world, message_seconds=14)
    world.wait(minutes=2)
    catch_up(world.dialer)
    caller_hangs_up(world, sid, 40)
    (recording,) = world.carrier.recordings
    leaves_message(world, sid, 14, recording.sid)

    assert (count_calls(world), len(world.voicemails()), len(world.callbacks())) == (1, 1, 1)


def test_what_we_heard_ourselves_is_not_taken_twice(world: World):
    sid, _ = rings(world)
    not_taken(world, sid)
    leaves_message(world, sid)
    is_over(world, sid)
    world.wait(minutes=2)

    assert catch_up(world.dialer).added == 0
    assert not world.inbound(sid)["repaired"]


def test_a_stranger_becomes_a_contact_and_a_withheld_number_does_not(world: World):
    stranger, withheld = came_in(world, STRANGE, message_seconds=5), came_in(world, "+266696687", message_seconds=6)
    world.wait(minutes=2)
    catch_up(world.dialer)

    assert world.inbound(stranger)["contact_id"] not in (None, world.jane)
    assert (world.inbound(withheld)["contact_id"], world.inbound(withheld)["contact_number"]) == (None, None)
    assert len(world.callbacks()) == 2


def test_a_caller_who_left_no_message_is_a_missed_call(world: World):
    sid = came_in(world)
    world.wait(minutes=2)
    catch_up(world.dialer)

    assert world.inbound(sid)["outcome"] == "missed"
    assert [owed["reason"] for owed in world.callbacks()] == ["missed_call"]


def test_a_recording_that_is_listed_later_than_its_call_is_found(world: World):
    """F24"""
    sid = came_in(world)
    world.wait(minutes=2)
    catch_up(world.dialer)
    records(world, sid, 9)
    world.wait(minutes=2)

    assert catch_up(world.dialer).messages == 1
    assert world.inbound(sid)["outcome"] == "voicemail"
    assert len(world.voicemails()) == len(world.callbacks()) == 1


def test_a_number_of_nobody_is_left_alone(world: World):
    sid = came_in(world)
    becomes(world, sid, to="+12025550999")
    world.wait(minutes=2)

    assert catch_up(world.dialer).added == count_calls(world) == 0


def test_what_the_number_did_before_its_agent_came_is_taken_only_when_asked_for(world: World):
    sid = came_in(world)
    long_ago = world.now - timedelta(hours=20)
    becomes(world, sid, created_at=long_ago)
    world.wait(minutes=2)

    assert catch_up(world.dialer).added == 0
    assert catch_up(world.dialer, since=long_ago - timedelta(minutes=1)).added == 1


def test_the_list_is_read_once_a_minute_however_often_and_by_however_many_it_is_asked_for(world: World):
    for _ in range(30):
        world.wait(seconds=4)
        catch_up(world.dialer)

    assert world.carrier.listed == ["calls", "calls"]


def test_a_process_that_starts_looks_at_once(world: World):
    world.wait(seconds=6)
    catch_up_at_start(world.dialer)
    catch_up_at_start(world.dialer)

    assert world.carrier.listed == ["calls"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL has no lock on the whole database
def test_a_look_out_of_turn_takes_no_write_lock(world: World):
    writer = sqlite3.connect(world.dialer.db.engine.url.database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    catch_up(world.dialer)
    writer.execute("ROLLBACK")
    writer.close()


def test_the_mark_waits_for_a_call_that_could_not_be_taken_in_and_the_others_are(world: World, monkeypatch):
    """F38"""
    bad, good = came_in(world, message_seconds=5), came_in(world, STRANGE, message_seconds=6)
    poison = world.carrier.recordings[0].sid

    def fails(recording_sid: str) -> None:
        if recording_sid == poison:
            raise Unsure("The carrier did not answer in time.", None)

    with monkeypatch.context() as patched:
        patched.setattr(world.carrier, "fetch_transcript", fails)
        world.wait(minutes=2)
        assert catch_up(world.dialer).added == 1
    assert world.inbound(good)["outcome"] == "voicemail"
    world.wait(hours=3)
    assert catch_up(world.dialer).added == 1
    assert world.inbound(bad)["outcome"] == "voicemail"


def test_the_mark_waits_for_a_call_that_is_not_over(world: World):
    sid = came_in(world, status="answered")
    for _ in range(3):
        world.wait(hours=1)
        assert catch_up(world.dialer).added == 0
    becomes(world, sid, status="completed")
    world.wait(minutes=2)

    assert catch_up(world.dialer).added == 1


def test_a_carrier_that_does_not_answer_is_asked_again_from_the_same_mark(world: World):
    came_in(world)
    for _ in range(3):
        world.wait(hours=2)
        world.carrier.next_errors = [UNSURE]
        assert catch_up(world.dialer).added == 0
    world.wait(hours=2)

    assert catch_up(world.dialer).added == 1


def test_a_clock_that_jumps_a_day_and_back_hides_nothing(world: World):
    """F32"""
    world.wait(days=1)
    catch_up(world.dialer)
    world.wait(days=-1, minutes=1)
    came_in(world)
    world.wait(minutes=5)

    assert catch_up(world.dialer).added == 1


def test_many_silent_calls_are_answered_by_one_page(world: World):
    """F14"""
    sids = [rings(world, f"+1310555{number:04}")[0] for number in range(110, 130)]
    for sid in sids:
        is_over(world, sid)
    world.wait(minutes=3)
    found = catch_up(world.dialer)

    assert (found.asked, found.added) == (20, 0)
    assert (world.carrier.asked, world.carrier.listed) == ([], ["calls", "recordings"])
    assert {world.inbound(sid)["outcome"] for sid in sids} == {"missed"}


def test_a_call_that_the_list_does_not_show_yet_is_waited_for(world: World):
    sids = [rings(world, f"+1310555{number:04}")[0] for number in range(110, 115)]
    world.wait(minutes=3)
    catch_up(world.dialer)
    assert {world.inbound(sid)["outcome"] for sid in sids} == {None}
    world.wait(minutes=-3)
    for sid in sids:
        is_over(world, sid)
    world.wait(minutes=20)
    catch_up(world.dialer)

    assert {world.inbound(sid)["outcome"] for sid in sids} == {"missed"}


def test_a_recording_that_is_still_under_way_is_looked_up_again(world: World):
    """F24"""
    sid, _ = rings(world)
    is_over(world, sid)
    recording = records(world, sid, 9)
    done = world.carrier.recordings.pop()
    world.carrier.recordings.append(dataclasses.replace(done, status="in_progress", seconds=None))
    for minute in range(30):
        world.wait(minutes=1)
        catch_up(world.dialer)
        if minute == 15:  # long after the list of recent calls had it
            world.carrier.recordings[:] = [done]

    assert [message["recording_sid"] for message in world.voicemails()] == [recording]
    assert world.inbound(sid)["outcome"] == "voicemail"

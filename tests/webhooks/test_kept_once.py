"""A webhook is answered 2xx when, and only when, its fact is committed; however often it comes, it counts once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.settle_call import settle_call
from tests.webhooks.door import EVERYTHING, NUMBERS, OTHER, Door

NEWS = ("agent-status", "contact-status", "machine", "recording", "transcription", NUMBERS[1])
TALK = ("screen-key", "bridge-ended", "wrap-up-key", "whisper", "whisper-key", "message-recorded", *NUMBERS[::2])


def over(door: Door) -> list[tuple[str, dict[str, str]]]:
    """A call out from its first webhook to its last, then a caller who leaves a message."""
    talk = {"CallSid": OTHER, "ParentCallSid": door.outbound_sid}
    agent = {"CallSid": door.outbound_sid}
    return [
        ("screen", agent),
        ("screen-key", agent | {"Digits": "1"}),
        ("contact-status", talk | {"CallStatus": "in-progress"}),
        ("contact-status", talk | {"CallStatus": "completed", "CallDuration": "60", "SequenceNumber": "3"}),
        ("bridge-ended", agent | {"DialCallStatus": "completed", "DialCallSid": OTHER, "DialCallDuration": "60"}),
        ("wrap-up-key", agent | {"Digits": "3"}),
        ("wrap-up-key", agent | {"Digits": "2"}),
        ("agent-status", agent | {"CallStatus": "completed", "CallDuration": "80", "SequenceNumber": "3"}),
        ("message-recorded", {"CallSid": door.inbound_sid}),
        ("recording", {"CallSid": door.inbound_sid}),
        ("transcription", {"CallSid": door.inbound_sid}),
        (NUMBERS[1], {"CallSid": door.inbound_sid, "CallStatus": "completed", "CallDuration": "30"}),
        (NUMBERS[2], {}),
    ]


def deliver(door: Door, one: tuple[str, dict[str, str]]):
    step, changes = one
    return door.send(door.path(step), EVERYTHING | changes)


def test_genuine_requests_that_are_played_again_the_next_day_change_nothing(either_door: Door):
    """F18: a signature holds for ever, so the facts themselves must."""
    door = either_door
    for one in over(door):
        assert deliver(door, one).status_code in (200, 204)
    door.world.wait(days=1)
    before = door.rows()
    for one in (*over(door), (NUMBERS[0], {"CallSid": door.inbound_sid, "From": "+13105550188"})):
        assert deliver(door, one).status_code in (200, 204)
    assert door.rows() == before


def test_a_wrap_up_key_played_again_does_not_undo_what_the_agent_said_since(door: Door):
    """F18: neither the corrected outcome nor the waived reminder."""
    for one in over(door):
        deliver(door, one)
    world = door.world
    settle_call(world.dialer, world.owner, world.call(door.outbound_ref)["id"], outcome="connected")
    owed = next(c for c in world.callbacks() if c["contact_id"] == world.jane)
    waive(world.dialer, world.owner, owed["id"], "Settled by mail")
    before = door.rows()
    for digits in ("2", "3"):
        answer = deliver(door, ("wrap-up-key", {"CallSid": door.outbound_sid, "Digits": digits}))
        assert "Noted" in answer.text
    assert door.rows() == before


@pytest.mark.parametrize("step", ["agent-status", "screen", "recording", NUMBERS[0], NUMBERS[2]])
def test_three_deliveries_at_once_are_one(either_door: Door, step: str):
    """F12"""
    door = either_door
    events, calls = len(door.rows()["call_event"]), len(door.rows()["call"])
    answers = at_once(lambda: door.send(door.path(step), door.params(step)), times=3)

    rows = door.rows()
    assert {answer.status_code for answer in answers} <= {200, 204}
    assert len({answer.data for answer in answers}) == 1
    assert len(rows["call_event"]) - events == (0 if step in NUMBERS else 1)
    assert len(rows["call"]) - calls == (step == NUMBERS[0])
    assert len(rows["voicemail"]) == (step == "recording")
    assert len(rows["callback"]) == (step in ("recording", NUMBERS[2]))


def at_once(act, times: int) -> list:
    gate, answers = threading.Barrier(times), []

    def run():
        gate.wait()
        answers.append(act())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == times
    return answers


def test_key_1_pressed_three_times_at_once_dials_once_and_says_the_same(either_door: Door):
    """F20"""
    door = either_door
    door.send(door.path("screen"), door.params("screen"))
    pressed = door.params("screen-key") | {"Digits": "1"}
    answers = at_once(lambda: door.send(door.path("screen-key"), pressed), times=3)

    assert len({answer.data for answer in answers}) == 1
    assert answers[0].text.count("<Number") == 1
    assert len([e for e in door.rows()["call_event"] if e.kind == "key_pressed"]) == 1


@contextmanager
def failing_commits(door: Door) -> Iterator[None]:
    def fail(_connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("the disk is gone"))

    engine = door.world.dialer.db.engine
    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)


def test_what_could_not_be_committed_is_never_answered_as_taken(either_door: Door):
    door = either_door
    door.send(door.path("screen"), door.params("screen"))
    before = door.rows()
    for step in (*NEWS, *TALK):
        with failing_commits(door):
            assert (step, door.send(door.path(step), door.params(step)).status_code) == (step, 500)
        assert door.rows() == before


def test_the_carriers_next_try_succeeds_when_the_trouble_is_over(either_door: Door):
    door = either_door
    with failing_commits(door):
        door.send(door.path("recording"), door.params("recording"))
    assert door.send(door.path("recording"), door.params("recording")).status_code == 204
    assert len(door.world.voicemails()) == 1


@pytest.fixture
def impatient(door: Door) -> Door:
    """It waits a tenth of a second for another program's lock instead of five."""
    engine = door.world.dialer.db.engine
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=100"))
    engine.dispose()
    return door


@pytest.mark.parametrize("step", ["agent-status", "screen"])
def test_while_another_program_holds_the_database_nothing_is_answered_as_taken(impatient: Door, step: str, tmp_path):
    """F26"""
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert impatient.send(impatient.path(step), impatient.params(step)).status_code >= 500
    other.execute("ROLLBACK")
    other.close()
    assert impatient.send(impatient.path(step), impatient.params(step)).status_code in (200, 204)


def test_a_full_disk_loses_nothing_that_was_taken_and_takes_again_when_there_is_room(door: Door):
    """F27"""
    door.send(door.path("recording"), door.params("recording"))
    before = door.rows()
    engine = door.world.dialer.db.engine
    full = lambda raw, _: raw.execute("PRAGMA max_page_count=1")  # noqa: E731  as small as what is there already
    event.listen(engine, "connect", full)
    engine.dispose()
    long = door.params("transcription") | {"TranscriptionText": "word " * 4000}
    assert door.send(door.path("transcription"), long).status_code == 500
    assert door.rows() == before

    event.remove(engine, "connect", full)
    engine.dispose()
    assert door.send(door.path("transcription"), long).status_code == 204
    assert door.world.voicemails()[0]["transcript"].startswith("word word")

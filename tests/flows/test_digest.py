from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from soi_dialer.domain.reminders import DIGEST
from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.digest import write_digests
from soi_dialer.flows.keep_callback import open_callback, waive
from soi_dialer.store import agents
from soi_dialer.store.tables import reminder
from tests.world import World

MORNING = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
"""Thursday, 8:00 in New York, when everybody's day begins."""


def owe(world: World) -> int:
    return open_callback(world.dialer, world.owner, contact_id=world.jane, due_at=world.now + timedelta(hours=1))["id"]


def texts(world: World) -> list[str]:
    return [body for _, _, body in world.carrier.texts]


def test_each_working_morning_one_message_tells_what_is_owed(world: World):
    owe(world)
    write_digests(world.dialer)
    world.carrier.texts.clear()
    for hour in range(24 * 6):
        world.now = MORNING + timedelta(hours=hour)
        write_digests(world.dialer)
        deliver(world.dialer)
    days = [body for body in texts(world) if body.startswith("1 person waits for a call from you.")]
    assert len(days) == len(texts(world)) == 4  # Thursday, Friday, Monday, Tuesday


def test_it_comes_when_the_day_begins_and_not_before(world: World):
    owe(world)
    write_digests(world.dialer)
    world.now = MORNING - timedelta(minutes=1)
    assert write_digests(world.dialer) == 0
    world.now = MORNING
    assert write_digests(world.dialer) == 1


def test_two_schedulers_write_one(world: World):
    owe(world)
    world.now = MORNING
    written = []
    threads = [threading.Thread(target=lambda: written.append(write_digests(world.dialer))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 0, 0, 1]


def test_what_comes_in_later_in_the_day_has_no_digest_of_its_own(world: World):
    assert write_digests(world.dialer) == 0
    owe(world)
    world.wait(hours=2)
    assert write_digests(world.dialer) == 0


def test_nothing_is_sent_when_all_was_done_meanwhile(world: World):
    callback_id = owe(world)
    world.now = MORNING
    assert write_digests(world.dialer) == 1
    waive(world.dialer, world.owner, callback_id, "met in town")
    deliver(world.dialer)
    assert texts(world) == []


def test_during_a_leave_it_goes_to_whoever_stands_in(world: World):
    owe(world)
    with world.dialer.db.write() as connection:
        agents.update(
            connection, world.owner.agent_id,
            leave_from_on=MORNING.date(), hand_over_to=world.people.teammate.agent_id,
        )  # fmt: skip
        teammate = agents.get(connection, world.people.teammate.agent_id)
    world.now = MORNING
    write_digests(world.dialer)
    deliver(world.dialer)
    assert [to for to, _, _ in world.carrier.texts] == [teammate["phone"]]
    assert texts(world)[0].startswith("1 person waits for a call from Owner.")


@pytest.mark.parametrize(
    ("channels", "told"),
    [("page", []), ("page,phone", []), ("page,phone,email", ["email"]), ("sms,ntfy://x", ["sms", "ntfy://x"])],
)
def test_it_goes_by_every_channel_that_carries_text_and_by_no_other(world: World, channels: str, told: list[str]):
    owe(world)
    with world.dialer.db.write() as connection:
        agents.update(connection, world.owner.agent_id, channels=channels)
    world.now = MORNING
    assert write_digests(world.dialer) == bool(told)
    with world.dialer.db.read() as connection:
        digests = select(reminder.c.channel).where(reminder.c.rung == DIGEST).order_by(reminder.c.id)
        assert list(connection.execute(digests).scalars()) == told

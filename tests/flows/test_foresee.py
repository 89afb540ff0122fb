"""What a look at the carrier's lists would do is told without doing it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from soi_dialer.carrier.reports import TextReport
from soi_dialer.commands import reconcile as command
from soi_dialer.flows.catch_up import catch_up
from soi_dialer.flows.foresee import foresee
from soi_dialer.store.tables import metadata
from tests.flows.lost_hours import came_in, is_over, records, went_out
from tests.flows.test_inbound import not_taken, rings
from tests.world import JANE, OUR_NUMBER, World


@pytest.fixture
def world(on_sqlite: World) -> World:
    """An installation that has listened until now."""
    catch_up(on_sqlite.dialer)
    return on_sqlite


def everything(world: World) -> list:
    with world.dialer.db.read() as connection:
        return [connection.execute(select(table)).all() for table in metadata.sorted_tables]


def lost_hours(world: World) -> None:
    """A caller with a message, a call out, a ring without an answer, a text, and a message whose news was lost."""
    world.wait(hours=1)
    sid, _ = rings(world)
    not_taken(world, sid)
    is_over(world, sid)
    world.reconcile_all()
    records(world, sid, 8)
    came_in(world, message_seconds=14)
    went_out(world)
    went_out(world, to=None)
    world.carrier.incoming_texts.append(
        TextReport(world.carrier.next_sid("SM"), "inbound", OUR_NUMBER, JANE, "Can we talk?", world.now)
    )
    world.click()
    world.wait(minutes=30)


def test_it_tells_what_would_be_asked_and_added_and_writes_nothing(world: World):
    lost_hours(world)
    before, asked = everything(world), list(world.carrier.asked)
    for since in (None, world.now - timedelta(hours=5)):
        would = foresee(world.dialer, since)
        assert (would.silent, len(would.calls), would.messages, len(would.texts)) == (1, 2, 1, 1)
    assert everything(world) == before and world.carrier.asked == asked


def test_what_it_tells_is_what_is_then_done(world: World):
    lost_hours(world)
    would, found = foresee(world.dialer), catch_up(world.dialer)
    assert (would.silent, len(would.calls)) == (found.asked, found.added)
    assert (would.messages, len(would.texts)) == (found.messages, found.texts)
    again = foresee(world.dialer)
    assert (again.calls, again.messages, again.texts) == ([], 0, [])


def test_the_command_names_times_and_nobody(world: World):
    lost_hours(world)
    said = command._foreseen(world.dialer, None)
    assert "Would add 2 calls, 1 message of calls that are here, and 1 text." in said
    assert said.count("incoming call, 40 s") == 1 and said.count("outgoing call") == 1
    assert said.endswith("Nothing was changed.")
    assert JANE not in said and "Can we talk" not in said

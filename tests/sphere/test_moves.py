"""Who may be ready for another level, in both directions, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from soi_dialer.flows import levels
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.log_call import log_call
from soi_dialer.store import levels as store
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path, database_url: str):
    made = make_world(tmp_path, database_url)
    yield made
    made.close()


def talk(world: World, person: int, days_ago: int, minutes: int = 9) -> int:
    at = world.now - timedelta(days=days_ago)
    return log_call(world.dialer, world.owner, contact_id=person, minutes=minutes, at=at)["id"]


def suggested(world: World, scope=None) -> list[tuple[str, str, int]]:
    scope = scope or world.owner
    with world.dialer.db.read() as conn:
        return [(row["name"], one.to, one.call_id) for row, one in levels.suggestions(conn, scope, world.now)]


def test_those_who_came_closer_stand_before_those_who_drifted_away(world: World):
    quiet = add_contact(world.dialer, world.owner, name="Quiet", phones=[{"number": "2125550170"}], level="Friend")
    often = add_contact(
        world.dialer, world.owner, name="Own Days", phones=[{"number": "2125550171"}], level="advocate", cadence_days=7
    )
    far, late = talk(world, quiet, 121), talk(world, often, 15)
    talk(world, world.jane, 20)
    near = talk(world, world.jane, 2)
    further = [("Quiet", "acquaintance", far), ("Own Days", "friend", late)]
    assert suggested(world) == [("Jane Doe", "friend", near), *further]
    assert suggested(world, world.people.teammate) == suggested(world, world.people.stranger) == []


def test_only_a_talk_with_that_person_can_be_what_moved_them(world: World):
    other = add_contact(world.dialer, world.owner, name="Other", phones=[{"number": "2125550172"}])
    theirs, hers = talk(world, other, 3), talk(world, world.jane, 3)
    with pytest.raises(BadValue):
        levels.move(world.dialer, world.owner, world.jane, "friend", call_id=theirs)
    with pytest.raises(NotFound):
        levels.move(world.dialer, world.people.teammate, world.jane, "friend", call_id=hers)
    levels.move(world.dialer, world.owner, world.jane, "friend", call_id=hers)
    with world.dialer.db.read() as conn:
        events = store.events_of(conn, world.owner, world.jane)
    assert [(one["to_level"], one["call_id"]) for one in events] == [("friend", hers)]

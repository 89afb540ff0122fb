"""The day of the next call follows from the calls, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from soi_dialer.domain.level import Rung
from soi_dialer.flows import touch
from soi_dialer.flows.add_agent import update_agent
from soi_dialer.flows.import_contacts import import_contacts
from soi_dialer.flows.keep_contact import add_contact, edit_contact, set_do_not_call
from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.settle_call import settle_call
from soi_dialer.store import agents, contacts, levels
from soi_dialer.store.tables import contact
from tests.cast import START
from tests.world import World, make_world

TODAY = date(2026, 11, 18)


def newcomer_on(contact_id: int, days: int) -> date:
    """When somebody who came in today and was never talked with is due: not all of them on one day."""
    return TODAY + timedelta(days=days - contact_id % days)


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str):
    made = make_world(tmp_path, sqlite_url)
    yield made
    made.close()


@pytest.fixture
def either(tmp_path: Path, database_url: str):
    """On SQLite and on PostgreSQL."""
    made = make_world(tmp_path, database_url)
    yield made
    made.close()


def person(world: World, contact_id: int | None = None):
    query = select(contact).where(contact.c.id == (contact_id or world.jane))
    with world.dialer.db.read() as conn:
        return conn.execute(query).mappings().one()


def next_on(world: World, contact_id: int | None = None):
    return person(world, contact_id)["next_touch_on"]


def touched_at(world: World):
    return person(world)["touched_at"]


def log(world: World, **more):
    return log_call(world.dialer, world.owner, contact_id=world.jane, **more)


def message_is_touch(world: World) -> None:
    with world.dialer.db.write() as conn:
        agents.update(conn, world.owner.agent_id, message_is_touch=True)
        touch.refresh_agent(conn, world.owner.agent_id)


def test_a_newcomer_is_due_when_their_level_says(world: World):
    assert next_on(world) == newcomer_on(world.jane, 90)


@pytest.mark.parametrize("direction", ["outbound", "inbound"])
def test_a_conversation_in_either_direction_sets_the_clock_back(world: World, direction):
    world.wait(days=100)
    log(world, direction=direction)
    assert touched_at(world) == world.now
    assert next_on(world) == TODAY + timedelta(days=190)


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "left_voicemail"])
def test_a_call_without_a_conversation_changes_nothing(world: World, outcome):
    world.wait(days=100)
    log(world, outcome=outcome)
    assert touched_at(world) is None and next_on(world) == newcomer_on(world.jane, 90)


def test_a_message_left_counts_where_the_agent_says_so(either: World):
    message_is_touch(either)
    either.wait(days=100)
    log(either, outcome="left_voicemail")
    assert next_on(either) == TODAY + timedelta(days=190)
    with either.dialer.db.read() as conn:
        assert contacts.get(conn, either.owner, either.jane)["last_talked_at"] is None


def test_switching_that_on_counts_what_was_left_before(world: World):
    world.wait(days=10)
    log(world, outcome="left_voicemail")
    message_is_touch(world)
    assert touched_at(world) == world.now


def test_a_call_corrected_to_the_worse_gives_the_time_back(world: World):
    row = log(world, at=START)
    settle_call(world.dialer, world.owner, row["id"], outcome="left_voicemail")
    assert touched_at(world) is None


def test_another_level_moves_the_day(world: World):
    edit_contact(world.dialer, world.owner, world.jane, level="Advocate")
    assert next_on(world) == newcomer_on(world.jane, 30)


def test_an_own_ladder_counts_for_its_agent_alone(either: World):
    with either.dialer.db.write() as conn:
        levels.replace(conn, either.people.teammate, (Rung("acquaintance", 7),))
        touch.refresh_agent(conn, either.people.teammate.agent_id)
        touch.refresh_agent(conn, either.owner.agent_id)
    theirs = add_contact(either.dialer, either.people.teammate, name="Their Own", phones=[{"number": "2125550188"}])
    assert next_on(either) == newcomer_on(either.jane, 90)
    assert next_on(either, theirs) == newcomer_on(theirs, 7)


def test_whoever_asked_not_to_be_called_has_no_day_until_they_allow_it_again(world: World):
    set_do_not_call(world.dialer, world.owner, world.jane, True)
    assert next_on(world) is None
    set_do_not_call(world.dialer, world.owner, world.jane, False)
    assert next_on(world) == newcomer_on(world.jane, 90)


def test_people_imported_together_fall_due_a_few_a_day(either: World):
    lines = [f"Imported {number},(303) 555-{1000 + number}\n" for number in range(180)]
    import_contacts(either.dialer, either.owner, ("Name,Phone\n" + "".join(lines)).encode())
    with either.dialer.db.read() as conn:
        query = select(contact.c.next_touch_on, func.count()).where(contact.c.name.like("Imported %"))
        due = dict(conn.execute(query.group_by(contact.c.next_touch_on)).all())
    assert due == {TODAY + timedelta(days=ahead): 2 for ahead in range(1, 91)}


def test_another_zone_of_the_agent_is_another_calendar(world: World):
    update_agent(world.dialer, "owner@example.com", time_zone="Pacific/Auckland")  # where it is the 19th already
    assert next_on(world) == newcomer_on(world.jane, 90) + timedelta(days=1)


def test_mending_gives_a_day_to_whom_has_none(either: World):
    with either.dialer.db.write() as conn:
        conn.execute(update(contact).values(next_touch_on=None))
    touch.mend_touches(either.dialer)
    assert next_on(either) == newcomer_on(either.jane, 90)


def test_mending_leaves_callers_without_a_name_alone(world: World):
    with world.dialer.db.write() as conn:
        stranger = contacts.add_named_by_number(conn, world.owner, "+13035551234", START)
    touch.mend_touches(world.dialer)
    assert next_on(world, stranger) is None

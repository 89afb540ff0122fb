"""A few days of the list, on both databases: carried once, put off and back, and one home at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, update

from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.today import put_off, skip, todays_list
from soi_dialer.store import agents
from soi_dialer.store.tables import contact, do_not_call_number, fact, household
from tests.cast import START
from tests.world import World, make_world


@pytest.fixture
def either(tmp_path: Path, database_url: str):
    """Jane and eleven others, with two places a day."""
    made = make_world(tmp_path, database_url)
    with made.dialer.db.write() as conn:
        agents.update(conn, made.owner.agent_id, customers_a_day=2, partners_a_day=0)
    for number in range(11):
        add(made, f"P{number}", f"+1212555{1000 + number}")
    yield made
    made.close()


def add(world: World, name: str, number: str, **more) -> int:
    return add_contact(world.dialer, world.owner, name=name, phones=[{"number": number}], **more)


def people(world: World) -> list[int]:
    return [row["contact_id"] for row in todays_list(world.dialer, world.owner)]


def test_days_of_a_list(either: World):
    first = todays_list(either.dialer, either.owner)
    skip(either.dialer, either.owner, first[0]["id"])
    put_off(either.dialer, either.owner, first[1]["id"], 3)
    either.wait(days=1)
    second = todays_list(either.dialer, either.owner)
    assert second[0]["contact_id"] == first[0]["contact_id"] and second[0]["carried"]
    assert second[1]["contact_id"] not in people_of(first)
    skip(either.dialer, either.owner, second[0]["id"])
    log_call(either.dialer, either.owner, contact_id=second[1]["contact_id"], outcome="no_answer")
    either.wait(days=1)
    assert set(people(either)).isdisjoint({*people_of(first), *people_of(second)})  # carried once; tried is tried
    either.wait(days=1)
    fourth = todays_list(either.dialer, either.owner)
    assert fourth[0]["contact_id"] == first[1]["contact_id"]
    assert fourth[0]["reason"].startswith("You put this off until now.")


def people_of(rows: list[dict]) -> list[int]:
    return [row["contact_id"] for row in rows]


def test_whom_a_list_leaves_out_and_whom_it_puts_first(either: World):
    together = [add(either, "Ada", "+12125552001"), add(either, "Bo", "+12125552002")]
    blocked = add(either, "Blocked", "+12125552003", level="advocate")
    own = {"office_id": either.owner.office_id, "agent_id": either.owner.agent_id}
    birthday = {"kind": "birthday", "text": "", "month_day": 1120, "created_at": START}
    with either.dialer.db.write() as conn:
        conn.execute(insert(household).values(id=1, name="Ada and Bo", created_at=START, **own))
        conn.execute(update(contact).where(contact.c.id.in_(together)).values(household_id=1))
        conn.execute(insert(fact), [own | birthday | {"contact_id": one} for one in [*together, blocked]])
        number = {"office_id": own["office_id"], "number": "+12125552003", "created_at": START}
        conn.execute(insert(do_not_call_number).values(number))
    rows = todays_list(either.dialer, either.owner)
    assert rows[0]["contact_id"] in together and rows[0]["reason"].startswith("Birthday on November 20.")
    assert rows[1]["contact_id"] not in [*together, blocked]

"""People who live together."""

from __future__ import annotations

import pytest

from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.flows.households import leave, live_together, rename
from soi_dialer.flows.keep_contact import add_contact, delete_contact
from soi_dialer.store import contacts, households


@pytest.fixture
def add(dialer, people):
    def person(name: str, scope=people.owner) -> int:
        return add_contact(dialer, scope, name=name, phones=[{"number": "(212) 555-0142"}])

    return person


def home_of(dialer, scope, contact_id):
    with dialer.db.read() as conn:
        return contacts.get(conn, scope, contact_id)["household_id"]


def test_two_make_a_household_and_a_third_joins_from_either_side(dialer, people, add):
    jane, john, joe = add("Jane Doe"), add("John Roe"), add("Joe Doe")
    home = live_together(dialer, people.owner, john, jane)
    assert live_together(dialer, people.owner, jane, joe) == home
    with dialer.db.read() as conn:
        assert households.get(conn, people.owner, home)["name"] == "Roe and Doe household"
        living_there = [row["name"] for row in households.members(conn, people.owner, home)]
        assert living_there == ["Jane Doe", "Joe Doe", "John Roe"]
    rename(dialer, people.owner, home, " The Does ")
    with dialer.db.read() as conn:
        assert households.get(conn, people.owner, home)["name"] == "The Does"
    with pytest.raises(BadValue):
        rename(dialer, people.owner, home, "\u200b")


def test_a_household_of_one_is_none(dialer, people, add):
    jane, john, joe = add("Jane Doe"), add("John Roe"), add("Joe Doe")
    home = live_together(dialer, people.owner, jane, john)
    live_together(dialer, people.owner, jane, joe)
    leave(dialer, people.owner, joe)
    assert home_of(dialer, people.owner, jane) == home
    delete_contact(dialer, people.owner, john)
    assert home_of(dialer, people.owner, jane) is None


def test_nobody_lives_in_two_households(dialer, people, add):
    jane, john, kim, lou = add("Jane"), add("John"), add("Kim"), add("Lou")
    live_together(dialer, people.owner, jane, john)
    live_together(dialer, people.owner, kim, lou)
    with pytest.raises(NotAllowed):
        live_together(dialer, people.owner, jane, kim)
    with pytest.raises(BadValue):
        live_together(dialer, people.owner, jane, jane)


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_nobody_sees_or_changes_the_households_of_others(dialer, people, add, who):
    jane, john, scope = add("Jane Doe"), add("John Roe"), getattr(people, who)
    theirs = add("Tess", scope)
    home = live_together(dialer, people.owner, jane, john)
    for attempt in (
        lambda: live_together(dialer, scope, theirs, jane),
        lambda: live_together(dialer, people.owner, jane, theirs),
        lambda: leave(dialer, scope, jane),
        lambda: rename(dialer, scope, home, "Mine"),
    ):
        with pytest.raises(NotFound):
            attempt()
    with dialer.db.read() as conn:
        assert households.get(conn, scope, home) is None
        assert households.members(conn, scope, home) == []

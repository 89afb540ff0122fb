"""People who are put aside are off the lists, and known when they call."""

from __future__ import annotations

import pytest

from soi_dialer.flows.archive import set_archived
from soi_dialer.flows.keep_contact import add_contact, edit_contact
from soi_dialer.store import contacts

E164 = "+12125550142"


@pytest.fixture
def jane(dialer, people) -> int:
    return add_contact(dialer, people.owner, name="Jane Doe", phones=[{"number": E164}])


def listed(dialer, scope, archived):
    with dialer.db.read() as conn:
        return [row["name"] for row in contacts.page(conn, scope, archived=archived)]


def test_the_archived_are_out_of_the_list_and_of_the_cadence_and_come_back(dialer, people, jane):
    assert set_archived(dialer, people.owner, [jane]) == 1
    assert (listed(dialer, people.owner, False), listed(dialer, people.owner, True)) == ([], ["Jane Doe"])
    with dialer.db.read() as conn:
        assert contacts.get(conn, people.owner, jane)["next_touch_on"] is None
        assert contacts.by_number(conn, people.owner, E164)["name"] == "Jane Doe"
    set_archived(dialer, people.owner, [jane], archived=False)
    assert listed(dialer, people.owner, False) == ["Jane Doe"]
    with dialer.db.read() as conn:
        assert contacts.get(conn, people.owner, jane)["next_touch_on"] is not None


def test_of_two_with_one_number_the_one_on_the_list_is_calling(dialer, people, jane):
    kim = add_contact(dialer, people.owner, name="Kim Lee", phones=[{"number": E164}])
    edit_contact(dialer, people.owner, jane, archived=True)
    with dialer.db.read() as conn:
        assert contacts.by_number(conn, people.owner, E164)["id"] == kim


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_nobody_archives_the_people_of_others(dialer, people, jane, who):
    assert set_archived(dialer, getattr(people, who), [jane]) == 0
    assert listed(dialer, people.owner, False) == ["Jane Doe"]

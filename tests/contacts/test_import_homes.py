"""Households, days between talks and who is archived come in with whoever is new, and go again with an undo."""

from __future__ import annotations

import pytest

from soi_dialer.domain.address_book import read_rows
from soi_dialer.flows.households import live_together
from soi_dialer.flows.import_contacts import import_contacts
from soi_dialer.flows.keep_contact import add_contact, edit_contact
from soi_dialer.store import contacts, households
from tests.contacts.batches import dialer, everything, rows_of, small_chunks, taken_in, undone

__all__ = ["dialer", "small_chunks"]  # fixtures

HEAD = "name,phone,household,days between talks,archived\n"


def book(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows)).encode()


def people_in(dialer, scope) -> dict[str, dict]:
    with dialer.db.read() as conn:
        return {row["name"]: dict(row) for row in contacts.page(conn, scope, limit=100)}


def homes_in(dialer, scope) -> dict[str, list[str]]:
    with dialer.db.read() as conn:
        names = households.names(conn, scope)
        return {name: [row["name"] for row in households.members(conn, scope, one)] for one, name in names.items()}


def test_two_of_a_household_live_together_though_others_stand_between_them(dialer, people, small_chunks):
    between = [f"Person {n},21255501{n}," for n in range(50, 90)]
    doe = "Ann Doe,2125550140,Doe household,60,", "Bob Doe,2125550141,doe household,,yes"
    rows = (doe[0], *between, doe[1], "Cy,2125550142,Cy,,")
    before = everything(dialer)
    batch_id = taken_in(dialer, people.owner, book(*rows))
    assert homes_in(dialer, people.owner) == {"Doe household": ["Ann Doe", "Bob Doe"]}, "nobody lives together alone"
    found = people_in(dialer, people.owner)
    assert (found["Ann Doe"]["cadence_days"], found["Ann Doe"]["archived_at"]) == (60, None)
    assert found["Bob Doe"]["archived_at"] and not found["Bob Doe"]["next_touch_on"]
    assert import_contacts(dialer, people.owner, book(*rows), pause=0).unchanged == 43
    marks = undone(dialer, people.owner, batch_id)
    assert all(done for done, _ in marks.values())
    assert everything(dialer) == before and homes_in(dialer, people.owner) == {}


def test_a_family_of_the_same_name_that_lives_here_already_stays_by_itself(dialer, people):
    known = [add_contact(dialer, people.owner, name=f"Old {n}", phones=[{"number": f"212555014{n}"}]) for n in (3, 4)]
    home = live_together(dialer, people.owner, *known)
    with dialer.db.write() as conn:
        households.rename(conn, people.owner, home, "Doe household")
    taken_in(dialer, people.owner, book("Ann,2125550140,Doe household,,", "Bob,2125550141,Doe household,,"))
    with dialer.db.read() as conn:
        homes = households.names(conn, people.owner)
        assert [len(households.members(conn, people.owner, one)) for one in homes] == [2, 2]


def test_whoever_is_brought_back_by_hand_stays_when_the_import_is_undone(dialer, people):
    batch_id = taken_in(dialer, people.owner, book("Ann,2125550140,,,yes", "Bob,2125550141,,,yes"))
    rows = {row["name"]: row for row in rows_of(dialer, batch_id)}
    edit_contact(dialer, people.owner, rows["Ann"]["contact_id"], archived=False)
    marks = undone(dialer, people.owner, batch_id)
    assert (marks["Ann"][0], marks["Bob"][0]) == (False, True)


@pytest.mark.parametrize("days", ["0", "731", "often", "-3"])
def test_days_that_are_none_are_left_out_and_said(days):
    (ann,) = read_rows(book(f"Ann,2125550140,,{days},"))
    assert ann.cadence_days is None and "days between two talks" in ann.problems[0]

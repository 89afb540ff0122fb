"""Rows with an e-mail address and no number: they tell more of somebody who is known, and make nobody new."""

from __future__ import annotations

from soi_dialer.flows import import_batch
from soi_dialer.flows.import_contacts import import_contacts
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.merge_contacts import merge
from soi_dialer.store import contacts, do_not_call
from tests.contacts.batches import csv, dialer, everything, people_of, rows_of, small_chunks, taken_in, undone

__all__ = ["dialer", "small_chunks"]  # fixtures

A, B = "+12125550140", "+12125550141"
ROWS = ("Jane Doe,,,jane@x.org,Golf,roses,1980-05-03", "Bob Stone,,,bob@x.org,,,", "Ida,,,,,,")


def test_what_the_rehearsal_shows_is_what_happens_and_what_an_undo_takes_back(dialer, people):
    add_contact(dialer, people.owner, name="Jane Doe", phones=[{"number": A}], email="jane@x.org")
    before = everything(dialer)
    batch_id = import_batch.receive(dialer, people.owner, csv(*ROWS), "b.csv")
    import_batch.rehearse(dialer, people.owner, batch_id)
    rehearsed = {row["name"]: row for row in rows_of(dialer, batch_id)}
    assert {name: row["verdict"] for name, row in rehearsed.items()} == {
        "Jane Doe": "joined", "Bob Stone": "skipped", "Ida": "skipped",
    }  # fmt: skip
    assert rehearsed["Jane Doe"]["before"]["tags"] == ["Golf"]
    assert rehearsed["Bob Stone"]["problems"] == [
        "There is no phone number to call, and nobody here has this e-mail address."
    ]
    assert everything(dialer) == before
    batch_id = taken_in(dialer, people.owner, csv(*ROWS))
    ((name, email, _, note, _, phones, tags, facts),) = people_of(dialer, people.owner)
    assert (name, email, note, phones, tags) == ("Jane Doe", "jane@x.org", "roses", ((A, "", 0),), ("Golf",))
    assert [fact[0] for fact in facts] == ["birthday"]
    undone(dialer, people.owner, batch_id)
    assert everything(dialer) == before


def test_the_row_with_the_number_may_come_later_and_the_undo_takes_both_back(dialer, people, small_chunks):
    others = [f"Person {n},21255501{n},,p{n}@x.org" for n in range(50, 90)]
    data = csv("Jane Doe,,,jane@x.org,Golf", *others, "Jane Doe,2125550140,,jane@x.org")
    before = everything(dialer)
    batch_id = taken_in(dialer, people.owner, data)
    verdicts = {row["row"]: row["verdict"] for row in rows_of(dialer, batch_id)}
    assert len(verdicts) == 42 and (verdicts[2], verdicts[43]) == ("joined", "new")
    result = import_contacts(dialer, people.owner, data, pause=0)
    assert (result.added, result.updated, result.unchanged, result.skipped) == (0, 0, 42, 0)
    undone(dialer, people.owner, batch_id)
    assert everything(dialer) == before


def test_a_refusal_reaches_whom_the_address_belongs_to(dialer, people):
    jane = add_contact(dialer, people.owner, name="Jane Doe", phones=[{"number": A}], email="jane@x.org")
    data = b"name,phone,email,do not call\nJane Doe,,jane@x.org,by letter\n"
    undone(dialer, people.owner, taken_in(dialer, people.owner, data))
    with dialer.db.read() as conn:
        assert contacts.get(conn, people.owner, jane)["do_not_call_reason"] == "by letter"
        assert do_not_call.blocked_numbers(conn, people.owner.office_id, [A]) == {A}


def test_an_address_of_a_teammates_contact_is_nobodys_here(dialer, people):
    add_contact(dialer, people.teammate, name="Jane Doe", phones=[{"number": A}], email="jane@x.org")
    (row,) = rows_of(dialer, taken_in(dialer, people.owner, csv(ROWS[0])))
    assert (row["verdict"], row["contact_id"]) == ("skipped", None)


def test_two_rows_that_were_merged_by_hand_stay_one_when_the_file_comes_again(dialer, people):
    data = csv("Wanda Walk,2125550140", "W. Walk,2125550141,2125550140")
    import_contacts(dialer, people.owner, data, pause=0)
    with dialer.db.read() as conn:
        first, second = (row["id"] for row in contacts.page(conn, people.owner))
    merge(dialer, people.owner, first, second, {"name": second})
    result = import_contacts(dialer, people.owner, data, pause=0)
    assert (result.added, result.updated, result.unchanged) == (0, 0, 2)


def test_both_addresses_of_two_who_were_merged_find_the_one(dialer, people, small_chunks):
    jane, other = (
        add_contact(dialer, people.owner, name=name, phones=[{"number": number}], email=email)
        for name, number, email in (("Jane Doe", A, "jane@x.org"), ("Jane Smith", B, "smith@x.org"))
    )
    merge(dialer, people.owner, jane, other)
    result = import_contacts(
        dialer, people.owner, csv("Jane Doe,,,smith@x.org", "Jane Doe,2125550142,,jane@x.org"), pause=0
    )
    assert (result.added, result.updated, result.unchanged, result.skipped) == (0, 1, 1, 0)

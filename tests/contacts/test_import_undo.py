"""An import can be undone as a whole, and what has lived since stays."""

from __future__ import annotations

from soi_dialer.flows.import_contacts import import_contacts
from soi_dialer.flows.keep_contact import add_contact, delete_contact, edit_contact, set_do_not_call
from soi_dialer.store import contacts, do_not_call, tags
from tests.cast import START
from tests.contacts.batches import csv, dialer, everything, people_of, rows_of, small_chunks, taken_in, undone
from tests.data.messy_books import messy_books

__all__ = ["dialer", "small_chunks"]  # fixtures

A, B, C = "+12125550140", "+12125550141", "+12125550142"


def test_do_not_call_comes_in_with_the_file_and_stays_when_it_is_undone(dialer, people):
    kim = add_contact(dialer, people.owner, name="Kim", phones=[{"number": B}])
    data = b"name,phone,do not call\nJane,2125550140,by letter\nKim,2125550141,yes\n"
    batch_id = taken_in(dialer, people.owner, data)
    undone(dialer, people.owner, batch_id)
    with dialer.db.read() as conn:
        assert contacts.get(conn, people.owner, kim)["do_not_call_at"]
        assert do_not_call.blocked_numbers(conn, people.owner.office_id, [A, B, C]) == {A, B}


def test_an_undo_puts_everything_back_as_it_was(dialer, people, small_chunks):
    import_contacts(dialer, people.owner, messy_books(60).google, pause=0)
    with dialer.db.write() as conn:
        contacts.add_named_by_number(conn, people.owner, "+12125550177", START)
    before = everything(dialer)
    zed = b"BEGIN:VCARD\r\nFN:Zed\r\nTEL:2125550177\r\nEND:VCARD\r\n"
    batch_id = taken_in(dialer, people.owner, messy_books(60).apple + zed)
    assert everything(dialer) != before
    undone(dialer, people.owner, batch_id)
    assert {row["is_undone"] for row in rows_of(dialer, batch_id) if row["verdict"] in ("new", "joined")} == {True}
    assert everything(dialer) == before


def test_an_undo_leaves_whom_something_has_happened_with_and_says_so(dialer, people):
    known = add_contact(dialer, people.owner, name="Kim Known", phones=[{"number": C}])
    others = ("Ann,2125550143", "Bob,2125550144,,,Rotary", "Cy,2125550145", "Dee,2125550146")
    batch_id = taken_in(dialer, people.owner, csv(*others, "Kim,2125550142,2125550147,k@x.org,Golf,n"))
    with dialer.db.read() as conn:
        ids = {row["name"]: row["id"] for row in contacts.page(conn, people.owner)}
    dialer.clock.later(days=1)
    edit_contact(dialer, people.owner, ids["Ann"], note="Met her")
    set_do_not_call(dialer, people.owner, ids["Cy"], True)
    edit_contact(dialer, people.owner, known, note="My own words")
    with dialer.db.write() as conn:
        tags.put_on(conn, people.owner, {ids["Bob"]: ["Chess"]})
    delete_contact(dialer, people.owner, ids["Dee"])
    marks = undone(dialer, people.owner, batch_id)
    assert {name: done for name, (done, _) in marks.items()} == {
        "Ann": False, "Bob": False, "Cy": False, "Dee": True, "Kim": False,
    }  # fmt: skip
    assert all(problems[-1].startswith("Kept: ") for done, problems in marks.values() if not done)
    kim = next(one for one in people_of(dialer, people.owner) if one[0] == "Kim Known")
    assert (kim[1], kim[3], [one[0] for one in kim[5]], kim[6]) == ("", "My own words", [C], ())


def test_an_undo_never_takes_the_last_number(dialer, people):
    with dialer.db.write() as conn:
        unknown = contacts.add_named_by_number(conn, people.owner, A, START)
    batch_id = taken_in(dialer, people.owner, csv("Jane,2125550140,2125550141"))
    edit_contact(dialer, people.owner, unknown, phones=[{"number": B}])
    undone(dialer, people.owner, batch_id)
    with dialer.db.read() as conn:
        assert [one["number"] for one in contacts.phones(conn, [unknown])[unknown]] == [B]


def test_what_came_as_done_already_is_nothing_that_happened_since(dialer, people):
    before = everything(dialer)
    batch_id = taken_in(dialer, people.owner, b"name,phone,facts\nJane,2125550140,ask_next done: The move\n")
    assert [fact[1] for one in people_of(dialer, people.owner) for fact in one[-1]] == ["The move"]
    undone(dialer, people.owner, batch_id)
    assert everything(dialer) == before

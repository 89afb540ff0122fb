"""An address book is taken in once, however often it is imported; families stay several people."""

from __future__ import annotations

import threading

import pytest

from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.import_contacts import CHUNK, import_contacts
from soi_dialer.flows.keep_contact import add_contact, delete_contact, set_do_not_call
from soi_dialer.store import contacts, do_not_call
from soi_dialer.store.tables import contact, contact_phone
from tests.cast import START
from tests.data.google_contacts import google_contacts

A, B, C = "+12125550140", "+12125550141", "+12125550142"


def csv(*rows: str) -> bytes:
    return "\n".join(("name,phone,phone2,email,level,note", *rows)).encode()


def kept(dialer, scope) -> dict[str, list[str]]:
    with dialer.db.read() as conn:
        rows = contacts.page(conn, scope, limit=10_000)
        phones = contacts.phones(conn, [row["id"] for row in rows])
    return {row["name"]: [phone["number"] for phone in phones[row["id"]]] for row in rows}


def everything(dialer, scope):
    with dialer.db.read() as conn:
        rows = conn.execute(contact.select().order_by(contact.c.id)).all()
        return rows, conn.execute(contact_phone.select().order_by(contact_phone.c.id)).all()


def counts(result):
    return result.added, result.updated, result.unchanged, result.skipped


def test_people_are_kept_with_numbers_level_and_note(dialer, people):
    result = import_contacts(dialer, people.owner, csv("Jane Doe,212-555-0140,212-555-0141,j@example.com,friend,roses"))
    assert counts(result) == (1, 0, 0, 0)
    assert kept(dialer, people.owner) == {"Jane Doe": [A, B]}
    with dialer.db.read() as conn:
        (row,) = contacts.page(conn, people.owner)
    assert (row["email"], row["level"], row["note"]) == ("j@example.com", "friend", "roses")


def test_row42_a_real_export_imported_twice_changes_nothing_the_second_time(dialer, people):
    data = google_contacts(450)
    seen = []
    first = import_contacts(dialer, people.owner, data, progress=lambda done, total: seen.append((done, total)))
    before = everything(dialer, people.owner)
    second = import_contacts(dialer, people.owner, data)
    assert first.added + first.updated + first.unchanged + first.skipped == 450
    assert first.added > 400
    assert (second.added, second.updated, second.skipped) == (0, 0, first.skipped)
    assert everything(dialer, people.owner) == before
    assert seen[-1] == (450, 450) and len(seen) == -(-450 // CHUNK)
    assert [str(p) for p in second.problems] == [str(p) for p in first.problems]


def test_row42_a_known_number_joins_new_numbers_and_keeps_the_name_that_was_given_here(dialer, people):
    jane = add_contact(dialer, people.owner, name="Jane Doe", phones=[{"number": A}], note="mine")
    result = import_contacts(dialer, people.owner, csv("Jane Roe,2125550140,2125550141,j@example.com,friend,theirs"))
    assert counts(result) == (0, 1, 0, 0)
    assert kept(dialer, people.owner) == {"Jane Doe": [A, B]}
    with dialer.db.read() as conn:
        row = contacts.get(conn, people.owner, jane)
    assert (row["email"], row["level"], row["note"]) == ("j@example.com", "acquaintance", "mine")


def test_two_people_of_one_household_stay_two_people(dialer, people):
    data = csv("Jane Doe,2125550140,2125550141", "John Doe,2125550140")
    assert counts(import_contacts(dialer, people.owner, data)) == (2, 0, 0, 0)
    assert counts(import_contacts(dialer, people.owner, data)) == (0, 0, 2, 0)
    assert kept(dialer, people.owner) == {"Jane Doe": [A, B], "John Doe": [A]}


def test_one_person_in_two_rows_is_one_contact(dialer, people):
    result = import_contacts(dialer, people.owner, csv("Jane Doe,2125550140", "JANE DOE,2125550140,2125550141"))
    assert counts(result) == (1, 1, 0, 0)
    assert kept(dialer, people.owner) == {"Jane Doe": [A, B]}


def test_a_caller_who_was_named_by_number_gets_the_name_of_the_file(dialer, people):
    with dialer.db.write() as conn:
        contacts.add_named_by_number(conn, people.owner, A, START)
    import_contacts(dialer, people.owner, csv("Jane Doe,2125550140"))
    assert kept(dialer, people.owner) == {"Jane Doe": [A]}


def test_row43_do_not_call_stays_through_deletion_and_import_and_spreads_to_new_numbers(dialer, people):
    jane = add_contact(dialer, people.owner, name="Jane", phones=[{"number": A}])
    kim = add_contact(dialer, people.owner, name="Kim", phones=[{"number": C}])
    set_do_not_call(dialer, people.owner, jane, True)
    set_do_not_call(dialer, people.owner, kim, True, "by letter")
    delete_contact(dialer, people.owner, jane)
    data = csv("Jane,2125550140", "Kim,2125550142,2125550141")
    rehearsed = import_contacts(dialer, people.owner, data, dry_run=True)
    assert [str(one) for one in rehearsed.problems] == ["row 2 (Jane): This number asked earlier not to be called."]
    import_contacts(dialer, people.owner, data)
    with dialer.db.read() as conn:
        assert all(row["do_not_call_at"] for row in contacts.page(conn, people.owner))
        assert do_not_call.blocked_numbers(conn, people.owner.office_id, [A, B, C]) == {A, B, C}
        assert contacts.get(conn, people.owner, kim)["do_not_call_reason"] == "by letter"


def test_a_rehearsal_counts_the_same_and_writes_nothing(dialer, people):
    data = csv("Jane,2125550140", "Jane,2125550140,2125550141", "Kim,2125550142", "Nobody,")
    rehearsed = import_contacts(dialer, people.owner, data, dry_run=True)
    assert everything(dialer, people.owner) == ([], [])
    assert counts(rehearsed) == counts(import_contacts(dialer, people.owner, data)) == (2, 1, 0, 1)


def test_what_is_left_out_is_said_by_row(dialer, people):
    data = csv("Jane,2125550140,911", "Kim,", "Me,+12025550101", "Lee,2125550142,+12025550100")
    result = import_contacts(dialer, people.owner, data)
    assert counts(result) == (2, 0, 0, 2)
    assert [problem.row for problem in result.problems] == [2, 3, 4, 5]
    assert str(result.problems[1]).startswith("row 3 (Kim): ")
    assert "own numbers" in result.problems[2].reason and "own numbers" in result.problems[3].reason
    assert kept(dialer, people.owner) == {"Jane": [A], "Lee": [C]}


@pytest.mark.parametrize(
    "data", [b"", b"name,phone\n", b"PK\x03\x04 zip", b"\xff\xd8\xff jpeg", b"<html></html>", b"a,b\n1,2"]
)
def test_a_file_that_is_no_address_book_is_refused_as_a_whole(dialer, people, data):
    with pytest.raises(BadValue) as refusal:
        import_contacts(dialer, people.owner, data)
    assert refusal.value.field == "file"


def test_a_teammates_contacts_are_not_touched(dialer, people):
    add_contact(dialer, people.teammate, name="Jane of the teammate", phones=[{"number": A}])
    import_contacts(dialer, people.owner, csv("Jane,2125550140,2125550141"))
    assert kept(dialer, people.teammate) == {"Jane of the teammate": [A]}
    assert kept(dialer, people.owner) == {"Jane": [A, B]}


def test_other_writers_get_in_between_the_chunks(dialer, people):
    entered = []

    def write_meanwhile(done: int, _total: int) -> None:
        other = threading.Thread(target=lambda: entered.append(_write(dialer, people.teammate, done)))
        other.start()
        other.join(10)

    import_contacts(dialer, people.owner, google_contacts(300), progress=write_meanwhile)
    assert len(entered) >= 2


def _write(dialer, scope, done: int) -> int:
    return add_contact(dialer, scope, name=f"Meanwhile {done}", phones=[{"number": A}])


def test_an_import_that_broke_off_goes_on_when_it_is_repeated(dialer, people):
    data = google_contacts(300)

    def fail(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_contacts(dialer, people.owner, data, progress=fail)
    assert 0 < len(kept(dialer, people.owner)) <= CHUNK
    whole = import_contacts(dialer, people.owner, data)
    assert whole.unchanged + whole.updated > 0
    assert counts(import_contacts(dialer, people.owner, data))[:2] == (0, 0)

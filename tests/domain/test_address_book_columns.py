"""What the columns of an address book mean: guessed, shown with examples, and as somebody says."""

from __future__ import annotations

from datetime import date

import pytest

from soi_dialer.domain.address_book import BadFile, ImportedPerson, ImportedPhone, layout_of, read_rows
from soi_dialer.domain.address_book_columns import MEANINGS, guess
from soi_dialer.domain.imported import ImportedFact
from tests.data.google_contacts import google_contacts

TABLE = (
    "name,phone,phone2,email,level,note\n"
    "José,212-555-1234,(213) 555-9999 x7,j@example.com,friend,Ask about the dog\n"
)


def people_in(table: str) -> list[ImportedPerson]:
    return [row for row in read_rows(table.encode()) if isinstance(row, ImportedPerson)]


def test_what_a_column_holds_can_be_said_when_its_title_does_not_tell():
    table = b"Who,Reach,Since\nJane Doe,2125551234,2/28/2019\n"
    with pytest.raises(BadFile, match="No column of phone numbers"):
        read_rows(table)
    (jane,) = read_rows(table, meanings=["name", "phone", "closing"])
    assert (jane.name, jane.phones[0].e164) == ("Jane Doe", "+12125551234")
    assert jane.facts == (ImportedFact("closing", "Closing on February 28, 2019", date(2019, 2, 28), 228),)


def test_a_column_that_is_left_out_is_not_read():
    (jane,) = read_rows(TABLE.encode(), meanings=["name", "phone", "", "", "", ""])
    assert (jane.name, len(jane.phones), jane.email, jane.level, jane.note) == ("José", 1, "", "", "")


def test_a_kind_of_number_is_taken_from_the_column_before_when_titles_do_not_pair():
    (jane,) = read_rows(b"name,k,n\nJane,Cabin,2125551234\n", meanings=["name", "phone_label", "phone"])
    assert jane.phones == (ImportedPhone("+12125551234", "cabin", ""),)


def test_a_layout_shows_what_was_guessed_with_examples():
    layout = layout_of(TABLE.encode() + b"Ida,2125551235,,,,\n\n")
    assert layout.titles[:2] == ("name", "phone") and layout.rows == 2 and not layout.is_vcard
    assert layout.guessed == ("name", "phone", "phone", "email", "level", "note")
    assert layout.examples[0] == ("José", "Ida") and layout.examples[3] == ("j@example.com",)


def test_every_guess_is_a_word_that_can_be_chosen():
    header = google_contacts(1).decode().splitlines()[0].split(",")
    assert set(guess(header)) <= set(MEANINGS)
    assert {"given", "family", "phone", "phone_label", "email", "labels", "note", "birthday"} <= set(guess(header))


@pytest.mark.parametrize(
    ("cell", "reason"), [("yes", ""), ("TRUE", ""), ("by letter", "by letter"), ("no", None), ("0", None), ("", None)]
)
def test_who_asked_not_to_be_called_is_known_by_the_column(cell, reason):
    assert people_in(f"name,phone,do not call\nJane,2125551234,{cell}\n")[0].do_not_call == reason


def test_labels_are_tags_unless_they_say_how_close_somebody_is_or_not_to_call():
    labels = "* myContacts ::: Past Clients ::: Rotary ::: rotary ::: Do Not Call ::: Éclair Club"
    (jane,) = people_in(f"name,phone,labels\nJane,2125551234,{labels}\n")
    assert (jane.level, jane.tags, jane.do_not_call) == ("customer", ("Rotary", "Éclair Club"), "")


def test_an_apostrophe_that_guards_a_formula_is_not_part_of_the_cell():
    (one,) = people_in("name,phone,note\n'=1+1,2125551234,'tis the season\n")
    assert (one.name, one.note) == ("=1+1", "'tis the season")


def test_an_address_in_several_columns_is_one_thing_to_remember():
    table = "name,phone,Home Street,Home City,Home State\nJane,2125551234,12 Maple St,Salem,MA\n"
    assert [(fact.kind, fact.text) for fact in people_in(table)[0].facts] == [("house", "12 Maple St, Salem, MA")]

"""What is exported in any of the forms is read back whole."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest

from soi_dialer.flows.export_contacts import FORMATS, export_contacts
from soi_dialer.flows.households import live_together, rename
from soi_dialer.flows.import_contacts import import_contacts
from soi_dialer.flows.keep_contact import add_contact, edit_contact
from soi_dialer.store import contacts, facts, imported_people, tags
from tests.cast import START


@pytest.fixture
def book(dialer, people):
    """Everything that can be kept of somebody, and two households that are called alike."""
    scope, add = people.owner, add_contact
    jane = add(
        dialer, scope, name="Zoë O'Neil, Jr.", phones=[{"number": "2125550140 x9", "label": "mobile"},
        {"number": "2125550141", "label": "cabin"}], email="z@example.com", level="inner, circle",
        note="Said: \"yes\";\nthen = no", time_zone="America/Denver",
    )  # fmt: skip
    odd = add(dialer, scope, name="=1+1", phones=[{"number": "2125550142"}], note="-2+3", level="friend")
    odder = add(dialer, scope, name="'=2", phones=[{"number": "2125550144"}], note="＝3", cadence_days=45)
    edit_contact(dialer, scope, odder, archived=True)
    twins = [add(dialer, scope, name=f"Roe {n}", phones=[{"number": f"212555015{n}"}]) for n in range(4)]
    for one, other in (twins[:2], twins[2:]):
        rename(dialer, scope, live_together(dialer, scope, one, other), "Roe household")
    add(dialer, scope, name="李小龍", phones=[{"number": "2125550143"}], do_not_call=True, do_not_call_reason="by letter")
    with dialer.db.write() as conn:
        tags.put_on(conn, scope, {jane: ["Rotary Salem", "golf"], odd: ["Chess"]})
        born = {"kind": "birthday", "text": "Turns fifty\nin May", "about_on": date(1976, 5, 1), "month_day": 501}
        asks = {"kind": "ask_next", "text": "=How did it go?", "about_on": None, "month_day": None}
        done = {"kind": "ask_next", "text": "The move", "about_on": None, "month_day": None, "done_at": START}
        rows = [{"contact_id": jane, "created_at": START, "done_at": None, **one} for one in (born, asks, done)]
        imported_people.add_facts(conn, scope, rows)
    return dialer, people


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_asked_already_is_not_asked_again_after_the_way_through_a_file(book, form):
    dialer, people = book
    import_contacts(dialer, people.stranger, exported(dialer, people.owner, form).encode())
    with dialer.db.read() as conn:
        (zoe,) = contacts.page(conn, people.stranger, search="zoe")
        assert [one["text"] for one in facts.to_bring_up(conn, zoe["id"]) if one["kind"] == "ask_next"] == [
            "=How did it go?"
        ]
        assert "The move" in [one["text"] for one in facts.of_contact(conn, zoe["id"])]


def exported(dialer, scope, form: str) -> str:
    return "".join(export_contacts(dialer, scope, form))


@pytest.mark.parametrize("form", FORMATS)
def test_everything_that_is_kept_comes_back_in_another_office(book, form):
    dialer, people = book
    written = exported(dialer, people.owner, form)
    result = import_contacts(dialer, people.stranger, written.encode())
    assert (result.added, result.problems) == (8, [])
    for other in FORMATS:
        assert exported(dialer, people.stranger, other) == exported(dialer, people.owner, other)
    assert "Roe household (2)" in written


@pytest.mark.parametrize("form", FORMATS)
def test_reading_ones_own_export_changes_nothing(book, form):
    dialer, people = book
    written = exported(dialer, people.owner, form)
    result = import_contacts(dialer, people.owner, written.encode())
    assert (result.added, result.updated, result.unchanged) == (0, 0, 8)
    assert exported(dialer, people.owner, form) == written


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_of_anybody_elses_is_exported(book, form):
    dialer, people = book
    assert "2125550140" not in exported(dialer, people.teammate, form)


def test_no_cell_of_the_table_would_be_run_by_a_spreadsheet(book):
    dialer, people = book
    cells = [cell for row in csv.reader(io.StringIO(exported(dialer, people.owner, "csv"))) for cell in row]
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith(tuple("=-@\t\r＝＋－＠"))] == []
    assert all(re.match(r"\+1\d{10}", cell) for cell in cells if cell.startswith("+"))


def test_who_is_not_to_be_called_is_marked_for_other_programs_as_well(book):
    dialer, people = book
    for form in ("vcard3", "vcard4"):
        card = next(card for card in exported(dialer, people.owner, form).split("BEGIN:VCARD") if "李小龍" in card)
        assert "CATEGORIES:Do not call\r\n" in card

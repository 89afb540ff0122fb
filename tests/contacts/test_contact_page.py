"""What the contact page reads, on both databases."""

from __future__ import annotations

from datetime import date

from soi_dialer.flows.households import live_together
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.keep_fact import add_fact, mark_done
from soi_dialer.store import contact_page


def test_numbers_facts_and_tags_come_in_one_answer_and_in_their_order(dialer, people):
    phones = [{"number": "212 555 0143", "label": "work"}, {"number": "212 555 0142"}]
    jane = add_contact(dialer, people.owner, name="Jane Doe", phones=phones, tags=["golf", "choir"])
    add_fact(dialer, people.owner, jane, "ask_next", "how was the recital?")
    add_fact(dialer, people.owner, jane, "birthday", "turns fifty", "May 3, 1976")
    add_fact(dialer, people.owner, jane, "note", "boat")
    mark_done(dialer, people.owner, add_fact(dialer, people.owner, jane, "ask_next", "the roof?"))
    with dialer.db.read() as conn:
        numbers, facts, tags = contact_page.beside(conn, jane)
    assert [row["value"] for row in numbers] == ["+12125550143", "+12125550142"]
    assert [(row["label"], row["about_on"], row["month_day"]) for row in facts] == [
        ("ask_next", None, None),
        ("note", None, None),
        ("birthday", date(1976, 5, 3), 503),
    ]
    assert {row["value"] for row in tags} == {"golf", "choir"}


def test_a_contact_is_shown_with_their_household_and_to_nobody_else(dialer, people):
    jane, john = (
        add_contact(dialer, people.owner, name=name, phones=[{"number": "212 555 0142"}])
        for name in ("Jane Doe", "John Doe")
    )
    live_together(dialer, people.owner, jane, john)
    with dialer.db.read() as conn:
        assert contact_page.contact_with_callback(conn, people.owner, jane)["household"] == "Doe household"
        assert contact_page.contact_with_callback(conn, people.teammate, jane) is None
        assert contact_page.contact_with_callback(conn, people.stranger, jane) is None

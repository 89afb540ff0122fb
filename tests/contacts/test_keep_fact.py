"""Things to remember: typed, dated, asked about, and heard before a call."""

from __future__ import annotations

from datetime import date

import pytest

from soi_dialer.domain.fact_words import spoken
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.keep_fact import add_fact, edit_fact, mark_done, read_fact, remove_fact
from soi_dialer.store import facts
from tests.cast import START


@pytest.fixture
def jane(dialer, people) -> int:
    return add_contact(dialer, people.owner, name="Jane Doe", phones=[{"number": "(212) 555-0142"}])


@pytest.fixture
def add(dialer, people, jane):
    return lambda kind, text, day="": add_fact(dialer, people.owner, jane, kind, text, day)


def said(dialer, contact_id) -> list[str]:
    with dialer.db.read() as conn:
        return [spoken(row) for row in facts.to_bring_up(conn, contact_id)]


def kept(dialer, people, fact_id):
    with dialer.db.read() as conn:
        row = facts.get(conn, people.owner, fact_id)
    return row["kind"], row["text"], row["about_on"], row["month_day"]


@pytest.mark.parametrize(
    ("kind", "text", "day", "as_kept"),
    [
        ("", " Has a\tnew boat ", "", ("note", "Has a\tnew boat", None, None)),
        ("birthday", "turns fifty", "May 3", ("birthday", "turns fifty", None, 503)),
        ("birthday", "5/3/1980", "", ("birthday", "", date(1980, 5, 3), 503)),
        ("closing", "Maple Street, 6/1/2021", "", ("closing", "Maple Street, 6/1/2021", date(2021, 6, 1), 601)),
        ("application", "refinance", "10/30", ("application", "refinance", date(2026, 10, 30), None)),
        ("opening", "wants to add a room", "", ("opening", "wants to add a room", None, None)),
        ("child", "starts college on 9/1", "", ("child", "starts college on 9/1", None, None)),
        ("child", "starts college", "Sep 2027", ("child", "starts college", date(2027, 9, 1), None)),
    ],
)
def test_a_fact_is_kept_with_its_kind_and_day(kind, text, day, as_kept):
    assert tuple(read_fact(kind, text, day, START.date()).values()) == as_kept


@pytest.mark.parametrize(
    ("text", "day", "field"),
    [("", "", "text"), ("\u200b", "", "text"), ("x" * 501, "", "text"), ("turns fifty", "soon", "day"),
     ("turns fifty", "2/30", "day"), ("turns fifty", "9" * 5000, "day")],
)  # fmt: skip
def test_what_is_nothing_or_no_day_is_refused(text, day, field):
    with pytest.raises(BadValue) as refused:
        read_fact("birthday", text, day, START.date())
    assert refused.value.field == field


def test_the_question_for_next_time_is_heard_first_and_a_date_last(dialer, jane, add):
    add("birthday", "turns fifty", "May 3")
    question = add("ask_next", "how was the recital?")
    add("work", "she changed jobs")
    assert said(dialer, jane) == ["ask: how was the recital?", "she changed jobs", "birthday on May 3: turns fifty"]
    assert question


def test_what_was_asked_about_is_kept_and_not_brought_up(dialer, people, jane, add):
    question = add("ask_next", "how was the recital?")
    mark_done(dialer, people.owner, question)
    assert said(dialer, jane) == []
    mark_done(dialer, people.owner, question, False)
    assert said(dialer, jane) == ["ask: how was the recital?"]


def test_a_fact_is_changed_and_taken_out(dialer, people, jane, add):
    fact_id = add("birthday", "boat", "5/3/1980")
    assert kept(dialer, people, fact_id) == ("birthday", "boat", date(1980, 5, 3), 503)
    edit_fact(dialer, people.owner, fact_id, "holiday", "a new boat", "July 4 2027")
    assert kept(dialer, people, fact_id) == ("holiday", "a new boat", date(2027, 7, 4), None)
    remove_fact(dialer, people.owner, fact_id)
    assert said(dialer, jane) == []


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_nobody_touches_what_others_remember(dialer, people, jane, add, who):
    fact_id, scope = add("note", "boat"), getattr(people, who)
    for attempt in (
        lambda: add_fact(dialer, scope, jane, "note", "mine now"),
        lambda: edit_fact(dialer, scope, fact_id, "note", "mine now"),
        lambda: mark_done(dialer, scope, fact_id),
        lambda: remove_fact(dialer, scope, fact_id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert said(dialer, jane) == ["boat"]


def test_a_fact_names_only_a_call_of_ones_own(dialer, people, jane):
    with pytest.raises(NotFound):
        add_fact(dialer, people.owner, jane, "note", "boat", call_id=2**31 - 1)

"""The law of joining: no number and no known person is lost, and the same file again finds everybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import names
from soi_dialer.domain.address_book import ImportedPerson, ImportedPhone
from soi_dialer.domain.imported import ImportedFact
from soi_dialer.domain.joining import JOINED, NEW, SKIPPED, UNCHANGED, Book, Decision, Known, in_order

NUMBERS = ("+12125550140", "+12125550141", "+12125550142")

some_names = st.sampled_from(["Ann Lee", "Ann Roe", "Bob"])
some_numbers = st.sets(st.sampled_from(NUMBERS), min_size=1)
emails = st.sampled_from(["", "one@example.com", "two@example.com"])
knowns = st.builds(Known, st.none(), some_names, st.booleans(), emails, st.just(""), some_numbers)


@st.composite
def persons(draw) -> ImportedPerson:
    email = draw(emails)
    phones = tuple(ImportedPhone(number, "", "") for number in sorted(draw(some_numbers)))
    phones = phones if not email or draw(st.integers(0, 3)) else ()
    return ImportedPerson(2, draw(some_names), phones, email)


def take_in(known: list[Known], people: list[ImportedPerson]) -> int:
    """Imports into `known`; returns how many people were new or told something new."""
    people = in_order(people)
    news = 0
    book = Book(known, frozenset(names.search_form(person.name) for person in people))
    for person in people:
        decided = book.decide(person)
        if decided.verdict == NEW:
            known.append(decided.known)
        news += decided.verdict in (NEW, JOINED)
    return news


def state(known: list[Known]) -> list[tuple]:
    return [(one.name, one.email, sorted(one.numbers)) for one in known]


@given(st.lists(knowns, max_size=4), st.lists(persons(), min_size=1, max_size=5))
def test_everybody_of_the_file_is_there_with_all_numbers_and_nobody_else_changes_name(known, people):
    before = [(one, one.name, set(one.numbers)) for one in known if not one.named_by_number]
    take_in(known, people)
    for person in filter(lambda person: person.phones, people):
        assert any({phone.e164 for phone in person.phones} <= one.numbers for one in known)
    assert all(one.name == name and numbers <= one.numbers for one, name, numbers in before)


@given(st.lists(knowns, max_size=4), st.lists(persons(), min_size=1, max_size=5))
def test_the_numbers_and_names_of_a_second_import_are_all_known(known, people):
    take_in(known, people)
    first = [(name, numbers) for name, _, numbers in state(known)]
    take_in(known, people)
    assert [(name, numbers) for name, _, numbers in state(known)] == first


@given(st.lists(persons(), min_size=1, max_size=6))
def test_into_an_empty_book_a_second_import_brings_no_news(people):
    known: list[Known] = []
    take_in(known, people)
    assert take_in(known, people) == 0


def ann(name="Ann Lee", email="one@example.com", number=NUMBERS[0], **more) -> Known:
    return Known(7, name, False, email, "", {number}, **more)


def decided(known: Known, *rows: ImportedPerson) -> list[Decision]:
    book = Book([known], frozenset(names.search_form(row.name) for row in rows))
    return [book.decide(row) for row in rows]


def person(name: str, email: str, number: str = NUMBERS[1], **more) -> ImportedPerson:
    return ImportedPerson(2, name, (ImportedPhone(number, "", ""),), email, **more)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("Ann Lee", JOINED), ("ANN LEE", JOINED), ("Ann Roe", JOINED), ("Bob Lee", NEW), ("Lee Ann", NEW)],
)
def test_with_an_address_alone_in_common_the_names_must_agree_as_well(name, verdict):
    assert decided(ann(), person(name, "one@example.com"))[0].verdict == verdict


def test_two_people_of_a_file_with_one_address_stay_two():
    rows = person("Ann Lee", "one@example.com"), person("Ann Roe", "one@example.com", NUMBERS[2])
    first, second = decided(ann(), *rows)
    assert (first.verdict, second.verdict) == (JOINED, NEW)


def test_any_of_their_addresses_finds_a_person_and_the_others_are_remembered():
    (one,) = decided(ann(), person("Ann Lee", "two@example.com", other_emails=("one@example.com",)))
    assert one.verdict == JOINED and one.known.email == "one@example.com"
    assert [fact.text for fact in one.news.facts] == ["Other e-mail address: two@example.com"]


def test_a_caller_who_was_known_by_number_alone_is_found_by_address_and_named():
    known = Known(7, "(212) 555-0140", True, "one@example.com", "", {NUMBERS[0]})
    (one,) = decided(known, person("Bob", "one@example.com"))
    assert (one.verdict, one.known.name) == (JOINED, "Bob")


def by_email_alone(name: str, email: str, **more) -> ImportedPerson:
    return ImportedPerson(2, name, (), email, **more)


@pytest.mark.parametrize("name", ["Ann Lee", "Ann Roe", "one@example.com"])
def test_an_address_alone_tells_more_of_whom_it_belongs_to(name):
    (one,) = decided(ann(), by_email_alone(name, "one@example.com", tags=("Rotary",)))
    assert (one.verdict, one.known.name, one.news.tags) == (JOINED, "Ann Lee", ("Rotary",))


def test_an_address_alone_makes_nobody_new_and_what_is_in_the_way_is_said():
    unknown, other = decided(ann(), by_email_alone("Ann Lee", "two@x.org"), by_email_alone("Bob", "one@example.com"))
    assert {unknown.verdict, other.verdict} == {SKIPPED}
    assert "nobody here has this e-mail address" in unknown.problems[0]
    assert other.problems == ("There is no phone number to call, and here the e-mail address is that of Ann Lee.",)


def test_an_address_alone_and_no_name_is_nobody_certain_where_a_couple_shares_it():
    row = by_email_alone("one@example.com", "one@example.com")
    book = Book([ann(), Known(8, "Bob Lee", False, "one@example.com", "", {NUMBERS[1]})], frozenset({row.name}))
    assert book.decide(row).verdict == SKIPPED


def test_a_row_with_an_address_alone_may_stand_before_the_row_with_the_number():
    rows = in_order([by_email_alone("Ann Lee", "one@example.com", note="roses"), person("Ann Lee", "one@example.com")])
    book = Book([], frozenset({"ann lee"}))
    assert [book.decide(row).verdict for row in rows] == [NEW, JOINED]


def test_another_address_that_is_remembered_finds_them_as_well():
    known = ann(facts={("note", "other e-mail address: two@example.com")})
    (one,) = decided(known, person("Ann Lee", "two@example.com"))
    assert (one.verdict, [phone.e164 for phone in one.news.phones], one.news.facts) == (JOINED, [NUMBERS[1]], ())


def test_the_agents_own_number_is_left_out_and_the_address_still_finds_them():
    book = Book([ann()], frozenset({"ann lee"}))
    one = book.decide(person("Ann Lee", "one@example.com", note="roses"), {NUMBERS[1]})
    assert (one.verdict, one.news.phones, one.known.note) == (JOINED, (), "roses")


def test_tags_facts_and_a_refusal_are_news_once():
    fact = ImportedFact("birthday", "Birthday on May 1", None, 501)
    row = person("Ann Lee", "one@example.com", tags=("Rotary",), facts=(fact,), do_not_call="by letter")
    first, second = decided(ann(tags={"golf"}), row, row)
    assert (first.news.tags, first.news.facts, first.news.do_not_call) == (("Rotary",), (fact,), "by letter")
    assert second.verdict == UNCHANGED


def test_a_row_with_the_agents_own_number_alone_is_skipped():
    book = Book([], frozenset())
    assert book.decide(person("Me", ""), {NUMBERS[1]}).verdict == SKIPPED

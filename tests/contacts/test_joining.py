"""The law of joining: no number and no known person is lost, and the same file again finds everybody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import names
from soi_dialer.domain.address_book import ImportedPerson, ImportedPhone
from soi_dialer.domain.joining import Book, Known

NUMBERS = ("+12125550140", "+12125550141", "+12125550142")

some_names = st.sampled_from(["Ann", "Bob", "Cy"])
some_numbers = st.sets(st.sampled_from(NUMBERS), min_size=1)
emails = st.sampled_from(["", "one@example.com"])
knowns = st.builds(Known, st.none(), some_names, st.booleans(), emails, st.just(""), some_numbers)


@st.composite
def persons(draw) -> ImportedPerson:
    phones = tuple(ImportedPhone(number, "", "") for number in sorted(draw(some_numbers)))
    return ImportedPerson(2, draw(some_names), phones, draw(emails))


def take_in(known: list[Known], people: list[ImportedPerson]) -> int:
    """Imports into `known`; returns how many people were new or told something new."""
    news = 0
    book = Book(known, frozenset(names.search_form(person.name) for person in people))
    for person in people:
        numbers = [phone.e164 for phone in person.phones]
        found = book.find(person, numbers)
        if found is None:
            known.append(Known(None, person.name, False, person.email, "", set(numbers)))
            book.add(known[-1])
            news += 1
        else:
            news += any(book.join(found, person, numbers))
    return news


def state(known: list[Known]) -> list[tuple]:
    return [(one.name, one.email, sorted(one.numbers)) for one in known]


@given(st.lists(knowns, max_size=4), st.lists(persons(), min_size=1, max_size=5))
def test_everybody_of_the_file_is_there_with_all_numbers_and_nobody_else_changes_name(known, people):
    before = [(one, one.name, set(one.numbers)) for one in known if not one.named_by_number]
    take_in(known, people)
    for person in people:
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

"""A contact is found by any word of the name and by any form of a number."""

from __future__ import annotations

import pytest

from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.store import contacts

PEOPLE = (
    ("José Núñez", "(212) 555-1234"),
    ("Jane Doe", "213-555-9999"),
    ("Mary-Jane O'Neil", "+44 20 7946 0958"),
    ("50% Club_House", "303 555 0147"),
)


@pytest.fixture
def sphere(dialer, people):
    for name, number in PEOPLE:
        add_contact(dialer, people.owner, name=name, phones=[{"number": number}])
    return people.owner


def find(dialer, scope, search, **more):
    with dialer.db.read() as conn:
        return [row["name"] for row in contacts.page(conn, scope, search=search, **more)]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["50% Club_House", "Jane Doe", "José Núñez", "Mary-Jane O'Neil"]),
        ("jane", ["Jane Doe", "Mary-Jane O'Neil"]),
        ("DOE  jane", ["Jane Doe"]),
        ("nunez", ["José Núñez"]),
        ("Núñ", ["José Núñez"]),
        ("212-555-1234", ["José Núñez"]),
        ("1 (212) 555", ["José Núñez"]),
        ("+12125551234", ["José Núñez"]),
        ("5559999", ["Jane Doe"]),
        ("7946 0958", ["Mary-Jane O'Neil"]),
        ("011442079460958", ["Mary-Jane O'Neil"]),
        ("jane 9999", ["Jane Doe"]),
        ("%", ["50% Club_House"]),
        ("_", ["50% Club_House"]),
        ("\\", []),
        ("';drop table contact", []),
        ("(a+)+$" * 2000, []),
        ("nobody", []),
    ],
)
def test_row66_search_finds_by_words_and_numbers_and_nothing_by_patterns(dialer, sphere, search, found):
    assert sorted(find(dialer, sphere, search)) == sorted(found)


def test_pages_follow_each_other_without_gap_or_repeat_even_among_equal_names(dialer, people):
    for _ in range(5):
        add_contact(dialer, people.owner, name="Same Name", phones=[{"number": "2125551234"}])
    seen, after = [], None
    while True:
        with dialer.db.read() as conn:
            rows = contacts.page(conn, people.owner, after=after, limit=2)
        if not rows:
            break
        seen += [row["id"] for row in rows]
        after = (rows[-1]["search_name"], rows[-1]["id"])
    assert len(seen) == len(set(seen)) == 5


def test_those_whose_name_begins_with_it_come_first_and_no_page_misses_anybody(dialer, people):
    for name in ("Adam Jansen", "Janet Lee", "Bea Jan", "Jan Adams", "Kim", "Jana Roe"):
        add_contact(dialer, people.owner, name=name, phones=[{"number": "2125551234"}])
    whole = ["Jan Adams", "Jana Roe", "Janet Lee", "Adam Jansen", "Bea Jan"]
    assert find(dialer, people.owner, "jan") == whole
    seen, after = [], None
    while True:
        with dialer.db.read() as conn:
            rows = contacts.page(conn, people.owner, search="jan", after=after, limit=2)
        if not rows:
            break
        seen += [row["name"] for row in rows]
        after = (rows[-1]["search_name"], rows[-1]["id"])
    assert seen == whole


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ida@ex", ["Ida Wells"]),
        ("@EXAMPLE.com", ["Ida Wells", "Kim Lee"]),
        ("example.com", ["Ida Wells", "Kim Lee"]),
        ("golf", ["Kim Lee"]),
        ("GÓL kim", ["Kim Lee"]),
        ("olf", []),
        ("kim ida@example.com", []),
        ("kim 0143", ["Kim Lee"]),
    ],
)
def test_people_are_found_by_address_and_by_tag(dialer, people, search, found):
    add_contact(dialer, people.owner, name="Ida Wells", phones=[{"number": "2125550142"}], email="Ida@example.com")
    add_contact(
        dialer,
        people.owner,
        name="Kim Lee",
        phones=[{"number": "2125550143"}],
        email="k@example.com",
        tags=["Golf club"],
    )
    assert find(dialer, people.owner, search) == found


@pytest.mark.parametrize("search", ["", "jane", "5550142", "jane@", "golf"])
@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_nobody_is_found_by_others(dialer, people, who, search):
    phones, more = [{"number": "2125550142"}], {"email": "jane@example.com", "tags": ["golf"]}
    add_contact(dialer, people.owner, name="Jane Doe", phones=phones, **more)
    assert find(dialer, getattr(people, who), search) == []
    assert find(dialer, getattr(people, who), search, tag="golf") == []
    assert find(dialer, people.owner, search, tag="golf") == ["Jane Doe"]

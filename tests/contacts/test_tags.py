"""A tag is one word for one agent, on as many people as they like."""

from __future__ import annotations

import pytest

from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.store import tags


@pytest.fixture
def add(dialer, people):
    def person(name: str, scope=people.owner) -> int:
        return add_contact(dialer, scope, name=name, phones=[{"number": "(212) 555-0142"}])

    return person


def put(dialer, scope, wanted):
    with dialer.db.write() as conn:
        tags.put_on(conn, scope, wanted)


def of(dialer, *ids):
    with dialer.db.read() as conn:
        return list(tags.names_of(conn, ids).values())


def test_the_same_word_in_other_letters_is_the_same_tag(dialer, people, add):
    ann, bob = add("Ann"), add("Bob")
    put(dialer, people.owner, {ann: ["Café", "golf"], bob: ["CAFE"]})
    put(dialer, people.owner, {ann: ["cafe"]})
    assert of(dialer, ann, bob) == [["Café", "golf"], ["Café"]]
    with dialer.db.read() as conn:
        assert tags.by_name(conn, people.owner, "cafÉ")["name"] == "Café"


def test_nobody_tags_or_sees_the_people_of_others(dialer, people, add):
    theirs, strangers = add("Tess", people.teammate), add("Sam", people.stranger)
    put(dialer, people.owner, {theirs: ["golf"], strangers: ["golf"]})
    assert of(dialer, theirs, strangers) == [[], []]
    put(dialer, people.teammate, {theirs: ["private"]})
    with dialer.db.read() as conn:
        assert tags.by_name(conn, people.owner, "private") is None
        assert "private" not in tags.all_names(conn, people.owner)


def test_a_tag_that_is_taken_off_everybody_is_gone(dialer, people, add):
    ann, bob = add("Ann"), add("Bob")
    put(dialer, people.owner, {ann: ["golf", "choir"], bob: ["golf"]})
    with dialer.db.write() as conn:
        tags.take_off(conn, people.owner, [ann, bob], "GOLF")
        assert tags.all_names(conn, people.owner) == ["choir"]
        tags.replace(conn, people.owner, ann, ["book club"])
        assert tags.all_names(conn, people.owner) == ["book club"]
    assert of(dialer, ann, bob) == [["book club"], []]


def test_many_people_are_tagged_at_once(dialer, people, add):
    crowd = [add(f"Person {number}") for number in range(5)]
    put(dialer, people.owner, {contact_id: [f"t{contact_id}", "all"] for contact_id in crowd})
    assert of(dialer, *crowd) == [["all", f"t{contact_id}"] for contact_id in crowd]

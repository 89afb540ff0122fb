"""Referrals and own words, on both databases."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from soi_dialer.domain.referral import Sent, Worth, tree, worth_of
from soi_dialer.flows.errors import BadValue, FlowError, NotFound
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.keep_script import keep_scripts
from soi_dialer.flows.referrals import add_referral, add_with_new, change_referral, remove_referral, thank
from soi_dialer.store import referrals, scripts
from tests.world import World

FIELDS = {"state": "closing", "amount": "250 000", "sent_on": "2026-11-01", "thanked_on": "", "note": ""}


@pytest.fixture
def bob(world: World) -> int:
    return add_contact(world.dialer, world.owner, name="Bob Hill", phones=[{"number": "3035551701"}])


def rows(world: World) -> list:
    with world.dialer.db.read() as conn:
        return referrals.everyone(conn, world.owner)


def test_a_referral_goes_its_way_and_its_worth_is_counted(world: World, bob: int):
    made = add_referral(world.dialer, world.owner, sender_id=world.jane, person_id=bob)
    assert add_referral(world.dialer, world.owner, sender_id=world.jane, person_id=bob) == made
    new = {"name": "Ida Wells", "number": "3035551702"}
    add_with_new(world.dialer, world.owner, contact_id=bob, is_sender=False, **new)
    for row in rows(world):
        change_referral(world.dialer, world.owner, row["id"], **FIELDS)
    thank(world.dialer, world.owner, made)
    kept = rows(world)
    assert {row["id"]: row["thanked_on"] for row in kept}[made] == date(2026, 11, 18)
    sent = [Sent(row["to_contact_id"], row["from_contact_id"], row["state"], row["amount"]) for row in kept]
    assert [(line.depth, line.worth) for line in tree(sent)] == [
        (0, Worth(2, 2, 500_000)),
        (1, Worth(1, 1, 250_000)),
        (2, Worth()),
    ]
    assert sum(map(worth_of, sent), Worth()).amount == 500_000
    with pytest.raises(BadValue, match="other way round"):
        add_referral(world.dialer, world.owner, sender_id=kept[0]["to_contact_id"], person_id=world.jane)
    remove_referral(world.dialer, world.owner, made)
    assert len(rows(world)) == 1


def test_two_who_add_at_once_close_no_circle(world: World, bob: int):
    pairs = [(world.jane, bob), (bob, world.jane)]
    ready, refused = threading.Barrier(2), []

    def add(sender: int, person: int) -> None:
        ready.wait()
        try:
            add_referral(world.dialer, world.owner, sender_id=sender, person_id=person)
        except FlowError as error:
            refused.append(error)

    threads = [threading.Thread(target=add, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(rows(world)), len(refused)) == (1, 1)


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_nobody_elses_referrals_are_there(world: World, bob: int, who: str):
    other = getattr(world.people, who)
    made = add_referral(world.dialer, world.owner, sender_id=world.jane, person_id=bob)
    theirs = add_contact(world.dialer, other, name="X", phones=[{"number": "3035551703"}])
    for act in (
        lambda: add_referral(world.dialer, other, sender_id=world.jane, person_id=bob),
        lambda: add_referral(world.dialer, other, sender_id=theirs, person_id=bob),
        lambda: add_with_new(world.dialer, other, contact_id=bob, name="Y", number="3035551704", is_sender=True),
        lambda: change_referral(world.dialer, other, made, **FIELDS),
        lambda: thank(world.dialer, other, made),
        lambda: remove_referral(world.dialer, other, made),
    ):
        with pytest.raises(NotFound):
            act()
    assert [(row["state"], row["thanked_on"]) for row in rows(world)] == [("lead", None)]


def test_only_words_that_differ_from_ours_are_kept_and_they_are_the_agents_own(world: World):
    keep_scripts(world.dialer, world.owner, {"ask": "Who comes to mind, {name}?", "work": "  "})
    with world.dialer.db.read() as conn:
        assert scripts.own(conn, world.owner) == {"ask": "Who comes to mind, {name}?"}
        assert scripts.own(conn, world.people.teammate) == {}
    with pytest.raises(BadValue) as refusal:
        keep_scripts(world.dialer, world.owner, {"ask": "{you}"})
    assert refusal.value.field == "ask"
    keep_scripts(world.dialer, world.owner, {})
    with world.dialer.db.read() as conn:
        assert scripts.own(conn, world.owner) == {}

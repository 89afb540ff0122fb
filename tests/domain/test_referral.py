"""Who sent whom: a tree in which nobody is lost and every closing counts once for each person above it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.referral import STATES, Sent, Worth, tree, worth_of, worths, would_go_round

JANE, BOB, ANA, ZOE = 1, 2, 3, 4


@st.composite
def forests(draw):
    """Referrals without a circle: somebody is sent by a person with a smaller number."""
    size = draw(st.integers(1, 12))
    made = []
    for person in range(2, size + 1):
        if draw(st.booleans()):
            sender = draw(st.integers(1, person - 1))
            state, amount = draw(st.sampled_from(list(STATES))), draw(st.none() | st.integers(0, 10**6))
            made.append(Sent(person, sender, state, amount))
    return made


def test_everybody_whom_they_sent_in_turn_counts():
    sent = [Sent(BOB, JANE, "closing", 3000), Sent(ANA, BOB, "closing", 4000), Sent(ZOE, ANA, "lead", 99)]
    worth = worths(sent)
    assert worth[JANE] == Worth(3, 2, 7000)
    assert worth[BOB] == Worth(2, 1, 4000)
    assert worth[ZOE] == Worth()


def test_the_tree_begins_with_whoever_brought_most():
    sent = [Sent(BOB, JANE), Sent(ZOE, ANA, "closing", 10)]
    assert [(line.person, line.depth) for line in tree(sent)] == [(ANA, 0), (ZOE, 1), (JANE, 0), (BOB, 1)]


@given(forests())
def test_the_total_of_the_tree_is_the_sum_over_all(sent):
    lines = tree(sent)
    roots = sum((line.worth for line in lines if line.depth == 0), Worth())
    assert roots == sum(map(worth_of, sent), Worth())
    people = {one.person for one in sent} | {one.sender for one in sent}
    assert sorted(line.person for line in lines) == sorted(people)


@given(forests(), st.integers(1, 12), st.integers(1, 12))
def test_merging_two_people_keeps_every_referral_that_does_not_go_round(sent, kept, gone):
    """As a merge does it: what points at one points at the other, and somebody is sent by one person alone."""
    merged: dict[int, Sent] = {}
    for one in sent:
        moved = Sent(*(kept if at == gone else at for at in (one.person, one.sender)), one.state, one.amount)
        senders = {each.person: each.sender for each in merged.values()}
        if moved.person not in merged and not would_go_round(senders, moved.sender, moved.person):
            merged[moved.person] = moved
    shown = [line.sent for line in tree(list(merged.values())) if line.sent]
    assert sorted(shown, key=lambda one: one.person) == sorted(merged.values(), key=lambda one: one.person)


@given(forests(), st.integers(1, 12), st.integers(1, 12))
def test_whoever_would_send_those_who_sent_them_is_found(sent, sender, person):
    senders = {one.person: one.sender for one in sent}
    above, at = {sender}, sender
    while at in senders:
        at = senders[at]
        above.add(at)
    assert would_go_round(senders, sender, person) == (person in above)


def test_a_circle_that_came_from_elsewhere_loses_nobody_and_ends():
    sent = [Sent(BOB, JANE), Sent(JANE, BOB), Sent(ANA, BOB)]
    assert sorted(line.person for line in tree(sent)) == [JANE, BOB, ANA]
    assert would_go_round({BOB: JANE, JANE: BOB}, JANE, ZOE) is False


def test_a_chain_may_be_longer_than_the_stack():
    sent = [Sent(person + 1, person) for person in range(1, 1100)]
    assert tree(sent)[-1].depth == 1099

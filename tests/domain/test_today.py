"""The day's list as a rule: nobody twice, nobody forgotten, one of each household, and reasons that say why."""

from __future__ import annotations

import dataclasses
import math
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soi_dialer.domain.today import (
    APART_DAYS,
    Candidate,
    Near,
    choose,
    is_early,
    may_be_listed,
    near_month_days,
    next_return,
)
from soi_dialer.domain.today_words import LONGEST, reason

TODAY = date(2026, 11, 18)
MONTHS_AGO = TODAY - timedelta(days=200)

days_ago = st.integers(0, 500).map(lambda days: TODAY - timedelta(days=days))
nears = st.builds(
    Near,
    st.sampled_from(["birthday", "closing", "loan_date"]),
    st.text(max_size=300),
    st.integers(0, 14).map(lambda days: TODAY + timedelta(days=days)),
    st.none() | days_ago,
)
people = st.builds(
    Candidate,
    contact_id=st.integers(1, 40),
    days=st.integers(1, 365),
    known_on=days_ago,
    touched_on=st.none() | days_ago,
    household_id=st.none() | st.integers(1, 8),
    place=st.integers(0, 4),
    is_past_customer=st.booleans(),
    near=st.lists(nears, max_size=2).map(tuple),
    opening=st.text(max_size=300),
    listed_on=st.none() | days_ago,
    left_on=st.none() | st.just(TODAY - timedelta(days=1)),
    put_off_on=st.none() | st.just(TODAY),
)
spheres = st.lists(people, max_size=30, unique_by=lambda one: one.contact_id)


def person(contact_id: int = 1, **changes) -> Candidate:
    values = {"contact_id": contact_id, "days": 90, "known_on": MONTHS_AGO} | changes
    return Candidate(**values)


@given(spheres, st.integers(0, 10))
def test_a_list_has_nobody_twice_and_one_of_each_household(sphere, places):
    chosen = choose(sphere, TODAY, places)
    assert len({one.home for one in chosen}) == len(chosen) <= places
    assert all(may_be_listed(one, TODAY) for one in chosen)


@given(spheres, st.integers(0, 10))
def test_a_day_is_full_whenever_there_are_homes_enough(sphere, places):
    homes = {one.home for one in sphere if may_be_listed(one, TODAY)}
    assert len(choose(sphere, TODAY, places)) == min(places, len(homes))


@given(spheres, st.integers(1, 10), st.randoms())
def test_the_order_in_which_people_are_found_does_not_matter(sphere, places, dice):
    shuffled = list(sphere)
    dice.shuffle(shuffled)
    assert choose(shuffled, TODAY, places) == choose(sphere, TODAY, places)


@given(spheres, st.integers(0, 9))
def test_one_more_place_adds_somebody_and_moves_nobody(sphere, places):
    assert choose(sphere, TODAY, places + 1)[:places] == choose(sphere, TODAY, places)


@given(spheres, st.integers(1, 10), st.data())
def test_a_list_that_was_begun_goes_on_as_if_it_had_been_made_at_once(sphere, places, data):
    """Whatever is done with those on it: their homes are taken, and nobody else changes place."""
    whole = choose(sphere, TODAY, places)
    begun = whole[: data.draw(st.integers(0, len(whole)))]
    worked = {one.contact_id: dataclasses.replace(one, touched_on=TODAY, listed_on=TODAY) for one in begun}
    later = [worked.get(one.contact_id, one) for one in sphere]
    assert begun + choose(later, TODAY, places - len(begun), taken=[one.home for one in begun]) == whole


@given(spheres, st.integers(1, 10))
def test_homes_that_are_taken_stay_out(sphere, places):
    taken = {one.home for one in choose(sphere, TODAY, places)}
    assert taken.isdisjoint(one.home for one in choose(sphere, TODAY, places, taken=taken))


@given(spheres, st.integers(1, 10))
def test_nobody_comes_early_while_somebody_who_is_due_waits(sphere, places):
    chosen = choose(sphere, TODAY, places)
    if any(is_early(one, TODAY) for one in chosen):
        homes = {one.home for one in chosen}
        waiting = [one for one in sphere if may_be_listed(one, TODAY) and one.home not in homes]
        assert all(is_early(one, TODAY) for one in waiting)


@given(people)
def test_every_reason_is_a_sentence_that_fits(one):
    assert 0 < len(reason(one, TODAY)) <= LONGEST


def play(sphere: list[Candidate], places: int, days: int, picks_up) -> dict[int, list[int]]:
    """So many days of lists; the days, by number, on which each was listed."""
    state = {one.contact_id: one for one in sphere}
    listed: dict[int, list[int]] = {contact_id: [] for contact_id in state}
    for number in range(days):
        on = TODAY + timedelta(days=number)
        if on.weekday() >= 5:
            continue
        for one in choose(state.values(), on, places):
            listed[one.contact_id].append(number)
            touched_on = on if picks_up(one) else one.touched_on
            state[one.contact_id] = dataclasses.replace(one, listed_on=on, touched_on=touched_on)
    return listed


spheres_of_a_town = st.lists(
    st.tuples(st.sampled_from([14, 30, 60, 90]), st.integers(0, 3), st.booleans(), st.booleans(), st.integers(0, 200)),
    min_size=1,
    max_size=25,
)  # fmt: skip


def town(rows) -> list[Candidate]:
    return [
        person(number, days=days, place=place, is_past_customer=past, opening="Adds a room" if opening else "",
               known_on=TODAY - timedelta(days=quiet), touched_on=TODAY - timedelta(days=quiet) if quiet % 3 else None)
        for number, (days, place, past, opening, quiet) in enumerate(rows, 1)
    ]  # fmt: skip


@settings(max_examples=25)
@given(spheres_of_a_town, st.integers(1, 4))
def test_with_places_enough_everybody_appears_soon_after_they_are_due(rows, places):
    """Enough: the calls that fall due in a week are four fifths of the week's places at most."""
    sphere = town(rows)
    a_week = sum(7 / one.days for one in sphere)
    places = max(places, math.ceil(a_week / 0.8 / 5))
    backlog_weeks = math.ceil(len(sphere) / (places * 5))
    listed = play(sphere, places, 240, lambda one: True)
    for one in sphere:
        due = max((one.due_on - TODAY).days, 0)
        gaps = [due, *listed[one.contact_id]]
        later = zip(gaps[1:], gaps[2:], strict=False)
        waits = [gaps[1] - due, *(after - before - one.days for before, after in later)]
        assert max(waits) <= 7 * (backlog_weeks * 5 + 4)


@settings(max_examples=20)
@given(spheres_of_a_town, st.integers(0, 6))
def test_without_places_enough_nobody_starves_and_nobody_who_never_picks_up_is_in_the_way(rows, silent):
    """One place a day, for up to 25 people of whom some never answer: each has a turn in every two years."""
    sphere = town(rows)
    listed = play(sphere, 1, 730, lambda one: one.contact_id > silent)
    assert all(listed.values())
    for days in listed.values():
        assert all(later - earlier >= APART_DAYS for earlier, later in zip(days, days[1:], strict=False))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from([14, 30, 60, 90]), st.integers(0, 3), st.booleans()), min_size=2, max_size=4))
def test_those_who_live_together_take_turns_whatever_their_levels(rows):
    """One talk counts for all of them; each is talked with before anybody is again."""
    mates = {
        number: person(number, days=days, place=place, is_past_customer=past, household_id=1)
        for number, (days, place, past) in enumerate(rows, 1)
    }
    talks: list[int] = []
    for number in range(730):
        on = TODAY + timedelta(days=number)
        for one in choose(mates.values(), on, 1):
            talks.append(one.contact_id)
            touched = {key: dataclasses.replace(mate, touched_on=on, listed_on=on) for key, mate in mates.items()}
            mates = touched | {one.contact_id: dataclasses.replace(touched[one.contact_id], own_touched_on=on)}
    assert len(talks) >= 100  # somebody of them each week: nobody else is there to be called
    assert all(len(set(talks[at : at + len(mates)])) == len(mates) for at in range(len(talks) - len(mates)))


def test_when_nobody_is_overdue_the_greatest_part_of_the_days_counts_and_not_the_nearest_day():
    """An advocate of last week is due in three weeks, even if there is something to ask; a customer in two months."""
    advocate = person(1, days=30, place=3, touched_on=TODAY - timedelta(days=7), opening="Ask about the lake")
    customer = person(2, is_past_customer=True, touched_on=TODAY - timedelta(days=40))
    assert choose([advocate, customer], TODAY, 1)[0].contact_id == 2


@settings(max_examples=25)
@given(st.lists(st.integers(1, 60), min_size=3, max_size=25), st.sampled_from([60, 90, 365]))
def test_a_small_sphere_is_gone_round_evenly_though_nobody_is_ever_overdue(quiet, days):
    sphere = [
        person(number, days=days, touched_on=TODAY - timedelta(days=ago), opening="Ask" if ago % 2 else "")
        for number, ago in enumerate(quiet, 1)
    ]
    counts = [len(on) for on in play(sphere, 3, 120, lambda one: True).values()]
    assert min(counts) >= 3 and max(counts) <= 2 * min(counts)


def test_who_was_put_off_until_today_comes_before_everybody():
    chosen = choose([person(1), person(2, put_off_on=TODAY, touched_on=TODAY)], TODAY, 1)
    assert [one.contact_id for one in chosen] == [2]


def test_who_was_left_yesterday_comes_before_those_who_are_due():
    left = person(2, left_on=TODAY - timedelta(days=1), listed_on=TODAY - timedelta(days=1), touched_on=MONTHS_AGO)
    assert [one.contact_id for one in choose([person(1), left], TODAY, 1)] == [2]


@pytest.mark.parametrize(("days", "listed"), [(6, 0), (7, 1)])
def test_nobody_comes_twice_within_a_week(days, listed):
    assert len(choose([person(listed_on=TODAY - timedelta(days=days))], TODAY, 3)) == listed


def test_a_past_customer_comes_before_somebody_who_waits_as_long():
    chosen = choose([person(1), person(2, is_past_customer=True)], TODAY, 1)
    assert chosen[0].contact_id == 2


def test_a_birthday_brings_somebody_before_those_who_are_a_little_overdue():
    birthday = Near("birthday", "", TODAY + timedelta(days=1))
    nearly = person(2, touched_on=TODAY - timedelta(days=60), near=(birthday,))
    late = person(1, touched_on=TODAY - timedelta(days=100))
    assert choose([late, nearly], TODAY, 1)[0].contact_id == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"touched_on": TODAY - timedelta(days=112)}, "112 days since you talked, usually every 90."),
        ({}, "You have not talked yet. They have been in your contacts for 200 days."),
        ({"known_on": TODAY}, "New to your contacts: say a first hello."),
        (
            {"known_on": TODAY - timedelta(days=5)},
            "They have been in your contacts for 5 days: a good day for a first hello.",
        ),
        (
            {"touched_on": TODAY - timedelta(days=40)},
            "Nobody is overdue, so there is time for this one. 40 days since you talked, usually every 90.",
        ),
        (
            {"near": (Near("closing", "", date(2026, 11, 20), date(2024, 11, 20)),), "touched_on": MONTHS_AGO},
            "Your anniversary call: closed on November 20 two years ago. 200 days since you talked, usually every 90.",
        ),
        (
            {"near": (Near("birthday", "", TODAY),), "touched_on": MONTHS_AGO},
            "Birthday today. 200 days since you talked, usually every 90.",
        ),
        (
            {"opening": "have they found a place?", "touched_on": MONTHS_AGO},
            "Have they found a place? 200 days since you talked, usually every 90.",
        ),
        (
            {"touched_on": MONTHS_AGO, "household_id": 7, "own_touched_on": None},
            "200 days since you talked with somebody in their household, usually every 90.",
        ),
        (
            {"opening": "May add a room", "touched_on": MONTHS_AGO},
            "May add a room. 200 days since you talked, usually every 90.",
        ),
        (
            {"left_on": TODAY, "touched_on": MONTHS_AGO},
            "Left from your last list. 200 days since you talked, usually every 90.",
        ),
        (
            {"put_off_on": TODAY, "touched_on": TODAY - timedelta(days=1)},
            "You put this off until now. 1 day since you talked, usually every 90.",
        ),
    ],
)
def test_the_reason_says_why_in_words(changes, says):
    assert reason(person(**changes), TODAY) == says


@example(date(2024, 2, 29), date(2024, 3, 1))
@example(date(2024, 2, 29), date(2025, 2, 20))
@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_yearly_day_comes_back_within_a_year_and_is_near_when_it_is_near(born, on):
    back = next_return(born.month * 100 + born.day, on)
    assert 0 <= (back - on).days <= 366
    assert ((back - on).days <= 14) == (born.month * 100 + born.day in near_month_days(on))

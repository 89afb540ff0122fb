"""How a good talk goes: questions from what is known, and the ask never first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import scripts
from soi_dialer.domain.conversation import (
    CATCH_UP,
    OPENINGS,
    Talk,
    caught_up,
    child_question,
    follow_up_on,
    is_near,
    led_with_the_ask,
    opening_note,
    questions,
    talks_since_ask,
)

TODAY = date(2026, 11, 18)
OURS = scripts.texts({})
calls = st.integers(1, 8)
talks = st.lists(st.builds(Talk, calls, st.booleans()), max_size=8, unique_by=lambda talk: talk.call_id)


@pytest.mark.parametrize(
    ("noted", "asked"),
    [
        ("Emma starts college in September", "How is Emma doing at college?"),
        ("Her daughter starts college", "How is your daughter doing at college?"),
        ("his son plays varsity soccer", "How is your son doing in sports?"),
        ("She has twins", "How are your twins doing?"),
        ("Zoë's in third grade", "How is Zoë doing at school?"),
        ("their youngest learned to swim", "How is your youngest doing in sports?"),
        ("they are expecting a baby in May", "How is the baby doing?"),
        ("nothing to make out here", None),
    ],
)
def test_a_question_about_a_child_is_drawn_from_what_was_noted(noted, asked):
    assert child_question(noted) == asked


def test_what_is_known_is_asked_first_and_one_general_question_follows():
    known = ["she wants to redo the kitchen.", "solar panels", "older still"]
    asked = questions("house", known, OURS, {})
    assert asked[0] == "“she wants to redo the kitchen”: how is that going?"
    assert len(asked) == 3
    assert "older still" not in " ".join(asked)


@pytest.mark.parametrize("kind", CATCH_UP)
def test_with_nothing_known_every_general_question_is_there(kind):
    assert questions(kind, [], OURS, {}) == OURS[kind].splitlines()


def test_an_agents_own_questions_know_the_name():
    own = scripts.texts({"house": "How is the garden, {name}?\n\n"})
    assert questions("house", [], own, {"{name}": "Jane"}) == ["How is the garden, Jane?"]


@given(st.text(max_size=80), st.sampled_from(list(CATCH_UP)))
def test_whatever_was_noted_leads_to_questions_that_say_something(noted, kind):
    assert all(question.strip() for question in questions(kind, [noted], OURS, {"{name}": "Jane"}))


def test_the_ask_is_locked_until_something_was_learnt_now_or_in_the_talk_before():
    before = [Talk(9), Talk(5), Talk(2)]
    assert not caught_up(9, before, [])
    assert caught_up(9, before, [9])
    assert caught_up(9, before, [5])
    assert not caught_up(9, before, [2])
    assert caught_up(None, before, [9])
    assert not caught_up(None, [], [])


@given(talks, st.sets(calls), st.none() | calls)
def test_more_noted_never_locks_the_ask_again(had, learnt, call_id):
    if caught_up(call_id, had, learnt):
        assert caught_up(call_id, had, learnt | {99})


def test_talks_since_the_last_ask_are_counted_without_this_one():
    had = [Talk(9), Talk(7), Talk(5, asked=True), Talk(3)]
    assert talks_since_ask(9, had) == (1, True)
    assert talks_since_ask(None, had) == (2, True)
    assert talks_since_ask(None, [Talk(1), Talk(2)]) == (2, False)


@given(talks, st.none() | calls)
def test_an_ask_ends_the_counting(had, call_id):
    count, was_asked = talks_since_ask(call_id, had)
    others = [talk for talk in had if talk.call_id != call_id]
    assert was_asked == any(talk.asked for talk in others)
    assert not any(talk.asked for talk in others[:count])
    assert count == len(others) if not was_asked else others[count].asked


def test_only_an_ask_without_a_catch_up_led_with_it():
    pairs = [(False, False), (False, True), (True, True), (True, False)]
    assert [led_with_the_ask(*pair) for pair in pairs] == [False, False, False, True]


@given(st.sampled_from(list(OPENINGS)), st.none() | st.dates(TODAY, TODAY + timedelta(days=700)))
def test_one_comes_back_to_an_opening_after_today_and_not_after_its_day(opening, about_on):
    on = follow_up_on(opening, about_on, TODAY)
    assert on > TODAY
    if about_on is not None and OPENINGS[opening].asks_date:
        assert on <= max(about_on, TODAY + timedelta(days=1))


def test_an_opening_with_a_day_says_the_day():
    assert opening_note("date", date(2027, 3, 1)).endswith("(March 1, 2027)")
    assert opening_note("house", None) == OPENINGS["house"].fact


@pytest.mark.parametrize(
    ("month_day", "today", "days"),
    [
        (1118, TODAY, 0),
        (1201, TODAY, 13),
        (1117, TODAY, None),
        (105, date(2026, 12, 20), 16),
        (229, date(2027, 2, 20), 9),
        (1319, TODAY, None),
        (0, TODAY, None),
        (None, TODAY, None),
    ],
)
def test_what_comes_again_each_year_is_near_within_a_month(month_day, today, days):
    assert is_near(month_day, today) == days

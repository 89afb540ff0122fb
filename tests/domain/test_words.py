"""The sentences that agents and callers hear."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import words

TODAY = date(2026, 11, 22)  # a Sunday
IN_MARCH = date(2026, 3, 4)


def test_the_agent_hears_whom_they_call_and_how_to_begin():
    assert words.screen_words("Jane Doe", IN_MARCH, "her daughter started college", TODAY) == (
        "Jane Doe. You last talked in March; her daughter started college. Press 1 to connect, 2 to hear more."
    )


def test_without_a_fact_or_a_talk_the_sentence_is_still_whole():
    assert words.screen_words("Jane Doe", None, "", TODAY) == (
        "Jane Doe. You have not talked yet. Press 1 to connect, 2 to hear more."
    )


@pytest.mark.parametrize(
    ("days_ago", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "on Friday"),
        (6, "on Monday"),
        (7, "last week"),
        (14, "2 weeks ago"),
        (34, "4 weeks ago"),
        (35, "in October"),
        (263, "in March"),
        (400, "in October 2025"),
    ],
)
def test_the_last_talk_is_told_as_one_says_it(days_ago, said):
    assert words.talked_words(TODAY - timedelta(days=days_ago), TODAY) == f"You last talked {said}"


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("(212) 555-1234", "2 1 2, 5 5 5, 1 2 3 4"),
        ("+44 20 7946 0958", "4 4, 2 0, 7 9 4 6, 0 9 5 8"),
        ("Jane Doe", "Jane Doe"),
        ("Jane 555-1234", "Jane 555-1234"),
        ("Unit 4", "Unit 4"),
    ],
)
def test_a_person_named_by_number_is_read_digit_by_digit(name, spoken):
    assert words.speakable(name) == spoken


def test_key_2_tells_the_rest_and_then_the_keys_again():
    said = words.more_words("Jane Doe", IN_MARCH, ["Bought in 2021", "Likes hiking."], "Ask about the porch!", TODAY)
    assert said == (
        "Jane Doe. You last talked in March. Bought in 2021. Likes hiking. Ask about the porch! "
        "Press 1 to connect, or hang up."
    )
    assert "nothing more" in words.more_words("Jane Doe", None, [], "", TODAY)


def test_a_long_note_ends_at_a_whole_word_so_that_the_keys_are_heard():
    said = words.more_words("Jane Doe", None, [], "garden " * 1000, TODAY)
    assert 250 < len(said) < 400 and "garden. Press 1" in said


def test_an_incoming_call_is_announced_with_its_key():
    assert words.whisper_words("Jane Doe") == "A call from Jane Doe. Press 1 to take it."
    assert words.whisper_words("Jane Doe", IN_MARCH, "", TODAY) == (
        "A call from Jane Doe. You last talked in March. Press 1 to take it."
    )
    assert words.whisper_words("(212) 555-1234") == "A call from 2 1 2, 5 5 5, 1 2 3 4. Press 1 to take it."
    assert words.whisper_words("") == "A call from a hidden number. Press 1 to take it."


def test_the_wrap_up_offers_only_the_keys_that_make_sense():
    assert "1 if you talked, 2 if you left a message" in words.wrap_up_words(reached=True)
    assert "left a message" not in words.wrap_up_words(reached=False)
    for reached in (True, False):
        assert "3 to be reminded tomorrow, 4 to record a note" in words.wrap_up_words(reached)


def test_a_caller_hears_whose_line_it_is_and_when_to_speak():
    assert words.greeting_words("Dana Reed") == (
        "You have reached Dana Reed. I cannot take your call right now. "
        "Please leave a message after the tone, and I will call you back."
    )


def test_a_refusal_gives_its_reason():
    assert words.blocked_words("It is 06:00 in Los Angeles.") == (
        "This call was not placed. It is 06:00 in Los Angeles. Goodbye."
    )


ANY_TEXT = st.text(max_size=600)


@given(ANY_TEXT, ANY_TEXT)
def test_whatever_was_written_can_be_spoken_and_ends_with_the_keys(name, fact):
    for said in (words.screen_words(name, IN_MARCH, fact, TODAY), words.more_words(name, None, [fact], fact, TODAY)):
        assert all(character.isprintable() for character in said if character != " ")
        assert "Press 1 to connect" in said[-45:]
        assert len(said) < 2500
    assert all(character.isprintable() for character in words.whisper_words(name) + words.greeting_words(name))

"""Words to say: ours until they are changed, with placeholders that are checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.scripts import LONGEST, SCRIPTS, BadScript, clean, filled, placeholders, texts


@pytest.mark.parametrize("name", SCRIPTS)
def test_our_own_words_pass_our_own_rules(name):
    assert clean(name, SCRIPTS[name].text) == SCRIPTS[name].text


@pytest.mark.parametrize("text", ["Hi {nmae}", "Hi {name", "name}", "{}", "{it}", "{0.__class__}"])
def test_braces_around_anything_else_are_refused_by_name(text):
    with pytest.raises(BadScript, match="Words for a voicemail"):
        clean("voicemail", text)


def test_what_was_noted_can_stand_in_one_text_alone():
    assert clean("known", "And {it}?") == "And {it}?"
    assert [name for name in SCRIPTS if "{it}" in placeholders(name)] == ["known"]


def test_a_text_that_is_too_long_is_refused_rather_than_cut():
    assert len(clean("ask", "x" * LONGEST)) == LONGEST
    with pytest.raises(BadScript, match="2,000"):
        clean("ask", "x" * (LONGEST + 1))


def test_placeholders_are_replaced_once_and_leave_no_gap():
    values = {"{name}": "{my_name}", "{my_name}": "Alex"}
    assert filled("Hi {name}, it's {my_name}.", values) == "Hi {my_name}, it's Alex."
    assert filled("Thanks, {name}!", {"{name}": ""}) == "Thanks,!"
    assert filled("Call me at {my_number} .", {}) == "Call me at."


def test_an_emptied_text_is_ours_again():
    assert texts({"ask": "", "voicemail": "Mine"}) == {name: s.text for name, s in SCRIPTS.items()} | {
        "voicemail": "Mine"
    }


@given(st.text(max_size=300), st.text("abc ", max_size=30))
def test_filling_never_fails_and_leaves_no_placeholder(text, name):
    assert "{name}" not in filled(f"{text} {{name}}", {"{name}": name})

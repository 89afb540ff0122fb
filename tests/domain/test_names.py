"""What is invisible goes, what was written stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import names

ANY_TEXT = st.text(max_size=400)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Jane   Doe \n", "Jane Doe"),
        ("Jane\u00a0\u3000Doe", "Jane Doe"),
        ("Jane\tDoe\r\nJr.", "Jane Doe Jr."),
        ("\ufeffJane\u200b \u202eDoe\u202c", "Jane Doe"),
        ("Ja\x00ne\x0b Doe\x1f", "Jane Doe"),
        ("Jose\u0301", "José"),
        ("Z\u0353\u0349\u0316\u0330\u0332algo", "Z\u0353\u0349\u0316algo"),  # marks piled up over other lines
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{7*7}} ${x} '; DROP TABLE contact", "{{7*7}} ${x} '; DROP TABLE contact"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("\N{GRINNING FACE}", "\N{GRINNING FACE}"),
        ("李小龍", "李小龍"),
        ("x" * 500, "x" * 200),
        ("bad \ud800 surrogate", "bad surrogate"),
    ],
)
def test_names_are_kept_as_written_without_what_is_invisible(text, name):
    assert names.clean_name(text) == name


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200d", "\u202e", "\x00", "\u3164\u2800", "\u0301"])
def test_a_name_that_shows_nothing_is_refused(text):
    with pytest.raises(names.BadName, match="visible"):
        names.clean_name(text)


@given(ANY_TEXT)
def test_a_clean_name_is_one_short_line_that_cleaning_does_not_change(text):
    try:
        name = names.clean_name(text)
    except names.BadName:
        return
    assert 0 < len(name) <= 200
    assert names.clean_name(name) == name
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("José Núñez", "jose nunez"),
        ("ŁUKASZ Møller", "lukasz moller"),
        ("Straße", "strasse"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("İstanbul", "istanbul"),
        ("ﬁne", "fine"),
        ("  Jane\u200b  DOE", "jane doe"),
        ("", ""),
        ("%_\\", "%_\\"),
        ("\u00df" * 200, "s" * 200),  # one letter that becomes two
    ],
)
def test_search_ignores_case_and_accents(text, form):
    assert names.search_form(text) == form


@given(ANY_TEXT)
def test_the_search_form_fits_its_column_and_finds_itself(text):
    form = names.search_form(text)
    assert len(form) <= 200
    assert names.search_form(form) == form


@given(ANY_TEXT)
def test_a_name_is_found_however_it_is_cased(text):
    assert names.search_form(text) == names.search_form(names.visible_line(text, 200))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("First line\r\nsecond\rthird\n", "First line\nsecond\nthird"),
        ("\tindented", "indented"),
        ("a\tb", "a\tb"),
        ("\u202eturned\u202c \x00\x1b[31mred", "turned [31mred"),
        ("family \U0001f468\u200d\U0001f469\u200d\U0001f467", "family \U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("   \n ", ""),
        ("\u200b\u200d", ""),
        ("lone \ud800", "lone"),
    ],
)
def test_notes_keep_their_lines_and_lose_what_is_invisible(text, note):
    assert names.clean_note(text) == note


def test_a_note_is_never_cut_in_silence():
    assert len(names.clean_note("x" * 20_000)) == 20_000
    with pytest.raises(names.BadNote, match="1,000,000 characters; the most is 20,000"):
        names.clean_note("x" * 1_000_000)


@given(ANY_TEXT)
def test_a_clean_note_can_be_stored_and_cleaned_again(text):
    note = names.clean_note(text)
    assert names.clean_note(note) == note
    note.encode()


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_letters_are_read_as_they_are_beside_an_invisible_one(text):
    """The short way for them leads where the long one does."""
    hidden = text + "\u200b"
    assert names.visible_line(text, 40) == names.visible_line(hidden, 40)
    assert names.search_form(text) == names.search_form(hidden)

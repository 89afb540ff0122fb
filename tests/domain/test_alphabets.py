"""Files that do not say in which alphabet they were saved; row 28 of docs/bad-inputs.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.alphabets import best_text

NAMES = ["José Núñez", "Zoë Brontë", "ÖZGÜR ÜNAL", "Renée Lévesque", "Señora Muñoz", "Åse Bjørnsdóttir", "François"]
IN_WINDOWS = [
    "Seán O’Neil", "Don’t call", "likes “roses”", "‘Bo’ Smith", "spring – not before", "2019–2020", "wait…", "Acme™",
    "Acme® Homes", "pays €100", "van\u00a0der Berg", "Calle 5 nº 3", "• golf • dogs", "50% off – call",
]  # fmt: skip


@pytest.mark.parametrize("alphabet", ["cp1252", "mac-roman", "cp850"])
@given(st.permutations(NAMES))
def test_row28_names_are_read_in_the_alphabet_in_which_they_were_saved(alphabet, names):
    text = "name,phone\r\n" + "".join(f"{name},212-555-0140\r\n" for name in names)
    assert best_text(text.encode(alphabet)) == text


@given(st.lists(st.sampled_from(IN_WINDOWS), min_size=1, max_size=6))
def test_row28_signs_that_windows_writes_are_no_letters_of_another_alphabet(cells):
    text = "name,note\r\n" + "".join(f"Jane,{cell}\r\n" for cell in cells)
    assert best_text(text.encode("cp1252")) == text


@given(st.binary(max_size=200))
def test_any_bytes_are_some_text(data):
    assert len(best_text(data)) == len(data)

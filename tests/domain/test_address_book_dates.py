"""Row 44 of docs/bad-inputs.md."""

from __future__ import annotations

import pytest

from soi_dialer.domain.address_book import ImportedPerson, read_rows


@pytest.mark.parametrize("date", ["02/03/04", "2026-02-30", "31.12.2026", "46000", "yesterday", "0000-00-00"])
def test_row44_dates_of_any_form_neither_help_nor_harm(date: str):
    (jane,) = read_rows(f"name,birthday,phone\nJane Doe,{date},212-555-1234\n".encode())
    assert isinstance(jane, ImportedPerson)
    assert (jane.name, [phone.e164 for phone in jane.phones]) == ("Jane Doe", ["+12125551234"])

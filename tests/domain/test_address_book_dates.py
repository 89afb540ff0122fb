"""Row 44 of docs/bad-inputs.md: days in all the forms that exports use, and in some that mean nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.address_book import ImportedPerson, read_rows
from soi_dialer.domain.address_book_dates import BadDate, Day, read_day


@pytest.mark.parametrize("written", ["02/03/04", "2026-02-30", "46000", "yesterday", "31.31.2026", "1980-2-3"])
def test_row44_a_date_that_is_none_is_left_out_and_said_and_the_person_is_kept(written: str):
    (jane,) = read_rows(f"name,birthday,phone\nJane Doe,{written},212-555-1234\n".encode())
    assert isinstance(jane, ImportedPerson)
    assert (jane.name, [phone.e164 for phone in jane.phones], jane.facts) == ("Jane Doe", ["+12125551234"], ())
    assert len(jane.problems) == 1 and jane.problems[0].startswith("A date (birthday) was left out: ")


@pytest.mark.parametrize("written", ["0000-00-00", "0/0/00", "", " ", "00/00/0000"])
def test_row44_a_day_that_the_other_program_did_not_know_is_no_mistake(written: str):
    (jane,) = read_rows(f"name,birthday,phone\nJane Doe,{written},212-555-1234\n".encode())
    assert (jane.facts, jane.problems) == ((), ())


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1980-02-28", Day(date(1980, 2, 28), 228)),
        ("19800228", Day(date(1980, 2, 28), 228)),
        ("1980-02-28T00:00:00Z", Day(date(1980, 2, 28), 228)),
        ("2/28/1980", Day(date(1980, 2, 28), 228)),
        ("28/2/1980", Day(date(1980, 2, 28), 228)),
        ("2/3/1980 00:00", Day(date(1980, 2, 3), 203)),
        ("28.2.1980", Day(date(1980, 2, 28), 228)),
        ("--02-29", Day(None, 229)),
        ("--0229", Day(None, 229)),
        ("1604-02-29", Day(None, 229)),
        ("0000-12-31", Day(None, 1231)),
    ],
)
def test_a_day_is_read_in_the_forms_that_programs_write(written: str, day: Day):
    assert read_day(written) == day


@given(st.dates(min_value=date(1800, 1, 1)))
def test_every_real_day_written_as_iso_or_as_americans_do_is_read_back(day: date):
    expected = Day(day, 100 * day.month + day.day)
    assert read_day(day.isoformat()) == read_day(f"{day.month}/{day.day}/{day.year:04d}") == expected


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_nothing_or_refused_with_a_sentence(written: str):
    try:
        day = read_day(written)
    except BadDate as refusal:
        assert str(refusal).endswith(".")
    else:
        assert day is None or 101 <= day.month_day <= 1231

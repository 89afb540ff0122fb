"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.day_text import BadDay, find_day, read_day

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("May 3", None, 5, 3),
        ("may 3rd, 1980", 1980, 5, 3),
        ("3 May 1980", 1980, 5, 3),
        ("the 3rd of May"[4:], None, 5, 3),
        ("Sept. 9", None, 9, 9),
        ("5/3", None, 5, 3),
        ("5/3/80", 1980, 5, 3),
        ("5/3/31", 2031, 5, 3),
        ("5/3/1980", 1980, 5, 3),
        ("2026-05-03", 2026, 5, 3),
        ("  May   2027 ", 2027, 5, 1),
        ("February 29", None, 2, 29),
        ("2/29/2024", 2024, 2, 29),
    ],
)
def test_a_day_is_read_in_any_of_its_forms(text, year, month, day):
    assert read_day(text, TODAY) == (year, month, day)


@pytest.mark.parametrize(
    "text", ["2/30", "13/1", "May 32", "2026-02-30", "2/29/2025", "yesterday", "3", "May", "1/2/3/4", "Mayor 3", "\x00"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(BadDay):
        read_day(text, TODAY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("turns fifty on May 3", (None, 5, 3)),
        ("closed 6/1/2021, Maple Street", (2021, 6, 1)),
        ("open house 2/30 or 3/1", (None, 3, 1)),
        ("2 bedrooms, 15/30 loan, 555-0142", None),
        ("1-2-2026", None),
        ("", None),
    ],
)
def test_a_day_is_found_among_other_words(text, found):
    assert find_day(text, TODAY) == found


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_back_from_every_form_with_a_year(day):
    forms = (day.isoformat(), f"{day.month}/{day.day}/{day.year}", f"{day:%B} {day.day}, {day.year}", f"{day:%d %b %Y}")
    assert {read_day(form, TODAY).on for form in forms} == {day}


@given(st.text(max_size=80))
def test_anything_typed_is_a_day_or_is_refused(text):
    try:
        found = read_day(text, TODAY)
    except BadDay:
        return
    assert found is None or found.nearest(TODAY)


@given(st.dates(date(1904, 1, 1), date(2090, 1, 1)), st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_a_day_without_a_year_is_the_one_nearest_to_today(today, day):
    near = read_day(f"{day.month}/{day.day}", today).nearest(today)
    assert (near.month, near.day) == (day.month, day.day)
    assert abs((near - today).days) <= (366 * 4 if (day.month, day.day) == (2, 29) else 183)

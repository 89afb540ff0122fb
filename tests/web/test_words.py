"""How pages say times and amounts; and the small geometry and cursors behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.call import OUTCOMES
from soi_dialer.domain.callback import REASONS
from soi_dialer.web import page, words
from soi_dialer.web.guard import local_path

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (552, "9 min 12 s"), (3600, "1 h 00 min"), (3900, "1 h 05 min")],
)
def test_a_length_is_told_exactly(seconds, says):
    assert words.duration(seconds) == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0, "0 min"), (59, "under a minute"), (119, "1 min"), (3599, "59 min"), (12_000, "3 h 20 min")],
)
def test_a_sum_is_told_in_minutes(seconds, says):
    assert words.hours(seconds) == says


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (timedelta(hours=-3), "3 h overdue"),
        (timedelta(days=-3), "3 days overdue"),
        (timedelta(seconds=-20), "due now"),
        (timedelta(minutes=25), "due in 25 min"),
        (timedelta(hours=3), "due today, 1:00 pm"),
        (timedelta(hours=24), "due tomorrow, 10:00 am"),
        (timedelta(days=5), "due Mon, Nov 23, 10:00 am"),
        (timedelta(days=60), "due Jan 17, 2027, 10:00 am"),
    ],
)
def test_due_is_told_from_now(span, says):
    assert words.due(NOW + span, NOW, NEW_YORK) == says


@pytest.mark.parametrize(("hour", "says"), [(5, "12:00 am"), (4, "11:00 pm"), (17, "12:00 pm"), (18, "1:00 pm")])
def test_noon_and_midnight_are_twelve(hour, says):
    assert words.clock(datetime(2026, 11, 18, hour, tzinfo=UTC), NEW_YORK) == says


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_due_never_says_both_and_never_fails(at, span):
    at = at.replace(tzinfo=UTC)
    assert words.due(at, at + span, NEW_YORK).endswith(("overdue", "due now"))
    assert words.due(at + span, at, NEW_YORK).startswith("due")


def test_every_outcome_and_reason_has_words():
    for direction, names in OUTCOMES.items():
        assert set(names) == set(words.OUTCOMES[direction])
    assert set(REASONS) == set(words.REASONS)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Jane Doe", "JD"),
        ("zoë", "Z"),
        ("Ana María de la Cruz", "AC"),
        ("(212) 555-0147", "#"),
        ("🙂", "#"),
        ("Bob <b>", "B"),
    ],
)
def test_a_face_has_the_letters_of_the_name(name, letters):
    assert words.initials(name) == letters


@pytest.mark.parametrize(("number", "said"), [(0, "12 am"), (8, "8 am"), (12, "12 pm"), (23, "11 pm")])
def test_an_hour_is_said_by_its_half_of_the_day(number, said):
    assert words.hour(number) == said


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, page.BIGGEST_ID))
def test_a_cursor_comes_back_as_it_went(at, row_id):
    assert page.time_cursor(page.cursor_of(at, row_id)) == (at, row_id)


@given(st.text(max_size=200))
def test_what_is_no_cursor_is_the_first_page(text):
    assert page.time_cursor(text) is None


@given(st.text(max_size=60))
def test_a_local_path_never_leaves(text):
    path = local_path("/" + text)
    assert path.startswith("/") and not path.startswith(("//", "/\\"))


def test_dates_far_and_near():
    today = date(2026, 11, 18)
    said = [words.day(today + timedelta(days=n), today) for n in (-1, 0, 1, 2, -400)]
    assert said == ["yesterday", "today", "tomorrow", "Fri, Nov 20", "Oct 14, 2025"]

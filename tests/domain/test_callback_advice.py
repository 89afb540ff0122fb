"""What is suggested when nobody picks up."""

from __future__ import annotations

from datetime import datetime

import pytest

from soi_dialer.domain.callback_advice import advice


def at(hour: int, minute: int = 0, day: int = 18) -> datetime:
    return datetime(2026, 11, day, hour, minute)


@pytest.mark.parametrize("attempts", [0, 1, 2])
def test_up_to_two_attempts_need_no_advice(attempts):
    assert advice(attempts, [at(9)] * attempts, at(17)) is None


def test_after_three_the_hour_is_suggested_at_which_they_last_picked_up():
    said = advice(3, [at(9), at(10), at(11)], at(17, 40, day=10))
    assert said == "They last picked up on a Tuesday at about 6 pm. Try that hour. Or waive it, with a reason."


def test_an_hour_that_was_tried_is_not_suggested_again():
    assert "have not tried in the afternoon" in advice(3, [at(9), at(10), at(9, 30)], at(9, 10, day=10))


def test_without_a_conversation_the_first_untried_part_of_the_day_is_suggested():
    assert "have not tried in the early evening" in advice(3, [at(9), at(14), at(15)], None)
    assert "have not tried in the morning" in advice(3, [at(18), at(14), at(15)], None)


def test_when_everything_was_tried_it_says_so():
    assert "every time of the day" in advice(4, [at(9), at(14), at(15), at(18)], at(14, day=2))

"""Kinds of facts."""

from __future__ import annotations

from datetime import date

import pytest

from soi_dialer.domain.fact_kinds import KINDS, kind_of, month_day


def test_what_comes_again_each_year_has_a_day():
    assert {kind.name for kind in KINDS.values() if kind.yearly} == {"birthday", "closing", "loan_date"}
    assert all(kind.dated for kind in KINDS.values() if kind.yearly)


@pytest.mark.parametrize(
    ("kind", "about_on", "found"),
    [("birthday", date(1980, 2, 29), 229), ("closing", date(2024, 12, 1), 1201), ("opening", date(2026, 5, 1), None),
     ("birthday", None, None), ("unheard of", date(2026, 5, 1), None)],
)  # fmt: skip
def test_only_yearly_kinds_have_a_day_in_the_year(kind, about_on, found):
    assert month_day(kind, about_on) == found


def test_an_unknown_kind_is_shown_by_its_own_name():
    assert kind_of("summer_house").label == "Summer house"
    assert kind_of("").label == "Note"

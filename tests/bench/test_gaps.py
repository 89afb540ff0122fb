"""The office of which every webhook is refused: all that happened there is here soon, and not before."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from bench.gaps import PATIENCE, figures
from bench.refused import REFUSED_FOR, RefusedOffice


def test_nothing_is_closed_while_nobody_looks(tmp_path):
    with contextlib.closing(RefusedOffice(tmp_path)) as office:
        office.somebody_clicks()
        office.carrier.now += REFUSED_FOR + PATIENCE
        assert (office.closed(), office.too_many_or_few() > 0) == (set(), True)


def test_a_carrier_does_not_know_what_is_to_come(tmp_path):
    with contextlib.closing(RefusedOffice(tmp_path)) as office:
        at = office.carrier.now
        office.carrier.now = office.began_at + timedelta(minutes=5)
        listed = office.carrier.list_calls_since(at)
        assert 0 < len(listed) < len(office.carrier.truth)
        assert all(report.created_at < office.carrier.now for report in listed)
        assert all(report.ended_at <= office.carrier.now for report in listed if report.is_over)
        assert office.carrier.most_pages_in_a_minute() == 1


def test_every_gap_is_closed_within_its_five_minutes(tmp_path):
    found = list(figures(tmp_path, lambda _: None))
    assert [figure.name for figure in found if not figure.met] == []

"""The office of which every webhook is refused: all that happened there is here soon, and not before."""

from __future__ import annotations

import contextlib
import http.client
import itertools
from datetime import timedelta

import pytest

from bench.gaps import PATIENCE, in_virtual_time
from bench.gaps_for_real import Stamped
from bench.gate import Gate
from bench.refused import REFUSED_FOR, RefusedOffice
from tests.carrier.line import Line
from tests.carrier.openapi import Sent
from tests.world import ACCOUNT, TOKEN


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
    found = list(in_virtual_time(tmp_path, lambda _: None))
    assert [figure.name for figure in found if not figure.met] == []


def test_a_page_of_the_list_is_told_from_other_questions(monkeypatch):
    seconds = itertools.count(0, 50)
    monkeypatch.setattr("bench.gaps_for_real.time.monotonic", lambda: next(seconds))
    asked = Stamped()
    for method, query in (("GET", "PageSize"), ("GET", "ParentCallSid"), ("POST", "PageSize"), ("GET", "PageSize")):
        asked.append(Sent(method, "/2010-04-01/Accounts/AC1/Calls.json", [(query, "1")], []))
    assert (asked.at, asked.most_in(50), asked.most_in(51)) == ([0, 50], 1, 2)


def test_a_shut_gate_refuses_and_an_open_one_leads_to_the_server():
    line, gate = Line(ACCOUNT, TOKEN), Gate()
    gate.target = int(line.url.rsplit(":", 1)[1])
    assert _knock(gate) == 403  # the line's own answer to what is not signed
    gate.shut()
    with pytest.raises(ConnectionRefusedError):
        _knock(gate)
    gate.open()
    assert _knock(gate) == 403
    gate.shut()
    line.stop()


def _knock(gate: Gate) -> int:
    with contextlib.closing(http.client.HTTPConnection(gate.url.removeprefix("http://"), timeout=30)) as connection:
        connection.request("POST", "/greet")
        return connection.getresponse().status

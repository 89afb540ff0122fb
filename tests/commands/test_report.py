"""`report week` in its three forms."""

from __future__ import annotations

import csv
import io
import json

from soi_dialer.commands.report import as_csv, as_table

FIGURES = {
    "week": "2026-W47",
    "starts_on": "2026-11-16",
    "time_zone": "America/New_York",
    "talk_seconds": 7505,
    "self_reported_seconds": 600,
    "self_reported_calls": 1,
    "calls": {"outbound": {"connected": 3, "no_answer": 1, "busy": 0}, "inbound": {"connected": 0, "voicemail": 0}},
    "callbacks": {
        "opened": 4,
        "returned": 2,
        "waived": 1,
        "still_open": 3,
        "returned_within": {"1h": 1, "same_day": 0, "next_day": 1, "later": 0},
    },
    "days": [
        {
            "date": f"2026-11-{16 + n}",
            "talk_seconds": 7505 if n == 1 else 0,
            "connected": 3 if n == 1 else 0,
            "self_reported_seconds": 600 if n == 1 else 0,
        }
        for n in range(7)
    ],
}


def test_the_table_is_what_a_person_wants_to_read():
    assert as_table(FIGURES).splitlines() == [
        "Week 2026-W47, from 2026-11-16 (America/New_York)",
        "Talked 2 h 05 min",
        "Self-reported, not in it: 0 h 10 min in 1 call",
        "",
        "Mon 2026-11-16   0 h 00 min    0 talked",
        "Tue 2026-11-17   2 h 05 min    3 talked  #############",
        "Wed 2026-11-18   0 h 00 min    0 talked",
        "Thu 2026-11-19   0 h 00 min    0 talked",
        "Fri 2026-11-20   0 h 00 min    0 talked",
        "Sat 2026-11-21   0 h 00 min    0 talked",
        "Sun 2026-11-22   0 h 00 min    0 talked",
        "",
        "Outbound: 3 connected, 1 no answer",
        "Inbound: none",
        "Callbacks: 4 opened, 2 returned, 1 waived, 3 still open",
        "Returned: 1 within an hour, 1 the next day",
    ]


def test_the_csv_has_a_line_for_each_day():
    rows = list(csv.DictReader(io.StringIO(as_csv(FIGURES))))
    assert len(rows) == 7
    assert rows[1] == {"date": "2026-11-17", "talk_seconds": "7505", "connected": "3", "self_reported_seconds": "600"}


def test_the_json_is_the_report_itself(with_alex):
    said = with_alex("report", "week", "--week", "2026-W47", "--agent", "alex@example.com", "--format", "json")
    report = json.loads(said.out)
    assert (said.status, said.err) == (0, "")
    assert (report["week"], report["starts_on"], report["time_zone"]) == ("2026-W47", "2026-11-16", "America/New_York")
    assert (report["talk_seconds"], len(report["days"])) == (0, 7)


def test_the_present_week_is_meant_when_none_is_named(with_alex):
    assert with_alex("report", "week").out.startswith("Week 20")


def test_asking_a_carrier_that_is_not_there_says_so(with_alex):
    said = with_alex("reconcile")
    assert (said.status, said.out) == (1, "")
    assert "could not be reached" in said.err


def test_a_month_and_a_quarter_are_reported_against_the_plan(with_alex):
    said = with_alex("report", "month", "--month", "2026-11").out.splitlines()
    assert said[0] == "2026-11, from 2026-11-01 to 2026-11-30 (America/New_York)"
    assert said[1].startswith("Talked 0 h 00 min of ")
    assert len([line for line in said if " talked" in line]) == 30
    quarter = json.loads(with_alex("report", "quarter", "--quarter", "2026-Q4", "--format", "json").out)
    assert (quarter["starts_on"], quarter["ends_on"], len(quarter["days"])) == ("2026-10-01", "2026-12-31", 92)
    rows = list(
        csv.DictReader(
            io.StringIO(with_alex("report", "days", "--days", "2026-11-01..2026-11-02", "--format", "csv").out)
        )
    )
    assert [row["date"] for row in rows] == ["2026-11-01", "2026-11-02"]
    assert with_alex("report", "quarter").out.startswith("20")


def test_a_span_of_another_kind_is_refused(with_alex):
    for given in (("month", "--month", "2026-Q4"), ("quarter", "--quarter", "2026-13"), ("days", "--days", "2026-11")):
        said = with_alex("report", *given)
        assert said.status != 0 and said.err.startswith("soi_dialer: ") and said.err.count("\n") == 1

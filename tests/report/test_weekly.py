"""The week in hours, against one week that was worked out on paper, and against the laws of adding up."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.call import OUTCOMES
from soi_dialer.domain.day_figures import DayFigures
from soi_dialer.domain.week import Week
from soi_dialer.domain.weekly import CallbackFigures
from soi_dialer.domain.weekly import weekly as weekly_of
from soi_dialer.store.rollup import count

NEW_YORK = "America/New_York"
W47 = Week.parse("2026-W47")  # Monday 16 to Sunday 22 November; New York is five hours behind UTC


class CallFigures(NamedTuple):
    """A call of these tests."""

    direction: str
    outcome: str | None
    placed_at: datetime
    talk_seconds: int
    self_reported: bool = False

    def row(self) -> dict:
        empty = dict.fromkeys(("voicemail_seconds", "agent_leg_seconds", "contact_leg_seconds"), 0)
        empty |= dict.fromkeys(("whispered_at", "claimed_at", "ended_at"))
        return self._asdict() | empty | {"contact_number": "+12125550147"}


def weekly(week: Week, zone: str, calls: list[CallFigures], callbacks: list[CallbackFigures]) -> dict:
    """The report of what all these calls add up to, those of other weeks among them."""
    starts_at, ends_at = week.instants(zone)
    days = [DayFigures(on, *counts) for on, counts in count([call.row() for call in calls], ZoneInfo(zone)).items()]
    within = [call for call in calls if starts_at <= call.placed_at < ends_at]
    return weekly_of(week, zone, days, Counter((call.direction, call.outcome) for call in within), callbacks)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CALLS = [
    CallFigures("outbound", "connected", at("2026-11-16T04:59:59"), 999),  # Sunday 23:59:59: the week before
    CallFigures("outbound", "connected", at("2026-11-16T05:00:00"), 540),  # Monday, its first instant
    CallFigures("outbound", "no_answer", at("2026-11-16T15:00:00"), 0),
    CallFigures("inbound", "voicemail", at("2026-11-17T15:00:00"), 0),
    CallFigures("inbound", "connected", at("2026-11-18T04:30:00"), 60),  # still Tuesday in New York
    CallFigures("outbound", "connected", at("2026-11-18T15:00:00"), 1200),
    CallFigures("outbound", "left_voicemail", at("2026-11-18T16:00:00"), 0),
    CallFigures("outbound", None, at("2026-11-20T15:00:00"), 0),  # under way
    CallFigures("outbound", "connected", at("2026-11-23T04:59:00"), 300),  # Sunday 23:59, talked into Monday
    CallFigures("outbound", "connected", at("2026-11-23T05:00:00"), 888),  # Monday: the week after
]

CALLBACKS = [
    CallbackFigures("returned", at("2026-11-16T15:00:00"), at("2026-11-16T16:00:00")),  # after exactly an hour
    CallbackFigures("returned", at("2026-11-17T14:00:00"), at("2026-11-18T04:00:00")),  # the same day in New York
    CallbackFigures("returned", at("2026-11-18T22:00:00"), at("2026-11-19T14:00:00")),  # the next morning
    CallbackFigures("returned", at("2026-11-12T22:00:00"), at("2026-11-17T14:00:00")),  # opened the week before
    CallbackFigures("returned", at("2026-11-20T22:00:00"), at("2026-11-24T14:00:00")),  # returned the week after
    CallbackFigures("waived", at("2026-11-16T15:00:00"), at("2026-11-19T14:00:00")),
    CallbackFigures("open", at("2026-11-21T15:00:00"), None),
    CallbackFigures("open", at("2026-11-02T15:00:00"), None),  # an old debt
    CallbackFigures("open", at("2026-11-24T15:00:00"), None),  # not yet opened then
    CallbackFigures("returned", at("2026-11-09T15:00:00"), at("2026-11-09T16:00:00")),  # long over
]


def test_a_week_worked_out_on_paper():
    report = weekly(W47, NEW_YORK, CALLS, CALLBACKS)
    assert (report["week"], report["starts_on"], report["time_zone"]) == ("2026-W47", "2026-11-16", NEW_YORK)
    assert report["talk_seconds"] == 540 + 60 + 1200 + 300
    assert [(day["date"], day["talk_seconds"], day["connected"]) for day in report["days"]] == [
        ("2026-11-16", 540, 1),
        ("2026-11-17", 60, 1),
        ("2026-11-18", 1200, 1),
        ("2026-11-19", 0, 0),
        ("2026-11-20", 0, 0),
        ("2026-11-21", 0, 0),
        ("2026-11-22", 300, 1),
    ]
    happened = {way: {name: n for name, n in counts.items() if n} for way, counts in report["calls"].items()}
    assert happened == {
        "outbound": {"connected": 3, "no_answer": 1, "left_voicemail": 1},
        "inbound": {"voicemail": 1, "connected": 1},
    }
    assert report["callbacks"] == {
        "opened": 6,
        "returned": 4,
        "waived": 1,
        "still_open": 3,
        "returned_within": {"1h": 1, "same_day": 1, "next_day": 1, "later": 1},
    }


def test_every_outcome_is_named_also_in_an_empty_week():
    report = weekly(W47, NEW_YORK, [], [])
    assert {way: tuple(counts) for way, counts in report["calls"].items()} == OUTCOMES
    assert {n for counts in report["calls"].values() for n in counts.values()} == {0}
    assert len(report["days"]) == 7


@pytest.mark.parametrize(
    ("week", "placed_at", "on"),
    [
        ("2026-W10", "2026-03-08T06:59:00", "2026-03-08"),  # clocks go forward that night: 01:59 EST
        ("2026-W10", "2026-03-09T03:59:59", "2026-03-08"),  # the day has 23 hours
        ("2026-W11", "2026-03-09T04:00:00", "2026-03-09"),
        ("2026-W44", "2026-11-01T04:00:00", "2026-11-01"),  # clocks go back that night
        ("2026-W44", "2026-11-02T04:59:59", "2026-11-01"),  # the day has 25 hours
        ("2026-W45", "2026-11-02T05:00:00", "2026-11-02"),
    ],
)
def test_a_call_belongs_to_its_local_day_when_clocks_change(week, placed_at, on):
    report = weekly(Week.parse(week), NEW_YORK, [CallFigures("outbound", "connected", at(placed_at), 60)], [])
    assert {day["date"]: day["connected"] for day in report["days"]}[on] == 1
    assert report["talk_seconds"] == 60


def test_returning_within_the_hour_beats_the_change_of_day():
    debt = CallbackFigures("returned", at("2026-11-18T04:50:00"), at("2026-11-18T05:10:00"))  # over midnight
    assert weekly(W47, NEW_YORK, [], [debt])["callbacks"]["returned_within"]["1h"] == 1


ZONES = st.sampled_from([NEW_YORK, "America/Santiago", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo", "UTC"])
INSTANTS = st.datetimes(datetime(2026, 2, 20), datetime(2026, 4, 20), timezones=st.just(UTC))
WAYS = st.sampled_from([(way, outcome) for way, outcomes in OUTCOMES.items() for outcome in outcomes])
SOME_CALLS = st.lists(
    st.builds(
        lambda way, placed_at, talk, said: CallFigures(*way, placed_at, talk, said),
        WAYS,
        INSTANTS,
        st.integers(0, 9999),
        st.booleans(),
    )
)
SOME_CALLBACKS = st.lists(
    st.builds(
        lambda state, opened_at, hours: CallbackFigures(
            state, opened_at, None if state == "open" else opened_at + timedelta(hours=hours)
        ),
        st.sampled_from(["open", "returned", "waived"]),
        INSTANTS,
        st.integers(0, 2000),
    )
)
WEEKS = [Week.containing(date(2026, 2, 9) + timedelta(weeks=number)) for number in range(25)]


@given(SOME_CALLS, ZONES)
def test_days_add_up_to_their_week_and_weeks_to_everything(calls, zone):
    reports = [weekly(week, zone, calls, []) for week in WEEKS]
    for report in reports:
        for seconds in ("talk_seconds", "self_reported_seconds"):
            assert sum(day[seconds] for day in report["days"]) == report[seconds]
        connected = sum(counts["connected"] for counts in report["calls"].values())
        assert sum(day["connected"] for day in report["days"]) == connected
    for seconds, said in (("talk_seconds", False), ("self_reported_seconds", True)):
        expected = sum(call.talk_seconds for call in calls if call.self_reported == said)
        assert sum(report[seconds] for report in reports) == expected
    counted = sum(n for report in reports for counts in report["calls"].values() for n in counts.values())
    assert counted == len(calls)


@given(SOME_CALLBACKS, ZONES)
def test_what_is_open_after_a_week_is_what_was_open_and_came_and_was_not_closed(callbacks, zone):
    open_before = 0
    for week in WEEKS:
        figures = weekly(week, zone, [], callbacks)["callbacks"]
        assert sum(figures["returned_within"].values()) == figures["returned"]
        assert figures["still_open"] == open_before + figures["opened"] - figures["returned"] - figures["waived"]
        open_before = figures["still_open"]

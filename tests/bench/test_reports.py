"""The calls that reports are benched with are all there, and the figures of their days are right."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from bench import report_calls, reports
from soi_dialer.store import figures, rollup_upkeep
from soi_dialer.store.scope import Scope

CALLS, AGENTS = 2080, 2


def test_made_calls_are_spread_over_two_years_and_counted(database_url):
    with contextlib.closing(report_calls.fill(database_url, CALLS, AGENTS, lambda _: None)) as database:
        with database.write() as conn:
            assert rollup_upkeep.surely_wrong_days(conn, Scope(1, 1)) == []
        with database.read() as conn:
            whole = figures.by_member(conn, 1, report_calls.FIRST_ON, reports.UNTIL_ON)
            weeks = figures.by_member_and_week(conn, 1, reports.FROM_ON, reports.WEEKS)
        days = reports._agent_year(database, 2)
        assert len(reports._counted(database, 2, by_index=True)) == len(days) == 260
        assert sum(sums.calls for sums in whole.values()) == CALLS
        assert {(one.agent_id, one.week): one.calls for one in weeks} == {(a, w): 10 for a in (1, 2) for w in range(52)}
        assert reports.UNTIL_ON - days[-1].on == timedelta(days=3)  # a Friday before a Monday

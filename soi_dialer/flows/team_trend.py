"""Twelve weeks of a team, up to those that a report of it is about."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain.span import Span, weeks_until
from soi_dialer.domain.team_trend import TeamWeek, team_weeks
from soi_dialer.flows.report_span import TREND_WEEKS
from soi_dialer.store import figures
from soi_dialer.store.scope import Scope


def team_trend(dialer: Dialer, scope: Scope, span: Span, today: date, first_weekday: int) -> list[TeamWeek]:
    """Twelve weeks of the asker's office up to the one in which the span ends, or that of `today` where it has not.

    Weeks begin on `first_weekday`; each member's days are those of their own zone.
    """
    weeks = weeks_until(span, today, first_weekday, TREND_WEEKS)
    with dialer.db.read() as conn:
        now, before = (_talks(conn, scope, week) for week in (weeks[0], weeks[0].a_year_before()))
    return team_weeks(weeks, now, before)


def _talks(conn: Connection, scope: Scope, first: Span) -> list[tuple[int, int]]:
    found = figures.by_member_and_week(conn, scope.office_id, first.starts_on, TREND_WEEKS)
    return [(one.week, one.talk_seconds) for one in found]

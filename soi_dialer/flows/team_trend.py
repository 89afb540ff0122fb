"""Twelve weeks of a team, up to those that a report of it is about."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.span import Span, weeks_until
from soi_dialer.domain.team_trend import TeamWeek, team_weeks
from soi_dialer.store import agents, figures
from soi_dialer.store.scope import Scope

WEEKS = 12


def team_trend(dialer: Dialer, scope: Scope, span: Span) -> list[TeamWeek]:
    """Twelve weeks of the asker's office up to the one in which the span ends, or the present one where it has not.

    Weeks begin as the asker's do; each member's days are those of their own zone.
    """
    with dialer.db.read() as conn:
        asker = agents.get(conn, scope.agent_id)
        today = wall_clock.local_date(dialer.clock(), wall_clock.zone_named(asker["time_zone"]))
        weeks = weeks_until(span, today, asker["first_weekday"], WEEKS)
        first = weeks[0].starts_on
        now, before = (_talks(conn, scope, on) for on in (first, first - timedelta(weeks=52)))
    return team_weeks(weeks, now, before)


def _talks(conn: Connection, scope: Scope, first: date) -> list[tuple[int, int]]:
    found = figures.by_member_and_week(conn, scope.office_id, first, WEEKS)
    return [(one.week, one.talk_seconds) for one in found]

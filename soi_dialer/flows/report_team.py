"""A team's figures over a span: a lead sees every member, anybody else sees themselves and the team's sum."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.day_figures import DayFigures
from soi_dialer.domain.span import Span
from soi_dialer.domain.team import Member, medians, ordered, sums
from soi_dialer.flows.errors import NotFound
from soi_dialer.store import figures, team
from soi_dialer.store.scope import Scope

LEAD = "lead"


@dataclasses.dataclass(frozen=True, slots=True)
class TeamReport:
    """`members` are those whom the asker may see; `medians` are empty unless that is everybody."""

    span: Span
    is_lead: bool
    members: Sequence[Member]
    size: int  # of the team, whoever has left not counted
    medians: Mapping[str, int]
    sums: Mapping[str, int]
    today_is_in: bool


def report_team(dialer: Dialer, scope: Scope, span: Span | None = None, *, sort: str = "name") -> TeamReport:
    """The figures of the asker's office; of the present week when no span is given.

    Days are those of each member's own zone; what was returned, those of the asker's. Raises `NotFound`.
    """
    with dialer.db.read() as conn:
        rows = team.members(conn, scope.office_id)
        asker = next((row for row in rows if row["id"] == scope.agent_id), None)
        if asker is None:
            raise NotFound("There is no such agent.")
        today = wall_clock.local_date(dialer.clock(), wall_clock.zone_named(asker["time_zone"]))
        span = span or Span.week_of(today, asker["first_weekday"])
        everybody = _members(conn, scope.office_id, span, rows, asker["time_zone"])
    is_lead = asker["role"] == LEAD
    shown = everybody if is_lead else [member for member in everybody if member.agent_id == scope.agent_id]
    size = sum(not member.has_left for member in everybody)
    in_the_middle = medians(everybody) if is_lead else {}
    return TeamReport(span, is_lead, ordered(shown, sort), size, in_the_middle, sums(everybody), today in span)


def _members(conn: Connection, office_id: int, span: Span, rows: Sequence[RowMapping], zone: str) -> list[Member]:
    """Everybody who works there, and who has left and had calls in the span."""
    of = figures.by_member(conn, office_id, span.starts_on, span.until_on)
    returned = team.returned(conn, office_id, *span.instants(zone))
    members = [
        _member(row, of.get(row["id"]) or DayFigures(span.starts_on), returned.get(row["id"], 0)) for row in rows
    ]
    return [member for member in members if not member.has_left or member.calls or member.returned]


def _member(row: RowMapping, done: DayFigures, returned: int) -> Member:
    return Member(
        agent_id=row["id"],
        name=row["name"],
        talk_seconds=done.talk_seconds,
        conversations=done.conversations,
        long_conversations=done.long_conversations,
        calls=done.calls,
        voicemails_left=done.voicemails_left,
        returned=returned,
        self_reported_seconds=done.self_reported_seconds,
        has_left=row["disabled_at"] is not None,
    )

"""A team's figures over a span: a lead sees every member, anybody else sees themselves and the team's sum."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.day_figures import DayFigures
from soi_dialer.domain.span import Span
from soi_dialer.domain.team import Member, medians, ordered, sums
from soi_dialer.flows.errors import NotFound
from soi_dialer.store import figures, said, team
from soi_dialer.store.rollup import MemberFigures
from soi_dialer.store.said import Said
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
    with_self_reported: bool
    first_weekday: int  # of the asker's weeks


def report_team(
    dialer: Dialer, scope: Scope, span: Span | None = None, *, sort: str = "name", self_reported: bool = True
) -> TeamReport:
    """The figures of the asker's office; of the present week when no span is given.

    Days are those of each member's own zone. Without `self_reported`, calls made elsewhere count nowhere.
    Raises `NotFound`.
    """
    with dialer.db.read() as conn:
        rows = team.members(conn, scope.office_id)
        asker = next((row for row in rows if row["id"] == scope.agent_id), None)
        if asker is None:
            raise NotFound("There is no such agent.")
        today = wall_clock.local_date(dialer.clock(), wall_clock.zone_named(asker["time_zone"]))
        span = span or Span.week_of(today, asker["first_weekday"])
        everybody = _members(conn, scope.office_id, span, rows, dialer.clock(), self_reported)
    is_lead = asker["role"] == LEAD
    shown = everybody if is_lead else [member for member in everybody if member.agent_id == scope.agent_id]
    size = sum(not member.has_left for member in everybody)
    in_the_middle = medians(everybody) if is_lead else {}
    return TeamReport(
        span=span,
        is_lead=is_lead,
        members=ordered(shown, sort),
        size=size,
        medians=in_the_middle,
        sums=sums(everybody),
        today_is_in=today in span,
        with_self_reported=self_reported,
        first_weekday=asker["first_weekday"],
    )


def member(dialer: Dialer, scope: Scope, agent_id: int) -> RowMapping:
    """A member of the office whom the asker leads; see `store.team.members`. Raises `NotFound` to anybody else."""
    with dialer.db.read() as conn:
        rows = {row["id"]: row for row in team.members(conn, scope.office_id)}
    asker = rows.get(scope.agent_id)
    if asker is None or asker["role"] != LEAD or agent_id not in rows:
        raise NotFound("There is no such member.")
    return rows[agent_id]


def _members(
    conn: Connection, office_id: int, span: Span, rows: Sequence[RowMapping], now: datetime, self_reported: bool
) -> list[Member]:
    """Everybody who works there, and who has left and had calls in the span."""
    of = figures.by_member(conn, office_id, span.starts_on, span.until_on)
    debts: dict[int, team.Callbacks] = {}
    elsewhere: dict[int, Said] = {}
    for zone in sorted({row["time_zone"] for row in rows}):
        debts |= team.callbacks(conn, office_id, zone, *span.instants(zone), now)
        if not self_reported:
            elsewhere |= said.by_member(conn, office_id, zone, *span.instants(zone))
    nothing, none = DayFigures(span.starts_on), team.Callbacks()
    members = [_member(row, of.get(row["id"]) or nothing, debts.get(row["id"]) or none) for row in rows]
    if not self_reported:
        members = [_measured(member, elsewhere.get(member.agent_id, Said())) for member in members]
    return [member for member in members if not member.has_left or member.calls or member.returned]


def _measured(member: Member, elsewhere: Said) -> Member:
    return member._replace(
        calls=member.calls - elsewhere.calls,
        conversations=member.conversations - elsewhere.conversations,
        voicemails_left=member.voicemails_left - elsewhere.voicemails_left,
        self_reported_seconds=0,
    )


def _member(row: RowMapping, done: MemberFigures | DayFigures, debts: team.Callbacks) -> Member:
    return Member(
        agent_id=row["id"],
        name=row["name"],
        talk_seconds=done.talk_seconds,
        conversations=done.conversations,
        long_conversations=done.long_conversations,
        calls=done.calls,
        voicemails_left=done.voicemails_left,
        **debts._asdict(),
        self_reported_seconds=done.self_reported_seconds,
        has_left=row["disabled_at"] is not None,
    )

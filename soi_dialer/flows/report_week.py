"""The weekly report of one agent, for the page, the API and the command line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from soi_dialer.dialer import Dialer
from soi_dialer.domain.week import BadWeek, Week
from soi_dialer.domain.weekly import weekly
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.flows.report_span import without_self_reported
from soi_dialer.store import agents, figures
from soi_dialer.store.scope import Scope


def report_week(
    dialer: Dialer, scope: Scope, week: str | None = None, *, self_reported: bool = True
) -> dict[str, Any]:
    """The figures of an ISO week such as "2026-W47" in the agent's zone; the present week when none is given.

    Keys: `week`, `starts_on`, `time_zone`, `talk_seconds` (measured), `self_reported_seconds`, `self_reported_calls`,
    `calls` (by direction and outcome), `callbacks`, `days`. Without `self_reported`, calls made elsewhere count
    nowhere.
    Raises `BadValue` when the week is not one.
    """
    with dialer.db.read() as conn:
        agent = agents.get(conn, scope.agent_id)
        if agent is None or agent["office_id"] != scope.office_id:
            raise NotFound("There is no such agent.")
        chosen = _week(dialer, week, agent["time_zone"])
        borders = chosen.instants(agent["time_zone"])
        days = figures.by_day(conn, scope, chosen.starts_on, chosen.starts_on + timedelta(days=7))
        calls = figures.by_outcome(conn, scope, *borders, self_reported=self_reported)
        callbacks = figures.debts(conn, scope, *borders)
    if not self_reported:
        days = [without_self_reported(day, 0) for day in days]  # messages left are not in what is made of them
    return weekly(chosen, agent["time_zone"], days, calls, callbacks)


def _week(dialer: Dialer, text: str | None, zone: str) -> Week:
    if not text:
        return Week.of(dialer.clock(), zone)
    try:
        return Week.parse(text)
    except BadWeek as error:
        raise BadValue(str(error), "week") from None

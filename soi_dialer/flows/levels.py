"""Move people on the ladder, and change the ladder itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names, wall_clock
from soi_dialer.domain.level import (
    LONGEST_NAME,
    PRESETS,
    Ladder,
    Rung,
    first_rung,
    next_down,
    problem_of,
    rung_of,
    with_preset,
)
from soi_dialer.domain.level_move import MISSED_DOWN, Suggestion, Talk, suggest
from soi_dialer.domain.span import Span
from soi_dialer.domain.whole_number import whole
from soi_dialer.flows import touch
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.store import agents, contacts, levels, sphere
from soi_dialer.store.scope import Scope

LOOKS_BACK = timedelta(days=120)
LONGEST_REASON = 300


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One rung as typed. `before` is the name that it had, empty for a new one."""

    before: str
    name: str
    days: str
    is_partner: bool = False


def change_ladder(dialer: Dialer, scope: Scope, typed: Sequence[Step]) -> None:
    """Another ladder, from the most distant level to the closest. People on a level go along with its new name; those
    on a level that is gone go to the first rung.

    Raises:
        BadValue: naming what is wrong; nothing was changed.
    """
    rungs = tuple(_rung(step) for step in typed)
    problem = problem_of(rungs)
    if problem:
        raise BadValue(problem, "ladder")
    names_of = {step.before.casefold(): rung.name for step, rung in zip(typed, rungs, strict=True) if step.before}
    with dialer.db.write() as conn:
        before = levels.ladder(conn, scope.agent_id)
        moves = {rung.name: names_of.get(rung.name.casefold(), first_rung(rungs).name) for rung in before}
        levels.replace(conn, scope, rungs)
        levels.rename_all(conn, scope, moves)
        touch.refresh_agent(conn, scope.agent_id)


def use_preset(dialer: Dialer, scope: Scope, key: str) -> str:
    """The days of a preset on the agent's own levels; returns its label. Raises `BadValue`."""
    preset = next((one for one in PRESETS if one.key == key), None)
    if preset is None:
        raise BadValue("There is no such choice of days.", "preset")
    with dialer.db.write() as conn:
        levels.replace(conn, scope, with_preset(levels.ladder(conn, scope.agent_id), preset))
        touch.refresh_agent(conn, scope.agent_id)
    return preset.label


def _rung(step: Step) -> Rung:
    days = whole(step.days.strip(), digits=4)
    if days is None:
        raise BadValue("Days between two talks are a whole number.", "ladder")
    name = names.visible_line(step.name, LONGEST_NAME + 1)
    return Rung(name, days, step.is_partner)


def suggestion(conn: Connection, scope: Scope, contact_id: int, now: datetime) -> Suggestion | None:
    """The move that the talks with this person suggest, and that was not answered yet."""
    row = contacts.get(conn, scope, contact_id)
    return _suggested(conn, scope, [row], now).get(contact_id) if row else None


def suggestions(conn: Connection, scope: Scope, now: datetime) -> list[tuple[Mapping[str, Any], Suggestion]]:
    """Who may have come closer lately, then who may have drifted a step away: contact and suggestion."""
    ladder = levels.ladder(conn, scope.agent_id)
    days = {rung.name: MISSED_DOWN * rung.days - rung.days for rung in ladder if next_down(ladder, rung.name)}
    today = agents.today(conn, scope.agent_id, now)
    closer = sphere.talked_long(conn, scope, now - LOOKS_BACK)
    ids = dict.fromkeys([*closer, *sphere.long_quiet(conn, scope, days, today)])
    people = contacts.get_many(conn, scope, ids)
    rows = [people[one] for one in ids if one in people and people[one]["archived_at"] is None]
    found = _suggested(conn, scope, rows, now)
    said = [(row, found[row["id"]]) for row in rows if row["id"] in found]
    return sorted(said, key=lambda one: not one[1].is_up)


def _suggested(conn: Connection, scope: Scope, rows: Sequence[Any], now: datetime) -> dict[int, Suggestion]:
    if not rows:
        return {}
    ladder, zone = levels.ladder(conn, scope.agent_id), agents.get(conn, scope.agent_id)["time_zone"]
    ids = [row["id"] for row in rows]
    answers, talks = sphere.answers(conn, ids), sphere.talks(conn, ids)
    local = wall_clock.zone_named(zone)
    found = {}
    for row in rows:
        said = answers[row["id"]]
        moves = [at for _, at, is_move in said if is_move]
        found[row["id"]] = suggest(
            ladder,
            row["level"],
            row["cadence_days"],
            [Talk(call_id, wall_clock.local_date(at, local), seconds) for call_id, at, seconds in talks[row["id"]]],
            wall_clock.local_date(now, local),
            moved_on=wall_clock.local_date(max(moves), local) if moves else None,
            answered={call_id for call_id, _, _ in said if call_id},
        )
    return {contact_id: one for contact_id, one in found.items() if one}


def accept(dialer: Dialer, scope: Scope, contact_id: int) -> str:
    """Make the move that is suggested; returns the new level. Raises `BadValue` when nothing is suggested any more."""
    return _answer(dialer, scope, contact_id, accepted=True)


def decline(dialer: Dialer, scope: Scope, contact_id: int) -> str:
    """Leave them where they are; the same call suggests it no more. Returns their level."""
    return _answer(dialer, scope, contact_id, accepted=False)


def _answer(dialer: Dialer, scope: Scope, contact_id: int, *, accepted: bool) -> str:
    with dialer.db.write() as conn:
        row = _get(conn, scope, contact_id)
        found = suggestion(conn, scope, contact_id, dialer.clock())
        if found is None:
            raise BadValue("Nothing is suggested any more.", "level")
        to, why = (found.to, found.why) if accepted else (row["level"], "Declined.")
        _keep_move(conn, scope, row, to, dialer.clock(), found.call_id, why)
        return to


def move(
    dialer: Dialer, scope: Scope, contact_id: int, to: str, reason: str = "", call_id: int | None = None
) -> str:
    """Move somebody by hand, perhaps for what was said in a call; returns the level's name.

    Raises:
        BadValue: the ladder has no such level, or they were not in that call.
    """
    reason = names.visible_line(reason, LONGEST_REASON)
    with dialer.db.write() as conn:
        row, ladder = _get(conn, scope, contact_id), levels.ladder(conn, scope.agent_id)
        rung = rung_of(ladder, to)
        if rung.name.casefold() != to.strip().casefold():
            raise BadValue("Choose one of your levels.", "level")
        if call_id is not None and call_id not in [one[0] for one in sphere.talks(conn, [contact_id])[contact_id]]:
            raise BadValue("Choose one of your talks with them.", "call_id")
        if rung.name != row["level"]:
            _keep_move(conn, scope, row, rung.name, dialer.clock(), call_id, reason)
        return rung.name


def _keep_move(
    conn: Connection, scope: Scope, row: Mapping[str, Any], to: str, now: datetime, call_id: int | None, why: str
) -> None:
    event = {"contact_id": row["id"], "from_level": row["level"], "to_level": to, "at": now}
    levels.add_event(conn, scope, **event, call_id=call_id, reason=why)
    if to != row["level"]:
        contacts.update(conn, scope, row["id"], {"level": to}, now)
        touch.refresh(conn, [row["id"]])


def _get(conn: Connection, scope: Scope, contact_id: int) -> Mapping[str, Any]:
    row = contacts.get(conn, scope, contact_id)
    if row is None:
        raise NotFound("There is no such contact.")
    return row


def quarter_begins(now: datetime, zone: str) -> datetime:
    """The first instant of the present quarter of the year, where the agent is."""
    local = wall_clock.zone_named(zone)
    today = wall_clock.local_date(now, local)
    return wall_clock.first_at_or_after(Span.quarter_of(today).starts_on, 0, local)


def is_up(ladder: Ladder, before: str, after: str) -> bool:
    """Whether that move went towards the agent."""
    order = [rung.name.casefold() for rung in ladder]
    known = [name.casefold() if name.casefold() in order else order[0] for name in (before, after)]
    return order.index(known[1]) > order.index(known[0])

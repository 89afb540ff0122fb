"""The day's list: written once, when it is first looked at, and then only worked through.

A person on it may be called (which the call itself tells), skipped or put off. Nobody comes onto a list that is full,
whatever changes meanwhile, so it never reshuffles under somebody's hands.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.cadence import days_between
from soi_dialer.domain.level import Ladder, first_rung, place_of, rung_of
from soi_dialer.domain.today import NEAR_DAYS, Candidate, Near, choose, near_month_days, next_return
from soi_dialer.domain.today_words import reason
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.store import agents, levels
from soi_dialer.store import today as store
from soi_dialer.store.scope import Scope

LONGEST_PUT_OFF_DAYS = 366


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """A day of the agent's: its date, its first instant, the zone, and how many places its list has."""

    on: date
    starts_at: datetime
    zone: ZoneInfo
    customers: int
    partners: int


def day_of(agent: Mapping[str, Any], now: datetime) -> Day:
    """Today, where the agent is."""
    zone = wall_clock.zone_named(agent["time_zone"])
    on = wall_clock.local_date(now, zone)
    starts_at = wall_clock.first_at_or_after(on, 0, zone)
    return Day(on, starts_at, zone, agent["customers_a_day"], agent["partners_a_day"])


def todays_list(dialer: Dialer, scope: Scope) -> list[dict[str, Any]]:
    """Who is to be called today, in order; see `store.today.items`. Writes the list where places are empty.

    Whoever was called since midnight has the state "called", and whoever is not to be called any more is left out.
    """
    with dialer.db.read() as conn:
        day = day_of(agents.get(conn, scope.agent_id), dialer.clock())
        rows = store.items(conn, scope, day.on, day.starts_at)
        missing = _missing(conn, scope, day, rows)
    if missing:
        with dialer.db.write() as conn:
            store.hold(conn, scope)
            there = store.items(conn, scope, day.on, day.starts_at)
            if len(there) != len(rows):  # another page has written them meanwhile
                missing = _missing(conn, scope, day, there)
            if missing:
                store.add(conn, scope, day.on, missing, dialer.clock())
            rows = store.items(conn, scope, day.on, day.starts_at)
    return [_with_state(row) for row in rows if not row["is_gone"]]


def _with_state(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"state": "called"} if row["call_id"] else row


def skip(dialer: Dialer, scope: Scope, item_id: int) -> None:
    """Not today. They come again on the next list, once."""
    _mark(dialer, scope, item_id, "skipped", None)


def take_back(dialer: Dialer, scope: Scope, item_id: int) -> None:
    """Today after all."""
    _mark(dialer, scope, item_id, "open", None)


def put_off(dialer: Dialer, scope: Scope, item_id: int, until: str | int) -> date:
    """Not before that day: a date as text, or a number of days from today. Returns the day; raises `BadValue`."""
    with dialer.db.read() as conn:
        today = day_of(agents.get(conn, scope.agent_id), dialer.clock()).on
    until_on = today + timedelta(days=until) if isinstance(until, int) else _day(until)
    if not 1 <= (until_on - today).days <= LONGEST_PUT_OFF_DAYS:
        raise BadValue("Pick a day after today and within a year.", "until_on")
    _mark(dialer, scope, item_id, "snoozed", until_on)
    return until_on


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadValue("Pick a day, such as 2026-12-24.", "until_on") from None


def _mark(dialer: Dialer, scope: Scope, item_id: int, state: str, until_on: date | None) -> None:
    with dialer.db.write() as conn:
        if store.item(conn, scope, item_id) is None:
            raise NotFound("That person is not on your list.")
        store.change(conn, item_id, state, until_on, dialer.clock())


def _missing(conn: Connection, scope: Scope, day: Day, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items that fill the empty places of the day.

    A list that lacks partners alone is looked at once, when it is begun: many agents have none, or talk with all of
    theirs every week.
    """
    partners = sum(row["is_partner"] for row in rows)
    free = {False: day.customers - (len(rows) - partners), True: day.partners - partners}
    if free[False] <= 0 and (rows or free[True] <= 0):
        return []
    ladder = levels.ladder(conn, scope.agent_id)
    found = _candidates(conn, scope, day, ladder)
    taken = {("household", r["household_id"]) if r["household_id"] else ("person", r["contact_id"]) for r in rows}
    missing: list[dict[str, Any]] = []
    for is_partner in (False, True):
        some = choose(found[is_partner], day.on, max(free[is_partner], 0), taken=taken)
        taken |= {one.home for one in some}
        missing += [_item(one, day, len(rows) + len(missing) + n, is_partner) for n, one in enumerate(some)]
    return missing


def _item(one: Candidate, day: Day, position: int, is_partner: bool) -> dict[str, Any]:
    return {
        "contact_id": one.contact_id,
        "position": position,
        "is_partner": is_partner,
        "reason": reason(one, day.on),
        "carried": one.left_on is not None,
    }


def _candidates(conn: Connection, scope: Scope, day: Day, ladder: Ladder) -> dict[bool, list[Candidate]]:
    """Who may be listed, apart by whether they are partners."""
    before = store.last_list_on(conn, scope, day.on)
    left = _left(conn, scope, day, before) if before else set()
    put_off_on = store.put_off_until(conn, scope, day.on)
    near, names = near_month_days(day.on), [rung.name for rung in ladder]
    rows = store.candidates(conn, scope, day.on, names, near, {*left, *put_off_on})
    told = _told(conn, [row["id"] for row in rows])
    homes = store.households_touched(conn, {row["household_id"] for row in rows} - {None})
    listed = _Listed(store.listed(conn, scope, day.on - timedelta(days=store.REMEMBERED_DAYS)))
    found: dict[bool, list[Candidate]] = {False: [], True: []}
    for row in rows:
        rung, contact_id = rung_of(ladder, row["level"]), row["id"]
        promised = {"left_on": before if contact_id in left else None, "put_off_on": put_off_on.get(contact_id)}
        one = _candidate(row, day, ladder, homes.get(row["household_id"]))
        one = dataclasses.replace(one, **promised, listed_on=listed.on(row))
        found[rung.is_partner].append(_with_what_is_told(one, told[contact_id], day.on))
    return found


def _left(conn: Connection, scope: Scope, day: Day, before: date) -> set[int]:
    return store.left_from(conn, scope, before, wall_clock.first_at_or_after(before, 0, day.zone))


def _candidate(row: Mapping[str, Any], day: Day, ladder: Ladder, home_touched_at: datetime | None) -> Candidate:
    touched = home_touched_at or row["touched_at"]
    return Candidate(
        contact_id=row["id"],
        days=days_between(ladder, row["level"], row["cadence_days"]),
        known_on=wall_clock.local_date(row["created_at"], day.zone),
        touched_on=wall_clock.local_date(touched, day.zone) if touched else None,
        own_touched_on=wall_clock.local_date(row["touched_at"], day.zone) if row["touched_at"] else None,
        household_id=row["household_id"],
        place=place_of(ladder, row["level"]),
        is_past_customer=rung_of(ladder, row["level"]) == first_rung(ladder),
    )


def _told(conn: Connection, people: list[int]) -> dict[int, list[Mapping[str, Any]]]:
    """What is remembered of each that matters here, the newest first."""
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in store.about(conn, people):
        found[row["contact_id"]].append(row)
    return found


def _with_what_is_told(one: Candidate, facts: list[Mapping[str, Any]], on: date) -> Candidate:
    if not facts:
        return one
    openings = [fact["text"] for fact in facts if fact["kind"] in ("opening", "ask_next")]
    yearly = [(next_return(fact["month_day"], on), fact) for fact in facts if fact["month_day"] is not None]
    return dataclasses.replace(
        one,
        opening=next(iter(openings), ""),
        near=tuple(
            Near(fact["kind"], fact["text"], back, fact["about_on"])
            for back, fact in yearly
            if (back - on).days <= NEAR_DAYS
        ),
        is_past_customer=one.is_past_customer or any(fact["kind"] == "closing" for fact in facts),
    )


class _Listed:
    """When somebody or somebody of their household was last on a list."""

    def __init__(self, rows: list[tuple[int, int | None, date]]) -> None:
        self._of: dict[tuple[str, int], date] = {}
        for contact_id, household_id, on in rows:
            self._keep(("person", contact_id), on)
            if household_id is not None:
                self._keep(("household", household_id), on)

    def _keep(self, whose: tuple[str, int], on: date) -> None:
        self._of[whose] = max(on, self._of.get(whose, on))

    def on(self, row: Mapping[str, Any]) -> date | None:
        days = (self._of.get(("person", row["id"])), self._of.get(("household", row["household_id"])))
        return max((day for day in days if day), default=None)

"""Calls behind figures that no condition of the database tells apart: those of the span are read, and picked here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy import Connection

from soi_dialer.domain import wall_clock
from soi_dialer.domain.day_figures import COUNTED, counts_of
from soi_dialer.domain.pick_up import RANG
from soi_dialer.domain.span import Span
from soi_dialer.store import figures, reached
from soi_dialer.web import whose, words

BESIDE = {"ring": "ringing", "whisper": "whispers", "voicemail": "voicemail"}
"""Time on the line that was no talk, and its name."""

_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_NUMBERS = {name: {str(number) for number in range(most)} for name, most in (("weekday", 7), ("hour", 24))}

Row = Mapping[str, Any]


def asked() -> dict[str, str]:
    """What the address asks for of this kind; nothing when it is not known."""
    given = request.args
    if given.get("beside") in BESIDE:
        return {"beside": given["beside"]}
    if all(given.get(name) in known for name, known in _NUMBERS.items()):
        return {name: given[name] for name in _NUMBERS}
    return {"reached": "1"} if given.get("reached") == "1" else {}


def values(
    conn: Connection, span: Span, wanted: Mapping[str, str], before: tuple[datetime, int] | None, limit: int
) -> dict[str, Any]:
    """The newest calls, no more than `limit`, that were placed before the last one seen; and how many there are."""
    scope, zone = whose.shown().scope, whose.shown().zone
    starts_at, ends_at = span.instants(zone.key)
    known = figures.counted_calls(conn, scope, starts_at, ends_at)
    if "beside" in wanted:
        found, which = _beside(known, wanted["beside"])
    elif "hour" in wanted:
        found, which = _of_hour(known, int(wanted["weekday"]), int(wanted["hour"]), zone)
    else:
        found, which = _reaching(known, reached.calls(conn, scope, starts_at, ends_at))
    ids = [row["id"] for row in found if before is None or (row["placed_at"], row["id"]) < before]
    rows = figures.calls(conn, scope, figures.Filters(ids=ids[:limit]), limit=limit)
    talked, said = (sum(row["talk_seconds"] for row in found if row["self_reported"] == own) for own in (False, True))
    return {"rows": rows, "count": len(found), "talked": talked, "said": said, "which": which}


def _beside(known: list[Row], name: str) -> tuple[list[Row], str]:
    column = COUNTED.index(f"{name}_seconds")
    found = [row for row in known if counts_of(row)[column]]
    seconds = sum(counts_of(row)[column] for row in found)
    return found, f", with {words.hours(seconds)} of {BESIDE[name]}"


def _of_hour(known: list[Row], weekday: int, hour: int, zone: ZoneInfo) -> tuple[list[Row], str]:
    """Those that rang somebody then, by the agent's clocks."""
    found = [row for row in known if _rang(row) and _at(row["placed_at"], zone) == (weekday, hour)]
    answered = sum(row["outcome"] == "connected" for row in found)
    return found, f" on {_WEEKDAYS[weekday]} from {words.hour(hour)}, {answered} picked up"


def _rang(row: Row) -> bool:
    return row["direction"] == "outbound" and row["outcome"] in RANG and not row["self_reported"]


def _at(placed_at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = wall_clock.local(placed_at, zone)
    return local.weekday(), local.hour


def _reaching(known: list[Row], ids: set[int]) -> tuple[list[Row], str]:
    found = [row for row in known if row["id"] in ids]
    people = len({row["contact_id"] for row in found})
    return found, f" that reached {people} past {'customer' if people == 1 else 'customers'}"

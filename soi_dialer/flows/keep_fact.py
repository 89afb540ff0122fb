"""Remember something about a person: typed, perhaps about a day, and let go of it when it was asked about."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import day_text, names
from soi_dialer.domain.fact_kinds import NOTE, kind_of
from soi_dialer.flows.contact_values import read_text
from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.store import agents, calls, contacts, facts
from soi_dialer.store.scope import Scope

LONGEST = 500
KIND_LENGTH = 40


def add_fact(
    dialer: Dialer, scope: Scope, contact_id: int, kind: str, text: str, day: str = "", call_id: int | None = None
) -> int:
    """One thing to remember, heard before the next call; returns its id.

    `day` is a day as people write it. For a kind that is about a day, one that stands in the text will do.
    `call_id` is the call in which they told it. Raises `BadValue` with `text` or `day`, and `NotFound`.
    """
    with dialer.db.write() as conn:
        if contacts.pin(conn, scope, contact_id) is None:
            raise NotFound("There is no such contact.")
        if call_id is not None and calls.get(conn, scope, call_id) is None:
            raise NotFound("There is no such call.")
        values = read_fact(kind, text, day, _today(dialer, conn, scope))
        return facts.add(conn, scope, contact_id, values | {"call_id": call_id}, dialer.clock())


def edit_fact(dialer: Dialer, scope: Scope, fact_id: int, kind: str, text: str, day: str = "") -> None:
    """Put other words, another kind or another day in its place."""
    with dialer.db.write() as conn:
        get_fact(conn, scope, fact_id)
        facts.change(conn, scope, fact_id, read_fact(kind, text, day, _today(dialer, conn, scope)))


def mark_done(dialer: Dialer, scope: Scope, fact_id: int, done: bool = True) -> None:
    """They were asked about it: kept, and not brought up any more. Or brought up again."""
    with dialer.db.write() as conn:
        row = get_fact(conn, scope, fact_id)
        facts.change(conn, scope, fact_id, {"done_at": (row["done_at"] or dialer.clock()) if done else None})


def remove_fact(dialer: Dialer, scope: Scope, fact_id: int) -> None:
    with dialer.db.write() as conn:
        get_fact(conn, scope, fact_id)
        facts.remove(conn, scope, fact_id)


def read_fact(kind: str, text: str, day: str, today: date) -> dict[str, Any]:
    """The columns of a fact as it is kept. Raises `BadValue`."""
    kind, text = names.visible_line(kind, KIND_LENGTH) or NOTE, read_text(text, "text", LONGEST)
    found = _day(day, today)
    if found is None and kind_of(kind).dated:
        found = day_text.find_day(text, today)
        text = "" if found and _is_a_day(text, today) else text
    if not text and found is None:
        raise BadValue("Write down what is to be remembered.", field="text")
    return {"kind": kind, "text": text} | _about(kind, found, today)


def get_fact(conn: Connection, scope: Scope, fact_id: int) -> Any:
    """Raises `NotFound`."""
    row = facts.get(conn, scope, fact_id)
    if row is None:
        raise NotFound("There is no such thing to remember.")
    return row


def _about(kind: str, day: day_text.Day | None, today: date) -> dict[str, Any]:
    """What comes again each year needs no year; for anything else it is the one that is nearest to today."""
    if day is None:
        return {"about_on": None, "month_day": None}
    if kind_of(kind).yearly:
        return {"about_on": day.on, "month_day": day.month * 100 + day.day}
    return {"about_on": day.nearest(today), "month_day": None}


def _day(text: str, today: date) -> day_text.Day | None:
    try:
        return day_text.read_day(text[:100], today)
    except day_text.BadDay as error:
        raise BadValue(str(error), field="day") from None


def _is_a_day(text: str, today: date) -> bool:
    try:
        return day_text.read_day(text, today) is not None
    except day_text.BadDay:
        return False


def _today(dialer: Dialer, conn: Connection, scope: Scope) -> date:
    """Where the agent is."""
    return agents.today(conn, scope.agent_id, dialer.clock())

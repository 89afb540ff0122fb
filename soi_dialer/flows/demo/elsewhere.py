"""A talk of the demo's agent on their own phone, by their word alone, so that the week has something self-reported."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.flows import log_call
from soi_dialer.flows.demo.people import PEOPLE, numbers
from soi_dialer.store import callbacks
from soi_dialer.store.scope import Scope

WHO = ("Ruth Morgan", "Andre Williams", "Olivia Brooks")
"""The first of them to whom nothing is owed: it would be returned by the talk."""

MINUTES, EVENING = 26, time(18, 20)
NOTE = "Caught up about the holidays."


def add(dialer: Dialer, conn: Connection, scope: Scope, people: list[int], now: datetime, zone: ZoneInfo) -> None:
    """On the evening of the last weekday before today; `people` are the contacts in the order of PEOPLE."""
    on = wall_clock.local_date(now, zone) - timedelta(days=1)
    while on.weekday() > 4:
        on -= timedelta(days=1)
    ids = {person.name: index for index, person in enumerate(PEOPLE)}
    for index in (ids[name] for name in WHO):
        if callbacks.open_for_contact(conn, scope, people[index]) is None:
            word = log_call.said("inbound", "connected", MINUTES, wall_clock.as_written(on, EVENING, zone), now)
            about = {"contact_id": people[index], "contact_number": numbers(index)[0]["number"]}
            log_call.keep(dialer, conn, scope, "inbound", word, note=NOTE, **about)
            return

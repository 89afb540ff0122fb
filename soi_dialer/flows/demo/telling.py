"""Puts past calls into the tables as the carrier would have told them, so that each follows the rules of a real one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.flows.demo.script import Script
from soi_dialer.flows.follow_call import News
from soi_dialer.flows.following import follower
from soi_dialer.store import calls
from soi_dialer.store.chunks import chunks
from soi_dialer.store.scope import Scope


AT_ONCE = 64
"""Calls; news of more is not taken in one step."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sphere:
    """Whose calls they are. `people` are ids of contacts and their numbers; `Planned.person` is a place among them."""

    scope: Scope
    phone: str
    people: Sequence[tuple[int, str]]


def tell(dialer: Dialer, conn: Connection, sphere: Sphere, scripts: list[Script]) -> None:
    """Each row as it was before the carrier's first word, then everything that the carrier told, in order of time."""
    for script in scripts:
        calls.add(conn, _row(dialer, sphere, script) | script.columns)
    for some in chunks(scripts, AT_ONCE):
        news = [News(script.columns["ref"], fact, at, source) for script in some for at, source, fact in script.news]
        follower(dialer).follow(conn, news)


def _row(dialer: Dialer, sphere: Sphere, script: Script) -> dict[str, Any]:
    planned = script.call
    contact_id, number = sphere.people[planned.person]
    return {
        "office_id": sphere.scope.office_id,
        "agent_id": sphere.scope.agent_id,
        "contact_id": contact_id,
        "direction": planned.direction,
        "contact_number": number,
        "agent_number": sphere.phone,
        "twilio_number": dialer.settings.twilio_phone_number,
        "placement": "placed",
        "state": "ended",  # as the facts will say; two calls under way at once is what the tables refuse
        "posted_at": planned.placed_at if planned.direction == "outbound" else None,
        "last_fact_at": planned.placed_at,
    }

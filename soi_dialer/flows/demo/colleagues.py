"""Three colleagues of the demo's agent, each with people and weeks of their own, so that the team has figures.

Nobody signs in as one of them, nobody waits for a call from them, and they have no handset at the practice company.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.flows import touch
from soi_dialer.flows.demo.people import ACQUAINTANCE, ADVOCATE, CUSTOMER, FRIEND
from soi_dialer.flows.demo.script import Planned, Script
from soi_dialer.flows.demo.telling import Sphere, tell
from soi_dialer.flows.demo.weeks import CLEARANCE, weekdays
from soi_dialer.flows.passwords import NO_PASSWORD
from soi_dialer.store import agents, contacts
from soi_dialer.store.scope import Scope

WEEKS = 4
_LEVELS = (CUSTOMER, CUSTOMER, CUSTOMER, FRIEND, ADVOCATE, ACQUAINTANCE)
_OUTCOMES = {"connected": 52, "left_voicemail": 22, "no_answer": 17, "busy": 5, "machine": 4}


class Colleague(NamedTuple):
    """Somebody who makes that many calls on a day, and talks about so long. `people` have numbers in their area."""

    name: str
    phone: str
    time_zone: str
    calls: tuple[int, int]
    minutes: float
    area: str
    people: tuple[str, ...]


COLLEAGUES = (
    Colleague(
        "Jordan Ellis", "+12025550131", "America/New_York", (4, 6), 9, "302",
        ("Amy Vance", "Luis Romero", "Nina Kapoor", "Greg Tully", "Helen Marsh", "Victor Osei"),
    ),
    Colleague(
        "Casey Bergstrom", "+12025550132", "America/Chicago", (3, 5), 7, "414",
        ("Pauline Reyes", "Dean Hollis", "Ingrid Sorensen", "Malik Jefferson", "Tara Quinn", "Owen Fitch"),
    ),
    Colleague(
        "Robin Takahashi", "+12025550133", "America/New_York", (1, 3), 12, "603",
        ("Celia Navarro", "Warren Boyd", "Mei Chen", "Rob Gallagher", "Anita Desai", "Lucas Meyer"),
    ),
)  # fmt: skip


def add(dialer: Dialer, conn: Connection, office_id: int, now: datetime) -> None:
    for colleague in COLLEAGUES:
        sphere = _sphere(conn, colleague, office_id, now - timedelta(weeks=WEEKS + 8))
        dice = random.Random(colleague.name)
        tell(dialer, conn, sphere, [Script(planned, dice) for planned in calls_of(colleague, now)])
        touch.refresh(conn, [contact_id for contact_id, _ in sphere.people])


def _sphere(conn: Connection, colleague: Colleague, office_id: int, since: datetime) -> Sphere:
    email = f"{colleague.name.partition(' ')[0].lower()}@example.com"
    values = {"name": colleague.name, "email": email, "phone": colleague.phone, "time_zone": colleague.time_zone}
    values |= {"password_hash": NO_PASSWORD, "weekly_mail": False, "created_at": since}
    agent_id = agents.insert(conn, office_id=office_id, **values)
    scope, people = Scope(office_id, agent_id), []
    for place, (name, level) in enumerate(zip(colleague.people, _LEVELS, strict=True)):
        number = f"+1{colleague.area}55501{place + 1:02d}"
        values = {"name": name, "level": level}
        people.append((contacts.insert(conn, scope, values, [{"number": number, "label": "mobile"}], since), number))
    return Sphere(scope, colleague.phone, people)


def calls_of(colleague: Colleague, now: datetime) -> list[Planned]:
    """Up to `now`, in order of time; the same for the same `now`."""
    dice, zone = random.Random(colleague.name), ZoneInfo(colleague.time_zone)
    calls: list[Planned] = []
    for on in weekdays(wall_clock.local_date(now, zone), WEEKS):
        at = wall_clock.as_written(on, time(9, dice.randint(0, 50)), zone)
        for person in dice.sample(range(len(colleague.people)), dice.randint(*colleague.calls)):
            outcome = dice.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
            calls.append(Planned(at, person, "outbound", outcome, _seconds(dice, colleague, outcome)))
            at += timedelta(minutes=dice.randint(8, 55))
        calls.extend(_missed(dice, colleague, wall_clock.as_written(on, time(15, 10), zone), now))
    return [call for call in calls if call.placed_at < now - CLEARANCE]


def _missed(dice: random.Random, colleague: Colleague, at: datetime, now: datetime) -> Iterator[Planned]:
    """On some days somebody calls in vain; it is returned, or else has not come yet."""
    person, later = dice.randrange(len(colleague.people)), timedelta(minutes=dice.randint(15, 130))
    if dice.random() < 0.4 and at + later < now - CLEARANCE:
        yield Planned(at, person, "inbound", "missed")
        yield Planned(at + later, person, "outbound", "connected", _seconds(dice, colleague, "connected"))


def _seconds(dice: random.Random, colleague: Colleague, outcome: str) -> int:
    if outcome == "connected":
        return round(min(40.0, max(1.0, colleague.minutes * dice.lognormvariate(0, 0.6))) * 60)
    return dice.randint(18, 45) if outcome == "left_voicemail" else 0

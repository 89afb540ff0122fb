"""Who lives in a history: an agent whose hours, channels and leaves are drawn, a colleague, and Jane."""

from __future__ import annotations

import dataclasses
import random
from datetime import datetime

from sqlalchemy import insert

from soi_dialer.flows.catch_up_texts import MARK
from soi_dialer.store import agents, contacts
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import rollup, watermark
from tests.world import OUR_NUMBER

AGENT_PHONE, COLLEAGUE_PHONE = "+12025550101", "+12025550102"
OWN_NUMBER = "+12065550100"
JANE, STRANGER = "+12125550147", "+13105550188"

ALL_DAY, DAYTIME = "00:00-24:00", "08:00-20:00"
"""In which contacts may be called."""

HOURS = ("Mon-Fri 08:00-18:00", "Mon-Sat 07:30-11:00, 13:00-17:00", "Mon-Sun 00:00-24:00")
CHANNELS = ("page", "page,sms", "sms,email", "page,sms,phone", "page,sms,email,phone")


_LOOKED = insert(watermark)
"""Where these people come, the program has run before and has looked at the carrier's lists."""

_KEPT = insert(rollup)
"""And it keeps the figures of their days."""

_ZONE = "America/New_York"


@dataclasses.dataclass(frozen=True)
class People:
    agent: Scope
    colleague: Scope
    jane: int
    phones: dict[int, str]


def move_in(db: Database, chance: random.Random, now: datetime) -> People:
    with db.write() as connection:
        office_id = agents.insert_office(connection, "Office", now)
        common = {"office_id": office_id, "time_zone": _ZONE, "password_hash": "none", "created_at": now}
        agent_id = agents.insert(
            connection,
            name="Agent",
            email="agent@example.com",
            phone=AGENT_PHONE,
            twilio_number=OWN_NUMBER,
            working_hours=chance.choice(HOURS),
            channels=chance.choice(CHANNELS),
            **common,
        )
        colleague_id = agents.insert(
            connection, name="Colleague", email="colleague@example.com", phone=COLLEAGUE_PHONE, **common
        )
        scope = Scope(office_id, agent_id)
        jane = contacts.insert(connection, scope, {"name": "Jane"}, [{"number": JANE}], now)
        connection.execute(_KEPT, [{"agent_id": one, "time_zone": _ZONE} for one in (agent_id, colleague_id)])
        connection.execute(_LOOKED, [{"number": mark, "seen_until": now} for mark in (OWN_NUMBER, OUR_NUMBER, MARK)])
    phones = {agent_id: AGENT_PHONE, colleague_id: COLLEAGUE_PHONE}
    return People(scope, Scope(office_id, colleague_id), jane, phones)

"""What the demo's people share: a few tags, a household, and things to ask them next time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from soi_dialer.domain.fact_kinds import ASK_NEXT
from soi_dialer.flows.demo.people import PEOPLE
from soi_dialer.store import facts, households, tags
from soi_dialer.store.scope import Scope

TAGS = {
    "book club": ("Julie Simmons", "Sophie Martin", "Denise Harper"),
    "block party": ("George Abbott", "Maria Rossi", "Frank Dubois"),
    "first home": ("Derek Wong", "Priya Raman", "Chris Nakamura"),
}
HOUSEHOLD = ("Morgan household", ("Daniel Morgan", "Ruth Morgan"))
QUESTIONS = {
    "Emily Carter": "have they found a place for the wedding?",
    "Kevin O'Malley": "has he looked at houses by the water?",
}
_ASKED_FOR = timedelta(days=3)


def add(conn: Connection, scope: Scope, people: list[int], now: datetime) -> None:
    """`people` are the contacts' ids in the order of PEOPLE."""
    by_name = {person.name: contact_id for person, contact_id in zip(PEOPLE, people, strict=True)}
    for tag, carriers in TAGS.items():
        tags.put_on(conn, scope, {by_name[name]: [tag] for name in carriers})
    home, members = HOUSEHOLD
    household_id = households.add(conn, scope, home, now)
    for name in members:
        households.put_into(conn, scope, by_name[name], household_id)
    for name, text in QUESTIONS.items():
        facts.add(conn, scope, by_name[name], {"kind": ASK_NEXT, "text": text}, now - _ASKED_FOR)

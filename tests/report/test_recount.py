"""A hundred thousand calls, counted over by hand: before and after late facts, deletions, merges and a move."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import insert, select, update

from soi_dialer.domain import wall_clock
from soi_dialer.domain.call import OUTCOMES
from soi_dialer.domain.span import Span
from soi_dialer.flows import rollup
from soi_dialer.flows.add_agent import update_agent
from soi_dialer.flows.keep_contact import delete_contact
from soi_dialer.flows.merge_contacts import merge
from soi_dialer.flows.report_span import SpanReport, report_span
from soi_dialer.store import agents, figures
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, contact
from tests.cast import START
from tests.report.recount import recount
from tests.world import World, make_world

CALLS, AGENTS = 100_000, 8
ZONES = ("America/New_York", "Asia/Kathmandu", "Pacific/Apia", "America/Santiago")
FROM_AT = datetime(2025, 1, 1, tzinfo=UTC)
FROM_ON, UNTIL_ON = date(2024, 12, 30), date(2026, 2, 2)
WEEKS = 57
LEVELS = ("customer", "friend", "advocate", "referral partner")

_NEEDED = (
    "id", "agent_id", "contact_id", "direction", "outcome", "contact_number", "self_reported", "talk_seconds",
    "voicemail_seconds", "agent_leg_seconds", "contact_leg_seconds", "whispered_at", "claimed_at", "ended_at",
    "placed_at",
)  # fmt: skip


@pytest.fixture
def world(tmp_path, sqlite_url) -> Iterator[World]:
    made = make_world(tmp_path, sqlite_url)
    yield made
    made.close()


class Office:
    """Agents of several zones and everything that they ever did, which is much."""

    def __init__(self, world: World) -> None:
        self.dialer, self.id, self.chance = world.dialer, world.people.owner.office_id, random.Random(5)
        with self.dialer.db.write() as conn:
            self.agents = {self._agent(conn, n): ZONES[n % len(ZONES)] for n in range(AGENTS)}
            people = [self._person(n) for n in range(1000, 1200)]
            conn.execute(insert(contact), people)
            owners = {one["id"]: one["agent_id"] for one in people}
            conn.execute(insert(call), [self._call(n, self.chance.choice([*owners]), owners) for n in range(CALLS)])
        for agent_id in self.agents:
            rollup.rebuild(self.dialer, agent_id)

    def _agent(self, conn, n: int) -> int:
        values = {"name": "A", "email": f"a{n}@example.com", "phone": "+12025550111", "password_hash": "none"}
        return agents.insert(conn, **values, office_id=self.id, time_zone=ZONES[n % len(ZONES)], created_at=START)

    def _person(self, n: int) -> dict:
        owner = {"office_id": self.id, "agent_id": self.chance.choice([*self.agents])}
        named = {"id": n, "name": "A", "search_name": "a", "level": self.chance.choice(LEVELS)}
        return owner | named | {"created_at": START, "updated_at": START}

    def _call(self, n: int, person: int, owners: dict[int, int]) -> dict:
        pick, seconds = self.chance.choice, self.chance.randrange
        direction = pick(("outbound", "outbound", "inbound"))
        placed_at = FROM_AT + timedelta(seconds=seconds(395 * 86400))
        claimed_at = placed_at + timedelta(seconds=seconds(60)) if seconds(3) else None
        return {
            "office_id": self.id, "agent_id": owners[person], "contact_id": person, "ref": f"{n:032x}",
            "direction": direction, "contact_number": "+12125550147" if seconds(20) else None, "agent_number": "",
            "twilio_number": "", "state": "ended", "outcome": pick(OUTCOMES[direction]) if seconds(30) else None,
            "talk_seconds": pick((0, 0, 10, 299, 300, seconds(4000))), "voicemail_seconds": pick((0, 20)),
            "agent_leg_seconds": seconds(4000), "contact_leg_seconds": seconds(4000), "claimed_at": claimed_at,
            "whispered_at": placed_at + timedelta(seconds=seconds(60)) if seconds(3) else None,
            "ended_at": placed_at + timedelta(seconds=seconds(4000)), "placed_at": placed_at,
            "last_fact_at": placed_at, "self_reported": seconds(9) == 0,
        }  # fmt: skip

    def rows(self, *ids: int) -> list:
        query = select(*(call.c[name] for name in _NEEDED)).order_by(call.c.id)
        with self.dialer.db.read() as conn:
            return list(conn.execute(query.where(call.c.id.in_(ids)) if ids else query).mappings())

    def learn_late(self, count: int) -> None:
        """News of calls that ended long ago, by the way that all news goes."""
        for row in self.rows(*self.chance.sample(range(1, CALLS), count)):
            values = {
                "outcome": self.chance.choice([*OUTCOMES[row["direction"]], row["outcome"]]),
                "talk_seconds": self.chance.randrange(4000),
                "agent_leg_seconds": self.chance.randrange(4000),
            }
            with self.dialer.db.write() as conn:
                conn.execute(update(call).where(call.c.id == row["id"]).values(**values))
                rollup.keep(conn, [(row, values)])

    def lose_people(self) -> None:
        """Some are deleted, and of each agent's two were the same person."""
        for agent_id in self.agents:
            scope, (kept, gone, *others) = Scope(self.id, agent_id), self.people_of(agent_id)
            merge(self.dialer, scope, kept, gone)
            for person in others[:3]:
                delete_contact(self.dialer, scope, person)

    def people_of(self, agent_id: int) -> list[int]:
        query = select(contact.c.id).where(contact.c.agent_id == agent_id).order_by(contact.c.id)
        with self.dialer.db.read() as conn:
            return list(conn.execute(query).scalars())

    def levels(self) -> dict[int, str]:
        with self.dialer.db.read() as conn:
            return {row.id: row.level for row in conn.execute(select(contact.c.id, contact.c.level))}

    def move(self, agent_id: int, zone: str) -> None:
        with self.dialer.db.read() as conn:
            email = agents.get(conn, agent_id)["email"]
        update_agent(self.dialer, email, time_zone=zone)
        self.agents[agent_id] = zone


def the_report_is_that_of_the_rows(office: Office) -> None:
    rows, by_agent, levels = office.rows(), {agent_id: [] for agent_id in office.agents}, office.levels()
    for row in rows:
        by_agent[row["agent_id"]].append(row)
    with office.dialer.db.read() as conn:
        members = figures.by_member(conn, office.id, FROM_ON, UNTIL_ON)
        weeks = figures.by_member_and_week(conn, office.id, FROM_ON, WEEKS)
        for agent_id, zone in office.agents.items():
            days = recount(by_agent[agent_id], zone)
            found = figures.by_day(conn, Scope(office.id, agent_id), FROM_ON, UNTIL_ON)
            assert {day.on: {k: n for k, n in day._asdict().items() if n and k != "on"} for day in found} == days
            for name, total in members[agent_id]._asdict().items():
                assert total == sum(day.get(name, 0) for day in days.values()), name
            assert _of_weeks(weeks, agent_id) == _by_week(days)
            _outcomes_are_those_of(conn, Scope(office.id, agent_id), by_agent[agent_id], zone)
    for agent_id, zone in office.agents.items():
        for span in (Span.parse("2025-W13"), Span.month_of(date(2025, 10, 1))):  # clocks change in both
            report = report_span(office.dialer, Scope(office.id, agent_id), span)
            _is_that_of(report, by_agent[agent_id], zone, levels)
            measured = report_span(office.dialer, Scope(office.id, agent_id), span, self_reported=False)
            _is_that_of(measured, [row for row in by_agent[agent_id] if not row["self_reported"]], zone, levels)


def _is_that_of(report: SpanReport, rows: list, zone: str, levels: dict[int, str]) -> None:
    """What a person reads of those days: the days themselves, their sum, and how many people of each level."""
    here, noon = wall_clock.zone_named(zone), datetime.combine(report.span.starts_on, time(12), UTC)
    near = noon - timedelta(days=2), noon + timedelta(days=report.span.length + 2)
    rows = [row for row in rows if near[0] < row["placed_at"] < near[1]]
    rows = [row for row in rows if wall_clock.local_date(row["placed_at"], here) in report.span]
    of_span = recount(rows, zone)
    read = {day.on: {name: n for name, n in day._asdict().items() if n and name != "on"} for day in report.days}
    assert {on: figures for on, figures in read.items() if figures} == of_span
    total = Counter()
    for figures_of_day in of_span.values():
        total.update(figures_of_day)
    assert {name: n for name, n in report.total._asdict().items() if n and name != "on"} == total
    assert sum(sum(counts.values()) for counts in report.calls.values()) == total["calls"]
    people = {
        row["contact_id"]
        for row in rows
        if row["outcome"] == "connected"
        and (row["direction"] == "inbound" or row["contact_number"] or row["self_reported"])
    }
    assert dict(report.levels) == Counter(levels[one] for one in people if one in levels)


def _of_weeks(weeks: list, agent_id: int) -> dict[int, tuple[int, int]]:
    return {one.week: (one.conversations, one.talk_seconds) for one in weeks if one.agent_id == agent_id}


def _by_week(days: dict) -> dict[int, tuple[int, int]]:
    conversations, talk = Counter(), Counter()
    for on, day in days.items():
        conversations[(on - FROM_ON).days // 7] += day.get("conversations", 0)
        talk[(on - FROM_ON).days // 7] += day.get("talk_seconds", 0)
    return {week: (conversations[week], talk[week]) for week in conversations}


def _outcomes_are_those_of(conn, scope: Scope, rows: list, zone: str) -> None:
    """Of one month by the agent's clocks."""
    borders = [
        wall_clock.first_at_or_after(on, 0, wall_clock.zone_named(zone)) for on in (date(2025, 3, 1), date(2025, 4, 1))
    ]
    right = Counter(
        (row["direction"], row["outcome"])
        for row in rows
        if borders[0] <= row["placed_at"] < borders[1]
        and row["outcome"]
        and (row["direction"] == "inbound" or row["contact_number"] or row["self_reported"])
    )
    assert figures.by_outcome(conn, scope, *borders) == right


def test_the_report_is_a_naive_recount_before_and_after_everything_that_changes_calls(world: World):
    office = Office(world)
    the_report_is_that_of_the_rows(office)
    office.learn_late(400)
    office.lose_people()
    office.move(min(office.agents), "Europe/London")
    the_report_is_that_of_the_rows(office)

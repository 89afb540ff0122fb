"""A month of an agent who works through the list: three hundred people, and each day the same promises.

Nobody is forgotten, nobody comes twice in a week, past customers never drop out, and health moves with behaviour.
"""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from soi_dialer.domain.health import HEALTHS, ON_TIME, health_of
from soi_dialer.domain.level import DEFAULT_LADDER, rung_of
from soi_dialer.flows import levels, touch
from soi_dialer.flows.keep_contact import set_do_not_call
from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.today import put_off, skip, todays_list
from soi_dialer.store import agents, callbacks, contacts, sphere
from soi_dialer.store.tables import contact, contact_phone, household, today_item
from tests.web.scene import add_call
from tests.world import World, make_world

PEOPLE, CUSTOMERS, PARTNERS, DAYS = 300, 10, 2, 30
FIRST = datetime(2026, 9, 7, 14, tzinfo=UTC)  # a Monday, 10:00 in New York; clocks change later
LEVELS = ("customer", "customer", "customer", "acquaintance", "friend", "advocate", "referral partner")
OUTCOMES = ("connected", "connected", "connected", "no_answer", "left_voicemail")


@dataclasses.dataclass
class Month:
    """What an agent would remember, beside what is kept. Days count from the first one."""

    world: World
    dice: random.Random
    talked_on: dict[int, date]
    level: dict[int, str]
    home: dict[int, int]  # a household, or below 0 somebody by themselves
    put_off_until: dict[int, date] = dataclasses.field(default_factory=dict)
    listed_on: dict[int, list[date]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    out: set[int] = dataclasses.field(default_factory=set)  # never to be called any more
    waiting: set[int] = dataclasses.field(default_factory=set)  # for a callback
    left: set[int] = dataclasses.field(default_factory=set)  # from the last list, for the first time

    @property
    def today(self) -> date:
        return self.world.now.date()

    @property
    def scope(self):
        return self.world.owner

    def due_on(self, person: int) -> date:
        return self.talked_on[person] + timedelta(days=rung_of(DEFAULT_LADDER, self.level[person]).days)

    def health(self) -> dict[int, str]:
        return {person: health_of(self.due_on(person), self.today) for person in self.level}

    def is_homes_turn(self, person: int) -> bool:
        """Whether nobody of the household was talked with for so long."""
        together = [other for other, home in self.home.items() if home == self.home[person]]
        last = max(self.talked_on[other] for other in together)
        return last + timedelta(days=rung_of(DEFAULT_LADDER, self.level[person]).days) <= self.today


@pytest.fixture
def month(tmp_path: Path, sqlite_url: str):
    world = make_world(tmp_path, sqlite_url)
    world.now = FIRST
    dice = random.Random(7)
    with world.dialer.db.write() as conn:
        conn.execute(contact.delete())  # Jane is nobody of this story
        made = _people(conn, world, dice)
        agents.update(conn, world.owner.agent_id, customers_a_day=CUSTOMERS, partners_a_day=PARTNERS)
        touch.refresh_agent(conn, world.owner.agent_id)
    yield Month(world, dice, *made)
    world.close()


def _people(conn, world: World, dice: random.Random):
    """Each was talked with once, up to 150 days ago; every tenth lives with the next one."""
    own = {"office_id": world.owner.office_id, "agent_id": world.owner.agent_id}
    rows, phones, calls, talked_on, home = [], [], [], {}, {}
    homes = [own | {"id": number, "name": f"Home {number}", "created_at": FIRST} for number in range(1, 31)]
    conn.execute(insert(household), homes)
    for person in range(1, PEOPLE + 1):
        talked_at = FIRST - timedelta(days=dice.randint(1, 150), hours=dice.randint(0, 5))
        talked_on[person] = talked_at.date()
        home[person] = (person - 1) // 10 + 1 if person % 10 in (1, 2) else -person
        same = {"search_name": f"p{person}", "created_at": FIRST - timedelta(days=400), "updated_at": FIRST}
        level, lives_in = LEVELS[person % len(LEVELS)], max(home[person], 0) or None
        rows.append(own | same | {"id": person, "name": f"P{person}", "level": level, "household_id": lives_in})
        phones.append(own | {"contact_id": person, "number": f"+1212555{person:04}"})
        calls.append((person, talked_at))
    conn.execute(insert(contact), rows)
    conn.execute(insert(contact_phone), phones)
    for person, at in calls:
        hours = (datetime(2026, 11, 18, 15, tzinfo=UTC) - at) / timedelta(hours=1)
        add_call(conn, world.owner, person, hours_ago=hours, contact_number=None, self_reported=True)
    return talked_on, {row["id"]: row["level"] for row in rows}, home


def check_the_list(month: Month, rows: list[dict]) -> None:
    people = [row["contact_id"] for row in rows]
    assert len(rows) == CUSTOMERS + PARTNERS and sum(row["is_partner"] for row in rows) == PARTNERS
    assert len({month.home[person] for person in people}) == len(people)  # nobody twice, one of each household
    assert month.out.isdisjoint(people) and month.waiting.isdisjoint(people)
    for row in rows:
        person = row["contact_id"]
        assert row["reason"] and row["number"]
        assert row["is_partner"] == (month.level[person] == "referral partner")
        assert month.put_off_until.get(person, month.today) <= month.today
        _check_the_week(month, row)


def _check_the_week(month: Month, row: dict) -> None:
    """Not twice within a week, but for whoever was left the day before, once, or was put off until now."""
    person, before = row["contact_id"], month.listed_on[row["contact_id"]]
    lately = [on for on in before if (month.today - on).days < 7]
    if row["carried"]:
        assert person in month.left
    elif month.put_off_until.get(person) is None:
        assert not lately, (person, month.today, lately)


def check_the_network(month: Month) -> None:
    """Health follows behaviour, and nobody who can be called is without a day."""
    with month.world.dialer.db.read() as conn:
        counts = sphere.counts(conn, month.scope, month.today)
        days = dict(conn.execute(select(contact.c.id, contact.c.next_touch_on)).all())
    there = set(range(1, PEOPLE + 1)) - month.out
    assert {person: days[person] for person in there} == {person: month.due_on(person) for person in there}
    standing = [health_of(month.due_on(person), month.today) for person in there]
    assert counts == {health: standing.count(health) for health in HEALTHS}


def work(month: Month, rows: list[dict]) -> None:
    """Most are called, one is skipped, now and then one is put off, and one is not come to."""
    dialer, carried = month.world.dialer, {row["contact_id"] for row in rows if row["carried"]}
    month.left = set()
    for place, row in enumerate(rows):
        person = row["contact_id"]
        month.listed_on[person].append(month.today)
        month.put_off_until.pop(person, None)
        if place in (3, 4):
            month.left |= {person} - carried
            if place == 3:
                skip(dialer, month.scope, row["id"])
        elif place == 5 and month.today.weekday() in (0, 3):
            month.put_off_until[person] = put_off(dialer, month.scope, row["id"], 4)
        else:
            call_them(month, person)


def call_them(month: Month, person: int) -> None:
    month.world.wait(minutes=5)
    outcome = month.dice.choice(OUTCOMES)
    log_call(month.world.dialer, month.scope, contact_id=person, outcome=outcome, minutes=8)
    if outcome == "connected":
        month.talked_on[person] = month.today


def something_happens(month: Month, number: int, rows: list[dict]) -> None:
    """What changes a network in a month."""
    dialer, person = month.world.dialer, rows[6]["contact_id"]
    if number == 3:
        set_do_not_call(dialer, month.scope, person, True)
        month.out.add(person)
    if number == 7:
        month.level[person] = levels.move(dialer, month.scope, person, "advocate")
    if number == 9:
        with dialer.db.write() as conn:
            contacts.update(conn, month.scope, person, {"archived_at": month.world.now}, month.world.now)
            touch.refresh(conn, [person])
        month.out.add(person)
    if number == 10:
        month.waiting.add(100)
        with dialer.db.write() as conn:
            callbacks.add(conn, _debt(month, 100))


def _debt(month: Month, person: int) -> dict:
    at = month.world.now
    return {
        "office_id": month.scope.office_id, "agent_id": month.scope.agent_id, "contact_id": person,
        "contact_number": None, "reason": "requested", "due_at": at, "state": "open", "turn": "agent", "opened_at": at,
    }  # fmt: skip


def test_a_month_of_lists_keeps_its_promises(month: Month):
    due_at_first = {person for person in month.level if month.is_homes_turn(person)}
    health_at_first, past_customers = month.health(), {p for p, level in month.level.items() if level == "customer"}
    for number in range(DAYS):
        month.world.now = FIRST + timedelta(days=number)
        if month.today.weekday() >= 5:
            continue
        rows = todays_list(month.world.dialer, month.scope)
        check_the_list(month, rows)
        work(month, rows)
        month.waiting -= {person for person, on in month.talked_on.items() if on == month.today}
        again = todays_list(month.world.dialer, month.scope)
        assert [row["id"] for row in again] == [row["id"] for row in rows]  # it does not reshuffle under one's hands
        something_happens(month, number, rows)
        check_the_network(month)
    listed = {month.home[person] for person, days in month.listed_on.items() if days}
    forgotten = [p for p in due_at_first - month.out - {100} if month.home[p] not in listed]
    assert len(due_at_first) > CUSTOMERS * 8 and forgotten == []
    check_what_moved(month, health_at_first, past_customers)
    with month.world.dialer.db.read() as conn:  # nothing is listed on days that nobody opened
        assert len(conn.execute(select(today_item.c.today_on).distinct()).all()) == 22


def check_what_moved(month: Month, before: dict[int, str], past_customers: set[int]) -> None:
    """Past customers are all there still, whatever they became; and only a talk made somebody's health better."""
    with month.world.dialer.db.read() as conn:
        days = dict(conn.execute(select(contact.c.id, contact.c.next_touch_on)).all())
    assert all(days[person] for person in past_customers - month.out)
    assert past_customers & {person for person, level in month.level.items() if level == "advocate"}
    after = month.health()
    better = {person for person in after if HEALTHS.index(after[person]) > HEALTHS.index(before[person])}
    worse = {person for person in after if HEALTHS.index(after[person]) < HEALTHS.index(before[person])}
    talked = {person for person, on in month.talked_on.items() if on >= FIRST.date()}
    assert better and better <= talked
    assert worse - talked and all(after[person] != ON_TIME for person in worse)

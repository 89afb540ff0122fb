"""The figures that are kept beside the calls are always those of the calls, whatever becomes of the calls."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from soi_dialer.domain.call import DISPOSITIONS
from soi_dialer.domain.facts import LegMoved, Recorded
from soi_dialer.flows import rollup as flow
from soi_dialer.flows.add_agent import update_agent
from soi_dialer.flows.follow_call import News
from soi_dialer.flows.following import follower
from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.settle_call import settle_call
from soi_dialer.store import agents, calls, contacts, figures, rollup, rollup_upkeep, tables
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, call_day, contact
from tests.cast import START
from tests.report.recount import recount
from tests.report.rows import add_person, call_row
from tests.world import World, make_world

ZONES = ("America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC")
BEFORE_CLOCKS_CHANGE = datetime(2026, 10, 31, 2, 0, tzinfo=UTC)
AGENT_LEG, CONTACT_LEG = "CA" + "a" * 32, "CA" + "c" * 32
ALWAYS = date(2020, 1, 1), date(2030, 1, 1)


class Town:
    """An agent with a year of trouble before them. Each step is harmless when there is nothing for it to do."""

    def __init__(self, world: World, number: int) -> None:
        world.now = BEFORE_CLOCKS_CHANGE
        self.world, self.dialer, self.calls, self.number = world, world.dialer, 0, number
        with world.dialer.db.write() as conn:
            self.scope = Scope(world.owner.office_id, agents.insert(conn, **self._agent(world)))
            self.people = [add_person(conn, self.scope, world.now) for _ in range(3)]
        flow.rebuild(world.dialer, self.scope.agent_id)

    def _agent(self, world: World) -> dict:
        self.email = f"agent{self.number}@example.com"
        values = {"name": "A", "phone": "+12025550111", "time_zone": ZONES[0], "password_hash": "none"}
        return values | {"office_id": world.owner.office_id, "email": self.email, "created_at": START}

    def rows(self) -> list:
        with self.dialer.db.read() as conn:
            query = select(call).where(call.c.agent_id == self.scope.agent_id).order_by(call.c.id)
            return list(conn.execute(query).mappings())

    def _some(self, n: int):
        rows = self.rows()
        return rows[-1 - n % len(rows)] if rows else None

    def begin(self, n: int, seconds: int) -> None:
        """A call out or in; there is only one way out at a time."""
        self.calls += 1
        direction = "inbound" if self._is_out() else ("outbound", "inbound", "outbound")[n % 3]
        values = {"state": "requested", "outcome": None, "talk_seconds": 0, "ended_at": None, "placement": "placed"}
        values |= {"direction": direction, "contact_id": self.people and self.people[n % len(self.people)] or None}
        values |= {"contact_number": None if n % 7 == 2 else "+12125550147"}  # a reminder by phone, or hidden
        if direction == "inbound":
            values["contact_sid"] = f"CA{self.number:016x}{self.calls:016x}"
        with self.dialer.db.write() as conn:
            calls.add(conn, call_row(self.scope, self.world.now, **values))

    def _is_out(self) -> bool:
        """Whether a call out is under way: of these there is one at a time."""
        return any(row["direction"] == "outbound" and row["state"] != "ended" for row in self.rows())

    def claim(self, n: int, seconds: int) -> None:
        """Of an ended one too, though a key that comes as late is refused: figures are then taken back."""
        row = self._some(n)
        if row is None or row["claimed_at"] or (row["state"] == "ended" and self._is_out()):
            return
        changes = {"claimed_at": self.world.now + timedelta(seconds=seconds % 40)}
        if row["direction"] == "inbound":
            changes["whispered_at"] = self.world.now
        with self.dialer.db.write() as conn:
            follower(self.dialer).rederive(conn, row, self.world.now, **changes)

    def end(self, n: int, seconds: int) -> None:
        self._news(n, "agent", seconds)

    def end_of_contact(self, n: int, seconds: int) -> None:
        self._news(n, "contact", seconds)

    def _news(self, n: int, leg: str, seconds: int) -> None:
        if (row := self._some(n)) is not None:
            self._tell(row, leg, ("completed", "completed", "busy", "no_answer", "ringing")[n % 5], seconds)

    def _tell(self, row, leg: str, status: str, seconds: int) -> None:
        sid = row[f"{leg}_sid"] or f"CA{self.number:08x}{row['id']:016x}{leg:>8}".replace(" ", "0")
        took = seconds if status == "completed" else None
        self._follow(row, LegMoved(leg, sid, status, seconds=took, at=self.world.now + timedelta(seconds=seconds)))

    def message(self, n: int, seconds: int) -> None:
        row = self._some(n)
        if row is not None and row["direction"] == "inbound":
            self._follow(row, Recorded(row["contact_sid"], f"RE{row['id']:032x}", "completed", seconds))

    def _follow(self, row, fact) -> None:
        with self.dialer.db.write() as conn:
            follower(self.dialer).follow(conn, [News(row["ref"], fact, self.world.now)])

    def settle(self, n: int, seconds: int) -> None:
        row = self._some(n)
        if row is not None and (row["measured_outcome"] or row["self_reported"]):
            words = DISPOSITIONS[row["direction"]]
            settle_call(self.dialer, self.scope, row["id"], outcome=words[seconds % len(words)])

    def log(self, n: int, seconds: int) -> None:
        if self.people:
            person = self.people[n % len(self.people)]
            at = self.world.now - timedelta(hours=seconds % 100)
            log_call(self.dialer, self.scope, contact_id=person, minutes=seconds % 60, at=at)

    def move(self, n: int, seconds: int) -> None:
        update_agent(self.dialer, self.email, time_zone=ZONES[n % len(ZONES)])

    def lose(self, n: int, seconds: int) -> None:
        if self.people:
            with self.dialer.db.write() as conn:
                contacts.remove(conn, self.scope, self.people.pop(n % len(self.people)))

    def become_one(self, n: int, seconds: int) -> None:
        """Two contacts were the same person."""
        if len(self.people) > 1:
            gone = self.people.pop()
            with self.dialer.db.write() as conn:
                conn.execute(update(call).where(call.c.contact_id == gone).values(contact_id=self.people[0]))
                conn.execute(delete(contact).where(contact.c.id == gone))

    def wait(self, n: int, seconds: int) -> None:
        self.world.wait(seconds=n * 3600 + seconds)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            "begin begin claim claim end end end_of_contact end_of_contact message settle settle log move lose "
            "become_one wait wait".split()
        ),
        st.integers(0, 20),
        st.sampled_from((0, 7, 59, 299, 300, 3000)),
    ),
    min_size=1,
    max_size=40,
)


def the_figures_are_those_of_the_calls(town: Town) -> None:
    with town.dialer.db.write() as conn:
        assert rollup_upkeep.surely_wrong_days(conn, town.scope) == []
        zone = agents.get(conn, town.scope.agent_id)["time_zone"]
        assert town.scope.agent_id not in rollup.not_kept(conn)
        kept = figures.by_day(conn, town.scope, *ALWAYS)
    found = {day.on: {k: v for k, v in day._asdict().items() if v and k != "on"} for day in kept}
    assert found == recount(town.rows(), zone)


def _live_through(world: World, steps: list, number: int) -> None:
    town = Town(world, number)
    for name, n, seconds in steps:
        getattr(town, name)(n, seconds)
    the_figures_are_those_of_the_calls(town)


def test_kept_figures_are_those_of_the_calls_whatever_happens_to_them(tmp_path, database_url):
    number = iter(range(10**6))

    @settings(max_examples=40 if database_url.startswith("sqlite") else 15, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def live(steps):
        _live_through(world, steps, next(number))

    with contextlib.closing(make_world(tmp_path, database_url)) as world:
        live()


@pytest.fixture
def world(tmp_path, database_url) -> Iterator[World]:
    made = make_world(tmp_path, database_url)
    yield made
    made.close()


def test_what_is_learned_of_a_call_after_its_end_moves_its_time(world: World):
    town = Town(world, 1)
    town.begin(1, 0)
    town.end_of_contact(0, 59)
    the_figures_are_those_of_the_calls(town)  # a caller who waited for a minute
    town.claim(0, 7)
    the_figures_are_those_of_the_calls(town)  # no, the agent answered, and how it ended is not known
    town.end(0, 40)
    with world.dialer.db.read() as conn:
        (day,) = figures.by_day(conn, town.scope, *ALWAYS)
    assert (day.calls, day.talk_seconds, day.ring_seconds, day.whisper_seconds) == (1, 33, 19, 7)
    the_figures_are_those_of_the_calls(town)


def test_an_agent_whose_days_are_not_kept_reads_the_same_figures(world: World):
    town = Town(world, 1)
    with world.dialer.db.write() as conn:
        conn.execute(delete(tables.rollup))
    town.begin(0, 0)
    town.end(0, 59)
    with world.dialer.db.read() as conn:
        counted = figures.by_day(conn, town.scope, *ALWAYS)
        members = figures.by_member(conn, town.scope.office_id, *ALWAYS)
        weeks = figures.by_member_and_week(conn, town.scope.office_id, date(2026, 10, 26), 2)
        assert town.scope.agent_id in rollup.not_kept(conn)
    flow.look_after(world.dialer)
    the_figures_are_those_of_the_calls(town)
    with world.dialer.db.read() as conn:
        assert (counted[0].calls, figures.by_day(conn, town.scope, *ALWAYS)) == (1, counted)
        assert figures.by_member(conn, town.scope.office_id, *ALWAYS) == members != {}
        assert figures.by_member_and_week(conn, town.scope.office_id, date(2026, 10, 26), 2) == weeks != []


def _spoil(world: World, scope: Scope) -> None:
    with world.dialer.db.write() as conn:
        conn.execute(update(call_day).where(call_day.c.agent_id == scope.agent_id).values(talk_seconds=1))


def test_wrong_days_are_found_and_set_right_and_logged(world: World, caplog):
    town = Town(world, 1)
    town.begin(0, 0)
    town.end(0, 59)
    _spoil(world, town.scope)
    person = {"office_id": town.scope.office_id, "id": town.scope.agent_id}
    assert [on for on, _, _ in flow.wrong_days(world.dialer, person)] == [date(2026, 10, 30)]
    assert flow.look_after(world.dialer) == 1
    assert f"agent {town.scope.agent_id} for 2026-10-30" in caplog.text
    the_figures_are_those_of_the_calls(town)
    assert (flow.look_after(world.dialer), flow.wrong_days(world.dialer, person)) == (0, [])


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_call_that_ends_while_the_days_are_made_is_counted_once(world: World, is_kept: bool):
    """Whoever makes them waits for the call, whether its day was kept before or not."""
    town = Town(world, 1)
    if not is_kept:
        with world.dialer.db.write() as conn:
            conn.execute(delete(tables.rollup))
    town.begin(0, 0)
    (row,) = town.rows()
    news = News(row["ref"], LegMoved("agent", AGENT_LEG, "completed", seconds=9, at=world.now), world.now)
    with contextlib.ExitStack() as stack:
        conn = stack.enter_context(world.dialer.db.write())
        follower(world.dialer).follow(conn, [news])
        maker = threading.Thread(target=flow.rebuild, args=(world.dialer, town.scope.agent_id))
        maker.start()
        maker.join(0.1)
        assert maker.is_alive()
    maker.join()
    the_figures_are_those_of_the_calls(town)
    with world.dialer.db.read() as conn:
        assert [day.calls for day in figures.by_day(conn, town.scope, *ALWAYS)] == [1]


def test_many_calls_of_several_days_that_end_together_are_all_added(world: World):
    town, other = Town(world, 1), Town(world, 2)
    for one in (town, other, town, other):
        one.begin(1, 0)
        world.wait(hours=20)
    rows = town.rows() + other.rows()
    news = [
        News(row["ref"], LegMoved("contact", row["contact_sid"], "completed", seconds=30, at=world.now), world.now)
        for row in rows
    ]
    with world.dialer.db.write() as conn:
        follower(world.dialer).follow(conn, news)
    for one in (town, other):
        the_figures_are_those_of_the_calls(one)
        assert sum(1 for row in one.rows() if row["outcome"]) == 2

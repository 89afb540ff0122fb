"""One seed is one history: people call, things break, silence is asked about; then every promise is checked.

`python -m tests.simulation --histories 1000000` runs many with a progress bar and prints the seed of a failure, which
`python -m tests.simulation --seed N` plays again.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from soi_dialer.carrier.errors import CarrierError
from soi_dialer.dialer import Dialer
from soi_dialer.flows.cancel_call import cancel_call
from soi_dialer.flows.errors import FlowError
from soi_dialer.flows.fetch_audio import fetch_audio
from soi_dialer.flows.follow_call import News
from soi_dialer.flows.following import follower_for
from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.place_call import place_call
from soi_dialer.flows.reconcile import reconcile
from soi_dialer.store import agents
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback, voicemail
from tests.simulation.faults import Crash, Faults
from tests.simulation.lives import Lives
from tests.simulation.phone_company import PhoneCompany
from tests.simulation.stage import FragileDatabase
from tests.world import make_settings

STARTS = (
    datetime(2026, 3, 8, 6, 30, tzinfo=UTC),  # an hour before the clocks in New York go forward
    datetime(2026, 11, 1, 4, 30, tzinfo=UTC),  # and back
    datetime(2026, 11, 18, 15, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 50, tzinfo=UTC),
)
SWEEPS_IN_A_SPAN = 2
WORST_CLOCK = timedelta(hours=24)


class Theatre:
    """One database for many histories, each with an agent and a contact of its own."""

    def __init__(self, directory: Path) -> None:
        self.settings = make_settings(directory, "sqlite:///unused.db", CALLING_HOURS="00:00-24:00")
        self.db = FragileDatabase()

    def play(self, seed: int) -> None:
        """Play the history of this seed and check it; raises AssertionError naming the seed."""
        self.db.clear()
        history = History(self, seed)
        try:
            history.play()
            history.check()
        except Exception as error:
            raise AssertionError(f"history {seed}: {error!r}") from error


class History:
    def __init__(self, theatre: Theatre, seed: int) -> None:
        self.theatre, self.chance = theatre, random.Random(seed)
        self.faults = Faults.drawn(self.chance)
        self.company = PhoneCompany(self.faults, self.chance.choice(STARTS))
        self.skew = timedelta(0)
        self.dialer = Dialer(theatre.settings, theatre.db, self.company, self.clock, None)
        self.lives = Lives(self.company, self.dialer)
        self.company.deliver = self.deliver
        self._meet()
        theatre.db.faults = self.faults

    def clock(self) -> datetime:
        """The app's clock, which may be wrong."""
        return self.company.now + self.skew

    def _meet(self) -> None:
        self.own_number = "+12065550100"
        with self.theatre.db.write() as connection:
            office_id = agents.insert_office(connection, "Office", self.company.now)
            agent_id = agents.insert(
                connection,
                office_id=office_id,
                name="Agent",
                email="agent@example.com",
                phone="+12025550101",
                time_zone="America/New_York",
                twilio_number=self.own_number,
                password_hash="none",
                created_at=self.company.now,
            )
        self.scope = Scope(office_id, agent_id)
        self.number = "+12125550147"
        self.contact = add_contact(self.dialer, self.scope, name="Jane", phones=[{"number": self.number, "label": ""}])

    def deliver(self, ref: str, fact: object) -> None:
        with self.theatre.db.write() as connection:
            follower_for(self.theatre.settings).follow(connection, [News(ref, fact, self.clock())])

    def survive(self, work, *arguments, **more) -> None:
        """A crash ends this process; the next one goes on with what is in the database."""
        try:
            work(*arguments, **more)
        except (Crash, FlowError, CarrierError):
            return

    def play(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            self.something_happens()
            self.pass_time(timedelta(seconds=self.chance.choice((1, 20, 90, 600, 4000))))
        self.faults.calm = True
        self.settle()

    def something_happens(self) -> None:
        what = self.chance.random()
        if self.faults.strikes("clock_jump"):
            self.skew = timedelta(hours=self.chance.choice((-24, -1, 1, 24)))
        if what < 0.55:
            self.survive(place_call, self.dialer, self.scope, contact_id=self.contact)
            if self.chance.random() < 0.2:
                self.company.after(self.chance.uniform(0, 20), self.cancel)
        elif what < 0.95:
            caller = self.chance.choice((self.number, self.number, "+13105550188", None))
            self.lives.contact_calls(caller, self.own_number)
        else:
            self.waive_something()

    def cancel(self) -> None:
        for row in self.rows(call):
            if row["state"] != "ended" and row["direction"] == "outbound":
                self.survive(cancel_call, self.dialer, self.scope, row["id"])

    def waive_something(self) -> None:
        for row in self.rows(callback):
            if row["state"] == "open":
                self.survive(waive, self.dialer, self.scope, row["id"], "Wrong number")

    def pass_time(self, span: timedelta) -> None:
        """Sweeps, perhaps by two schedulers, while the phone company's time goes by."""
        for _ in range(SWEEPS_IN_A_SPAN):
            self.company.run_until(self.company.now + span / SWEEPS_IN_A_SPAN)
            self.sweep()

    def sweep(self) -> None:
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            self.survive(reconcile, self.dialer)
            self.survive(fetch_audio, self.dialer)

    def settle(self) -> None:
        """Faults stop; everything must come to its end."""
        self.skew = timedelta(0)
        self.company.run_until(self.company.now + WORST_CLOCK + timedelta(hours=2))
        assert self.company.is_quiet
        for _ in range(6):
            asked = reconcile(self.dialer) + fetch_audio(self.dialer)
            self.company.run_until(self.company.now + timedelta(hours=4))
            if not asked and not any(row["reconcile_at"] for row in self.rows(call)):
                break

    # The promises

    def rows(self, table) -> list:
        with self.theatre.db.read() as connection:
            return list(connection.execute(select(table).where(table.c.agent_id == self.scope.agent_id)).mappings())

    def check(self) -> None:
        calls, owed, messages = self.rows(call), self.rows(callback), self.rows(voicemail)
        self.check_nothing_is_stuck(calls)
        self.check_messages(calls, owed, messages)
        self.check_dials(calls)
        for row in calls:
            self.check_truth(row)

    def check_nothing_is_stuck(self, calls: list) -> None:
        stuck = [row for row in calls if row["state"] != "ended" or row["reconcile_at"]]
        assert [(row["id"], row["state"], row["placement"]) for row in stuck] == []

    def check_messages(self, calls: list, owed: list, messages: list) -> None:
        """Each recording is one voicemail, each in one callback, which only a talk or a waiver has closed."""
        known = {row["contact_sid"] for row in calls if row["direction"] == "inbound"}
        recorded = sorted(r.sid for r in self.company.recordings.values() if r.call_sid in known)
        assert sorted(m["recording_sid"] for m in messages) == recorded
        assert all(m["audio_state"] == "stored" for m in messages)
        assert {m["callback_id"] for m in messages} <= {row["id"] for row in owed}
        by_id = {row["id"]: row for row in calls}
        for row in owed:
            assert row["state"] in ("open", "returned", "waived")
            assert row["state"] != "returned" or by_id[row["returned_call_id"]]["outcome"] == "connected"
            assert row["state"] != "waived" or row["waive_reason"]

    def check_dials(self, calls: list) -> None:
        """The contact is rung at most once for each call, and never without key 1."""
        rung = [leg for leg in self.company.legs.values() if leg.line == "contact" and leg.parent]
        assert len(rung) == len(self.lives.bridges) <= self.lives.presses_of_one
        assert len(set(self.lives.bridges)) == len(self.lives.bridges)
        claimed = {row["ref"] for row in calls if row["claimed_at"] and row["direction"] == "outbound"}
        assert set(self.lives.bridges) <= claimed

    def check_truth(self, row) -> None:
        """What the row says is what the phone company's own legs say."""
        leg = self.company.legs.get(row["contact_sid"])
        if row["direction"] == "outbound" and leg is not None:
            assert row["contact_leg_seconds"] == (leg.seconds or 0)
            if row["outcome"] == "connected":
                assert row["talk_seconds"] == leg.seconds
        if row["outcome"] == "unconfirmed" and not self.faults.clock_jump:
            assert not [one for one in self.company.legs.values() if one.ref == row["ref"]]

"""One seed is one history: people call, things break, silence is asked about; then every promise is checked.

`python -m tests.simulation --histories 1000000` runs many with a progress bar and prints the seed of a failure, which
`python -m tests.simulation --seed N` plays again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Table

from soi_dialer.carrier.errors import CarrierError
from soi_dialer.dialer import Dialer
from soi_dialer.flows.errors import FlowError
from soi_dialer.flows.follow_call import News
from soi_dialer.flows.following import follower_for
from soi_dialer.store.prepared import Row
from tests.rows import rows
from tests.simulation import doings, promises
from tests.simulation.faults import Crash, Faults
from tests.simulation.forgeries import Forger
from tests.simulation.lives import Lives
from tests.simulation.people import ALL_DAY, DAYTIME, move_in
from tests.simulation.phone_company import PhoneCompany
from tests.simulation.stage import FragileDatabase
from tests.simulation.sweeps import Sweeps
from tests.simulation.telling import Telling
from tests.world import make_settings

STARTS = (
    datetime(2026, 3, 8, 6, 30, tzinfo=UTC),  # an hour before the clocks in New York go forward
    datetime(2026, 11, 1, 4, 30, tzinfo=UTC),  # and back
    datetime(2026, 11, 18, 15, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 50, tzinfo=UTC),
)
SPANS_SECONDS = (1, 20, 90, 600, 4000, 4000, 20_000, 90_000)
WORST_CLOCK = timedelta(hours=24)


class Theatre:
    """One database for many histories, one after the other."""

    def __init__(self, directory: Path) -> None:
        self.settings = {
            hours: make_settings(directory, "sqlite:///unused.db", CALLING_HOURS=hours) for hours in (ALL_DAY, DAYTIME)
        }
        self.db = FragileDatabase()
        self.forger = Forger(self.settings[ALL_DAY], self.db)

    def play(self, seed: int) -> History:
        """Play the history of this seed and check it; raises AssertionError naming the seed."""
        self.db.clear()
        history = History(self, seed)
        try:
            history.play()
            promises.check(history)
        except Exception as error:
            raise AssertionError(f"history {seed}: {error!r}") from error
        return history


class History:
    def __init__(self, theatre: Theatre, seed: int) -> None:
        self.db, self.chance = theatre.db, random.Random(seed)
        self.faults = Faults.drawn(self.chance)
        self.company = PhoneCompany(self.faults, self.chance.choice(STARTS))
        self.skew = timedelta(0)
        self.calling_hours = self.chance.choice((ALL_DAY, ALL_DAY, DAYTIME))
        self.settings = theatre.settings[self.calling_hours]
        self.dialer = Dialer(self.settings, self.db, self.company, self.clock, None)
        self.people = move_in(self.db, self.chance, self.company.now)
        self.telling = Telling(self.faults)
        self.lives = Lives(self.company, self.dialer)
        self.sweeps = Sweeps(self)
        self.forger = theatre.forger
        self.left_alone_at: datetime | None = None
        self.calm_from: datetime | None = None
        self.first_calm_sweep = 0
        self.company.deliver = self.deliver
        self.company.ring = self.ring
        self.company.text_arrived = lambda body: self.telling.arrived()
        self.db.faults = self.faults

    def clock(self) -> datetime:
        """The app's clock, which may be wrong."""
        return self.company.now + self.skew

    def deliver(self, ref: str, fact: object) -> None:
        with self.db.write() as connection:
            follower_for(self.settings).follow(connection, [News(ref, fact, self.clock())])
        if self.faults.strikes("forged"):
            self.forger.forge(self, ref)

    def ring(self, leg) -> None:
        if leg.step == "reminder":
            self.telling.arrived()
        self.lives.agent_phone_rings(leg)

    def survive(self, work: Callable, *arguments: object, **more: object) -> object:
        """A crash ends this process; the next one goes on with what is in the database."""
        try:
            return work(*arguments, **more)
        except (Crash, FlowError, CarrierError):
            return None

    def play(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            if self.faults.strikes("clock_jump"):
                self.skew = timedelta(hours=self.chance.choice((-24, -1, 1, 24)))
            doings.something_happens(self)
            self.pass_time(timedelta(seconds=self.chance.choice(SPANS_SECONDS)))
        self.settle()

    def pass_time(self, span: timedelta) -> None:
        """Sweeps while the phone company's time goes by, perhaps none."""
        for _ in range(2):
            self.company.run_until(self.company.now + span / 2)
            for _ in range(self.chance.choice((0, 1, 1, 2))):
                self.sweeps.run()

    def settle(self) -> None:
        """Faults stop; after a long silence everything must come to its end, and whoever waits is told of."""
        self.faults.calm = True
        self.skew = timedelta(0)
        self.company.run_until(self.company.now + WORST_CLOCK + timedelta(hours=2))
        assert self.company.is_quiet
        self.calm_from = self.company.now
        self.first_calm_sweep = self.telling.sweep + 1
        self.sweeps.run_from_due_to_due(self.calm_from + timedelta(days=self.chance.choice((0, 1, 1, 3))))

    def rows(self, table: Table) -> list[Row]:
        return rows(self.db, table)

    def days_of_calm(self) -> list[date]:
        """Whole days in New York after the faults, the first one left out."""
        first = self.calm_from.date() + timedelta(days=1)
        return [first + timedelta(days=n) for n in range((self.company.now.date() - first).days)]

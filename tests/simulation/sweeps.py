"""Two schedulers on one database. While one is between two steps the other may sweep, and either may die there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, or_, select, union_all

from soi_dialer.dialer import Dialer
from soi_dialer.flows.catch_up import catch_up, catch_up_at_start
from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.digest import write_digests
from soi_dialer.flows.fetch_audio import fetch_audio
from soi_dialer.flows.reconcile import reconcile
from soi_dialer.flows.remind import mend, remind
from soi_dialer.store.prepared import Prepared
from soi_dialer.store.tables import call, callback, reminder, voicemail
from tests.simulation.faults import Crash

if TYPE_CHECKING:
    from tests.simulation.history import History

CLOCKS_DIFFER = timedelta(seconds=20)
MORNINGS_UTC = (12, 13)
"""Full hours, a few minutes before and after which New York begins to work, in summer and in winter."""

MOST_STEPS = 400

Job = Callable[..., int]
TELLING: tuple[Job, ...] = (remind, write_digests, deliver)
ASKING: tuple[Job, ...] = (fetch_audio, reconcile)
CATCHING_UP: tuple[Job, ...] = (catch_up, fetch_audio)
OFTEN = (TELLING, TELLING, TELLING, ASKING, ASKING, ASKING, CATCHING_UP, TELLING + ASKING)

_DUE = union_all(
    select(call.c.reconcile_at.label("at")),
    select(callback.c.remind_at),
    select(reminder.c.send_at),
    select(voicemail.c.fetch_at),
).subquery()
_STANDING = Prepared(
    select(
        select(func.min(_DUE.c.at)).where(_DUE.c.at > bindparam("now")).scalar_subquery().label("due_at"),
        exists().where(callback.c.state == "open").label("is_owed"),
        or_(
            exists().where(call.c.reconcile_at.is_not(None)), exists().where(voicemail.c.fetch_at.is_not(None))
        ).label("is_under_way"),
    )
)


class Sweeps:
    def __init__(self, history: History) -> None:
        self.history = history
        # Two machines, whose clocks differ a little.
        other = Dialer(history.settings, history.db, history.company, lambda: history.clock() - CLOCKS_DIFFER, None)
        self.schedulers = (history.dialer, other)
        self._is_inside = False

    def run(self, jobs: Sequence[Job] | None = None) -> None:
        """One of the two sweeps, and the other one perhaps between its steps."""
        self.history.telling.sweep += 1
        self.history.db.between_steps = self._perhaps_the_other
        self._is_inside = False
        self._sweep(jobs or self.history.chance.choice(OFTEN))
        self.history.db.between_steps = lambda: None

    def _perhaps_the_other(self) -> None:
        if self._is_inside or not self.history.faults.strikes("interleaved"):
            return
        self._is_inside = True
        self._sweep(self.history.chance.choice(OFTEN))
        self._is_inside = False

    def _sweep(self, jobs: Sequence[Job], dialer: Dialer | None = None) -> None:
        """As `soi_dialer.scheduler` does it. Whoever dies in the middle does no more of it."""
        dialer = dialer or self.history.chance.choice(self.schedulers)
        try:
            for job in jobs:
                job(dialer, **{"send": self.history.telling.send} if job is deliver else {})
        except Crash:
            return

    def run_from_due_to_due(self, end: datetime) -> None:
        """Once everything works: sweep whenever something is due, until `end` and until nothing is under way."""
        company = self.history.company
        mend(self.history.dialer)
        catch_up_at_start(self.history.dialer)
        _, is_under_way = self._standing()
        for _ in range(MOST_STEPS):
            self.run(TELLING + ASKING if is_under_way else TELLING)
            due_at, is_under_way = self._standing()
            if (due_at is None or due_at > end) and not is_under_way:
                self._sweep(TELLING, self.history.dialer)  # the slower of the two clocks may have been asked last
                _, is_under_way = self._standing()
                if not is_under_way:
                    return
            company.run_until((due_at or company.now) + CLOCKS_DIFFER)
        raise AssertionError("it does not come to rest")

    def _standing(self) -> tuple[datetime | None, bool]:
        """When something is due next, and whether anything is under way."""
        company = self.history.company
        with self.history.db.read() as connection:
            due_at, is_owed, is_under_way = _STANDING.first(connection, {"now": company.now}).values()
        morning_at = _next_morning(company.now) if is_owed else None
        soon = [at for at in (due_at, company.next_at, morning_at) if at is not None]
        return min(soon, default=None), bool(is_under_way) or not company.is_quiet


def _next_morning(now: datetime) -> datetime:
    """When digests may be written next."""
    candidates = (
        now.replace(hour=hour, minute=1, second=0, microsecond=0) + timedelta(days=days)
        for days in (0, 1)
        for hour in MORNINGS_UTC
    )
    return min(one for one in candidates if one > now)

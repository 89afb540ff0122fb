"""APScheduler wakes the sweeps; it holds no business state.

What is due stands in the database and is claimed there, so a late tick, a restart or a second scheduler changes
nothing. The job store is in memory; a tick that was missed is made up for by the next one.
"""

from __future__ import annotations

import functools
import itertools
import logging
from collections.abc import Callable

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from soi_dialer.clock import now
from soi_dialer.dialer import Dialer
from soi_dialer.flows.catch_up import catch_up, catch_up_at_start
from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.digest import write_digests
from soi_dialer.flows.fetch_audio import fetch_audio
from soi_dialer.flows.import_work import work_on_imports
from soi_dialer.flows.remind import mend, remind
from soi_dialer.flows.touch import mend_touches
from soi_dialer.flows.rollup import look_after
from soi_dialer.flows.weekly_mail import send_weekly_mails
from soi_dialer.store import heartbeats

MEND_SECONDS = 3600
IMPORT_SECONDS = 1
"""Somebody waits for it, and without work it is one question that an index answers."""

log = logging.getLogger(__name__)


def start(dialer: Dialer) -> BackgroundScheduler:
    """Start the sweeps in threads of this process; the caller shuts the scheduler down."""
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(4)},
        # By default a job that is a second late is dropped; ours is only ever a reason to look at the database.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone="UTC",
    )
    settings = dialer.settings
    _every(scheduler, settings.sweep_seconds, _guarded(sweep, dialer), "sweep")
    _every(scheduler, settings.sweep_seconds, _guarded(deliver, dialer), "deliver")
    _every(scheduler, settings.sweep_seconds, _guarded(send_weekly_mails, dialer), "weekly mail")
    _every(scheduler, settings.reconcile_seconds, _guarded(_first(catch_up_at_start, catch_up), dialer), "catch up")
    _every(scheduler, MEND_SECONDS, _guarded(mend, dialer), "mend")
    _every(scheduler, MEND_SECONDS, _guarded(mend_touches, dialer), "mend touches")
    _every(scheduler, MEND_SECONDS, _guarded(look_after, dialer), "look after figures")
    _every(scheduler, IMPORT_SECONDS, _guarded(_while_running(scheduler, work_on_imports), dialer), "import")
    scheduler.start()
    return scheduler


def sweep(dialer: Dialer) -> None:
    """What is due now besides the carrier's silence. What is to be sent goes out in a job of its own."""
    remind(dialer)
    write_digests(dialer)
    fetch_audio(dialer)
    heartbeats.beat_if_stale(dialer.db, "sweep", dialer.clock())


def _every(scheduler: BackgroundScheduler, seconds: float, job: Callable[[], None], name: str) -> None:
    scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=now())


def _while_running(scheduler: BackgroundScheduler, work: Callable[..., object]) -> Callable[[Dialer], object]:
    """Long work that is asked to leave off when the scheduler is shut down."""
    return functools.wraps(work)(lambda dialer: work(dialer, lambda: scheduler.running))


def _first(first: Callable[[Dialer], object], then: Callable[[Dialer], object]) -> Callable[[Dialer], object]:
    """`first` at the first tick and `then` at the others.

    As one job, because APScheduler fails aloud when it is shut down while it removes a job that runs only once.
    """
    turns = itertools.chain([first], itertools.repeat(then))
    return functools.wraps(then)(lambda dialer: next(turns)(dialer))


def _guarded(work: Callable[[Dialer], object], dialer: Dialer) -> Callable[[], None]:
    """A sweep that fails is logged and tried again at its next tick."""

    def run() -> None:
        try:
            work(dialer)
        except Exception:
            log.exception("the sweep %s failed; it is tried again", work.__name__)

    return run

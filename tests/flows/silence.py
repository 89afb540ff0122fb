"""Waiting in silence, and what the carrier then answers when it is asked."""

from __future__ import annotations

from soi_dialer.carrier.reports import CallReport
from soi_dialer.flows.reconcile import reconcile
from tests.fakes import UNSURE
from tests.world import OUR_NUMBER, World

AGENT_PHONE = "+12025550101"


def sweep(world: World, **wait: float) -> int:
    world.wait(**(wait or {"minutes": 3}))
    return reconcile(world.dialer)


def report(world: World, status: str = "completed", **more) -> CallReport:
    """The agent's leg of a call that was created now, as the carrier's list shows it."""
    told = {"to": AGENT_PHONE, "from_": OUR_NUMBER, "created_at": world.now, "ended_at": world.now, "seconds": 9}
    found = CallReport(world.carrier.next_sid(), status, **told | more)
    world.carrier.truth[found.sid] = found
    return found


def unsure(world: World) -> str:
    world.carrier.next_errors = [UNSURE]
    return world.click()["ref"]

"""What the carrier did while nobody here listened."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from sqlalchemy import func, select

from soi_dialer.carrier.reports import CallReport, RecordingReport
from soi_dialer.store.tables import call
from tests.world import JANE, OUR_NUMBER, World

AGENT_PHONE = "+12025550101"


def came_in(
    world: World,
    caller: str = JANE,
    *,
    status: str = "completed",
    message_seconds: int = 0,
    text: str | None = None,
    talk_seconds: int | None = None,
) -> str:
    """Somebody called our number just now; with a length, a message was recorded or the agent's leg lasted so long."""
    sid = world.carrier.next_sid()
    over = {"created_at": world.now, "ended_at": world.now + timedelta(seconds=40), "seconds": 40}
    world.carrier.truth[sid] = CallReport(sid, status, to=OUR_NUMBER, from_=caller, direction="inbound", **over)
    if message_seconds:
        records(world, sid, message_seconds, text)
    if talk_seconds is not None:
        dialled_from(world, sid, AGENT_PHONE, talk_seconds)
    return sid


def records(world: World, sid: str, seconds: int, text: str | None = None) -> str:
    recording = world.carrier.next_sid("RE")
    world.carrier.recordings.append(RecordingReport(recording, sid, "completed", seconds, world.now))
    if text:
        world.carrier.transcripts[recording] = text
    return recording


def went_out(world: World, to: str | None = JANE, talk_seconds: int = 300) -> str:
    """The agent's phone was rung, and on key 1 the contact's."""
    sid = world.carrier.next_sid()
    lasted = {"seconds": talk_seconds + 20, "ended_at": world.now + timedelta(seconds=talk_seconds + 20)}
    world.carrier.truth[sid] = CallReport(
        sid, "completed", to=AGENT_PHONE, from_=OUR_NUMBER, direction="outbound-api", created_at=world.now, **lasted
    )
    if to is not None:
        dialled_from(world, sid, to, talk_seconds)
    return sid


def dialled_from(world: World, parent: str, to: str, seconds: int) -> str:
    sid = world.carrier.next_sid()
    at = world.now + timedelta(seconds=20)
    lasted = {"created_at": at, "started_at": at, "ended_at": at + timedelta(seconds=seconds), "seconds": seconds}
    world.carrier.truth[sid] = CallReport(
        sid, "completed", parent, to=to, from_=OUR_NUMBER, direction="outbound-dial", **lasted
    )
    return sid


def becomes(world: World, sid: str, **changes) -> None:
    world.carrier.truth[sid] = dataclasses.replace(world.carrier.truth[sid], **changes)


def is_over(world: World, sid: str) -> None:
    """A caller of whom we heard has hung up just now, and nobody told us."""
    over = {"created_at": world.now, "ended_at": world.now, "seconds": 9}
    world.carrier.truth[sid] = CallReport(sid, "completed", to=OUR_NUMBER, from_=JANE, direction="inbound", **over)


def count_calls(world: World) -> int:
    with world.dialer.db.read() as connection:
        return connection.execute(select(func.count()).select_from(call)).scalar_one()

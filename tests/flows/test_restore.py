"""The rehearsal: the database is lost, a copy that is six hours old is restored, and every message is back."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import RowMapping, Table, select

from soi_dialer import wiring
from soi_dialer.dialer import Dialer
from soi_dialer.flows.back_up import back_up
from soi_dialer.flows.catch_up import catch_up_at_start
from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.fetch_audio import fetch_audio
from soi_dialer.flows.remind import remind
from soi_dialer.store.tables import call, callback, voicemail
from tests.fakes import WAV
from tests.flows.lost_hours import came_in, went_out
from tests.flows.test_inbound import leaves_message, not_taken
from tests.world import OUR_NUMBER, World, make_settings, make_world


def hears(world: World, caller: str) -> None:
    """A caller leaves a message, and we are there to take it."""
    sid = came_in(world, caller, message_seconds=12)
    recording = world.carrier.recordings[-1].sid
    world.carrier.audio[recording] = WAV
    asked = {"CallSid": sid, "From": caller, "To": OUR_NUMBER, "CallStatus": "ringing", "Direction": "inbound"}
    world.post("/webhooks/voice/inbound", asked)
    not_taken(world, sid)
    leaves_message(world, sid, 12, recording)


def restored(copy: Path, lost: World, place: Path) -> Dialer:
    """Another machine with the same carrier, at the same moment."""
    place.mkdir()
    shutil.copy(copy, place / "soi.db")
    shutil.copytree(copy.parent / "voicemails", place / "voicemails")
    settings = make_settings(place, f"sqlite:///{place / 'soi.db'}")
    return wiring.build(settings, clock=lambda: lost.now, carrier=lost.carrier)


def rows(dialer: Dialer, table: Table) -> list[RowMapping]:
    with dialer.db.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)).mappings())


def test_a_copy_six_hours_old_has_every_message_back_and_nobody_is_rung(tmp_path: Path):
    """F30"""
    world = make_world(tmp_path / "old", f"sqlite:///{tmp_path / 'old.db'}")
    hears(world, "+13105550101")
    fetch_audio(world.dialer)
    copy = back_up(world.dialer, tmp_path / "backups").path
    for number in range(102, 114):
        world.wait(minutes=30)
        hears(world, f"+13105550{number}")
    went_out(world, "+13105550102", talk_seconds=600)
    world.wait(minutes=15)
    before = rows(world.dialer, voicemail)
    world.close()

    dialer = restored(copy, world, tmp_path / "new")
    assert len(rows(dialer, voicemail)) == 1
    assert catch_up_at_start(dialer).added == 13
    assert_all_is_back(dialer, before)
    assert fetch_audio(dialer) == 12
    for _ in range(3):
        world.wait(minutes=5)
        remind(dialer)
        deliver(dialer)
        catch_up_at_start(dialer)
    assert len(rows(dialer, voicemail)) == len(before) == 13
    assert world.carrier.rung == []
    dialer.close()


def assert_all_is_back(dialer: Dialer, before: list[RowMapping]) -> None:
    messages = rows(dialer, voicemail)
    assert {message["recording_sid"] for message in messages} == {message["recording_sid"] for message in before}
    assert sorted(owed["state"] for owed in rows(dialer, callback)) == ["open"] * 12 + ["returned"]
    (talked,) = (row for row in rows(dialer, call) if row["direction"] == "outbound")
    assert (talked["outcome"], talked["talk_seconds"], talked["repaired"]) == ("connected", 600, True)

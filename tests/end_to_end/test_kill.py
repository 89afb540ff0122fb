"""kill -9 at every moment that matters: nothing is lost, nobody is dialled twice, and nothing stays stuck.

All points are struck one after the other in one installation for each database, where only what was killed is started
again.
"""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from soi_dialer.store.tables import call, callback, callback_event, reminder, voicemail
from tests.end_to_end.kill_points import POINTS
from tests.end_to_end.killable import Site, site
from tests.end_to_end.programs import ROOT, Program, eventually, free_port


def nothing_is_left_undone(here: Site) -> None:
    """After all of it, whatever died where."""
    here.a_minute_passes()
    here.until(lambda: all(one["state"] == "ended" for one in here.rows(call)), "every call to end")
    here.until(lambda: all(one["state"] != "due" for one in here.rows(reminder)), "every reminder to be sent")
    here.until(lambda: all(one["audio_state"] == "stored" for one in here.rows(voicemail)), "every sound")
    stands_in = {(one["callback_id"], one["call_id"]) for one in here.rows(callback_event)}
    assert {(one["callback_id"], one["call_id"]) for one in here.rows(voicemail)} <= stands_in
    assert {one["set_aside_at"] for one in here.rows(callback)} <= {None}


def test_nothing_is_lost_or_done_twice_wherever_a_process_is_killed(tmp_path: Path, database_url: str):
    with site(tmp_path, database_url) as here:
        for point, strike in POINTS:
            try:
                strike(here, point)
            except Exception as error:
                error.add_note(f"killed at {point}, {strike.__name__}")
                raise
        nothing_is_left_undone(here)


def test_every_point_stands_in_the_document_about_faults():
    table = (ROOT / "docs" / "faults.md").read_text().partition("## Where a process is killed")[2]
    assert set(re.findall(r"^\| `([^`]+)` \|", table, re.M)) == {point for point, _ in POINTS}


def test_what_a_killed_program_had_started_ends_by_itself(tmp_path: Path):
    settings = {"DATA_DIR": tmp_path / "data", "PORT": free_port(), "SIMULATOR_PORT": free_port()}
    program = Program(tmp_path, "app", [str(ROOT / "app.py")], settings)
    try:
        program.wait_until_well(f"http://127.0.0.1:{settings['PORT']}/healthz")
        os.kill(program.process.pid, signal.SIGKILL)
        program.process.wait(10)
        eventually(lambda: not program.left(), "the web server's workers and the phone company to be gone")
    finally:
        program.destroy()

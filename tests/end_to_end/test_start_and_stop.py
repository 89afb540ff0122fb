"""`python app.py` as a person at a terminal uses it."""

from __future__ import annotations

import re
import signal
import socket

import pytest
import requests

from tests.end_to_end.office import practice
from tests.end_to_end.programs import ROOT, Program, eventually, free_port


def test_a_fresh_installation_says_where_it_is_and_ctrl_c_stops_all_of_it(tmp_path):
    with practice(tmp_path) as (program, url, handsets):
        words = program.words()
        assert url in words and handsets in words
        (sign_in,) = re.findall(r"Sign in as \S+@\S+ with the password \S+", words)
        assert requests.get(handsets, timeout=10).ok
        assert program.err.read_text() == ""
    # The second start finds what the first one made; a service manager tells only the first process to stop.
    with practice(tmp_path) as (program, _, _):
        assert sign_in in program.words()
        program.process.terminate()
        assert program.wait() == 0


def test_a_port_that_is_taken_is_named_in_one_line(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        program = Program(tmp_path, "app", [str(ROOT / "app.py")], {"DATA_DIR": tmp_path / "data", "PORT": port})
        assert program.wait() != 0
    assert len(program.words().splitlines()) == 1
    assert "PORT" in program.words() and str(port) in program.words()


def test_wrong_settings_are_all_named_before_anything_starts(tmp_path):
    wrong = {"DATA_DIR": tmp_path / "data", "PORT": "soon", "CALLING_HOURS": "8 to 8", "TWILIO_ACCOUNT_SID": "AC1"}
    program = Program(tmp_path, "app", [str(ROOT / "app.py")], wrong)
    assert program.wait() != 0
    named = {line.split(":")[0] for line in program.words().splitlines()}
    assert named >= {"PORT", "CALLING_HOURS", "TWILIO_ACCOUNT_SID"}
    assert "Traceback" not in program.words()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_right_after_the_start_leaves_nothing_behind(tmp_path, number):
    handsets = free_port()
    settings = {"DATA_DIR": tmp_path / "data", "PORT": free_port(), "SIMULATOR_PORT": handsets}
    program = Program(tmp_path, "app", [str(ROOT / "app.py")], settings)
    try:
        eventually(lambda: _listens(handsets), "the phone company to be started, which comes before the web server")
        program.process.send_signal(number)
        assert program.wait() == 0, program.words()
        assert "Traceback" not in program.words()
    finally:
        program.destroy()


LOST = """
import contextlib
from config import load
from soi_dialer import serving
with contextlib.suppress(KeyboardInterrupt):
    serving._stop()  # as when the interrupt is raised where Python only prints it
serving._serve_web(load())
"""


def test_a_stop_whose_interrupt_was_lost_is_heeded_when_the_server_is_up(tmp_path):
    program = Program(tmp_path, "lost", ["-c", LOST], {"DATA_DIR": tmp_path / "data", "PORT": free_port()})
    try:
        assert program.wait() == 0, program.words()
    finally:
        program.destroy()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

"""The simulator as a process: it starts, remembers, stops cleanly, and stays small."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from twilio.rest import Client

from soi_dialer.simulator.server import start_in_thread
from tests.simulator.receiver import ACCOUNT, AGENT, CONTACT, OURS, TOKEN

RUN = """
from soi_dialer.simulator.server import run
run("127.0.0.1", {port}, "{account}", "{token}", {file!r}, 500, ["{ours}"])
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(file: Path) -> tuple[subprocess.Popen, str]:
    port = free_port()
    code = RUN.format(port=port, account=ACCOUNT, token=TOKEN, file=str(file), ours=OURS)
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/_sim/state", timeout=5)
            return process, url
        except requests.ConnectionError:
            time.sleep(0.05)
    process.kill()
    raise AssertionError(process.communicate()[0])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_restarted_simulator_remembers_and_each_stop_is_clean_and_silent(tmp_path, receiver, number):
    file = tmp_path / "made" / "simulator.json"
    receiver.script["/screen"] = f'<Record action="{receiver.url}/done"/>'
    process, url = started(file)
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = url
    call = client.calls.create(to=AGENT, from_=OURS, url=f"{receiver.url}/screen")
    deadline = time.monotonic() + 10
    while call.fetch().status != "completed" and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    output, _ = process.communicate(timeout=10)
    assert (process.returncode, output) == (0, b"")

    process, client.api.base_url = started(file)
    again = client.calls(call.sid).fetch()
    assert (again.status, again.duration, again.to) == ("completed", call.fetch().duration, AGENT)
    assert client.recordings.list(call_sid=call.sid)[0].duration == "12"
    process.send_signal(number)
    output, _ = process.communicate(timeout=10)
    assert (process.returncode, output) == (0, b"")


def test_a_call_that_was_up_at_the_end_is_over_after_the_restart(tmp_path, receiver):
    file = tmp_path / "simulator.json"
    first = start_in_thread(ACCOUNT, TOKEN, numbers=[OURS], state_file=file)
    requests.put(f"{first.url}/_sim/handsets/{AGENT}", json={"persona": {"kind": "manual"}}, timeout=10)
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = first.url
    sid = client.calls.create(to=AGENT, from_=OURS, url=f"{receiver.url}/screen").sid
    first.stop()
    second = start_in_thread(ACCOUNT, TOKEN, state_file=file)
    client.api.base_url = second.url
    assert client.calls(sid).fetch().status in ("failed", "canceled")
    assert second.company.handset(AGENT).persona.manual
    second.stop()


def test_a_file_that_is_not_ours_is_refused_by_name(tmp_path):
    file = tmp_path / "x.json"
    file.write_text("[]")
    with pytest.raises(ValueError, match=r"x\.json"):
        start_in_thread(ACCOUNT, TOKEN, state_file=file)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to see the size of a process")
def test_the_process_stays_under_90_mib_after_many_calls(tmp_path, receiver):
    receiver.script["/screen"] = "<Hangup/>"
    process, url = started(tmp_path / "x.json")
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = url
    for index in range(40):
        number = f"+1415555{index:04}"
        client.calls.create(to=number, from_=OURS, url=f"{receiver.url}/screen")
    deadline = time.monotonic() + 15
    while requests.get(f"{url}/_sim/state", timeout=5).json()["live"] and time.monotonic() < deadline:
        time.sleep(0.05)
    status = Path(f"/proc/{process.pid}/status").read_text()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) < 90 * 1024


def test_a_second_simulator_on_the_same_port_is_an_error_of_the_system():
    first = start_in_thread(ACCOUNT, TOKEN)
    with pytest.raises(OSError, match="in use"):
        start_in_thread(ACCOUNT, TOKEN, port=first.server.port)
    first.stop()


def test_mp3_is_served_where_it_can_be_made_and_is_not_found_elsewhere(phones, receiver, place):
    from soi_dialer.simulator import media

    receiver.script["/screen"] = f'<Record action="{receiver.url}/done"/>'
    phones.persona(CONTACT, message="Hello", message_seconds=3)
    place(to=CONTACT)
    phones.settle()
    recording = phones.client.recordings.list()[0]
    answer = requests.get(f"{recording.media_url}.mp3", auth=(ACCOUNT, TOKEN), timeout=20)
    try:
        media.to_mp3(media.render("Hello", 3))
    except media.NoMp3:
        assert (answer.status_code, answer.json()["code"]) == (404, 20404)
    else:
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "audio/mpeg")

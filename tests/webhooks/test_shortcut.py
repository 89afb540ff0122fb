"""News of legs goes past the framework, and only when there is nothing to be said about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import request, request_started

from tests.world import ACCOUNT, OUR_NUMBER, World, make_world

AGENT_SID = "CA" + "a" * 32
RINGING = {"CallSid": AGENT_SID, "CallStatus": "ringing", "SequenceNumber": "1", "From": OUR_NUMBER}


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str) -> Iterator[World]:
    world = make_world(tmp_path, sqlite_url)
    yield world
    world.close()


@pytest.fixture
def long_way(world: World) -> Iterator[list[str]]:
    """The addresses that came to the framework."""
    seen: list[str] = []
    with request_started.connected_to(lambda app: seen.append(request.path), world.app):
        yield seen


def test_usual_news_is_kept_without_the_framework(world, long_way):
    ref, sid = _clicked(world)
    assert world.say(ref, "agent-status", **RINGING | {"CallSid": sid}).status_code == 204
    assert world.call(ref)["state"] == "ringing_agent"
    assert long_way == []


@pytest.mark.parametrize(
    ("changes", "signature", "status"),
    [
        ({}, "wrong", 403),
        ({"CallSid": "CA1"}, None, 400),
        ({"AccountSid": "AC" + "6" * 32}, None, 403),
        ({"Padding": "x" * 70_000}, None, 413),
    ],
)
def test_what_is_wrong_is_said_by_the_framework(world, long_way, changes, signature, status):
    ref = world.click()["ref"]
    path = f"/webhooks/voice/{ref}/agent-status"
    answer = world.post(path, RINGING | {"AccountSid": ACCOUNT} | changes, signature)
    assert (answer.status_code, long_way) == (status, [path])
    assert world.call(ref)["state"] == "requested"


def test_a_call_that_is_not_ours_is_not_found(world, long_way):
    assert world.say("0" * 32, "agent-status", **RINGING).status_code == 404
    assert len(long_way) == 1


def test_another_method_is_refused_by_the_framework(world):
    assert world.http.get(f"/webhooks/voice/{'0' * 32}/agent-status").status_code == 405


def test_news_that_could_not_be_written_goes_on_whole(world, long_way):
    """The long way finds the body as it came, and keeps it when the database is well again."""
    (ref, sid), submit = _clicked(world), world.dialer.journal.submit
    failures = [OSError("the disk is full")]
    world.dialer.journal.submit = lambda item: _raise(failures.pop()) if failures else submit(item)
    assert world.say(ref, "agent-status", **RINGING | {"CallSid": sid}).status_code == 204
    assert len(long_way) == 1
    assert world.call(ref)["state"] == "ringing_agent"


def _clicked(world: World) -> tuple[str, str]:
    row = world.click()
    return row["ref"], row["agent_sid"]


def _raise(error: Exception) -> None:
    raise error

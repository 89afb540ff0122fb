"""A carrier that takes every request and never answers holds up nobody but those who asked it."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from soi_dialer.carrier.client import Carrier
from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.place_call import place_call
from soi_dialer.flows.remind import remind
from soi_dialer.flows.tell import tell
from tests.flows.debts import change_agent, message_left, told
from tests.world import ACCOUNT, OUR_NUMBER, PUBLIC_URL, TOKEN, World, make_world

PATIENT_SECONDS = 60.0
"""Longer than any test may take: what waits for the carrier waits until the carrier hangs up."""


class Hanging:
    """A server that accepts and says nothing until it is closed."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.asked = threading.Semaphore(0)
        self.held: list[socket.socket] = []
        self.waiting = threading.Thread(target=self._accept)
        self.waiting.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.door.accept()
            except OSError:
                return
            self.held.append(connection)
            self.asked.release()

    def hang_up(self) -> None:
        for connection in self.held:
            connection.close()
        self.held.clear()

    def close(self) -> None:
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        self.waiting.join()
        self.hang_up()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    server = Hanging()
    yield server
    server.close()


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    made = make_world(tmp_path, database_url)
    yield made
    made.close()


def asking(world: World, hanging: Hanging, seconds: float) -> None:
    """From now on this installation's carrier is the one that hangs."""
    patience = {"timeout_seconds": (seconds, seconds), "deadline_seconds": seconds}
    carrier = Carrier(
        account_sid=ACCOUNT, auth_tokens=(TOKEN,), api_url=hanging.url, public_url=PUBLIC_URL, **patience
    )
    carrier.warm()
    world.dialer = dataclasses.replace(world.dialer, carrier=carrier)
    world.app.extensions["soi_dialer"] = world.dialer


def test_while_a_click_waits_for_the_carrier_all_else_goes_on(world: World, hanging: Hanging):
    asking(world, hanging, PATIENT_SECONDS)
    joe = add_contact(
        world.dialer, world.people.teammate, name="Joe", phones=[{"number": "+12125550148", "label": ""}]
    )
    clicks = [
        threading.Thread(target=place_call, args=(world.dialer, scope), kwargs={"contact_id": person})
        for scope, person in ((world.owner, world.jane), (world.people.teammate, joe))
    ]
    for click in clicks:
        click.start()
        assert hanging.asked.acquire(timeout=PATIENT_SECONDS)  # the second one did not wait for the first
    sid = "CA" + "7" * 32
    heard = world.post("/webhooks/voice/inbound", {"CallSid": sid, "From": "+13035551702", "To": OUR_NUMBER})
    text = world.post("/webhooks/sms/inbound", {"MessageSid": "SM" + "7" * 32, "From": "+13035551702",
                                                "To": OUR_NUMBER, "Body": "Hello"})  # fmt: skip
    assert (heard.status_code, text.status_code, len(world.callbacks())) == (200, 200, 1)
    assert all(click.is_alive() for click in clicks)
    hanging.hang_up()
    for click in clicks:
        click.join()


def test_one_text_that_hangs_keeps_no_other_reminder_waiting(world: World, hanging: Hanging):
    """The texts behind it wait for the next sweep; what goes another way is sent in this one."""
    asking(world, hanging, 0.2)
    change_agent(world, world.owner, channels="sms,email")
    for number in range(3):
        message_left(world, number=f"+12125550{100 + number}")
    remind(world.dialer)
    mailed: list[str] = []

    def send(dialer, channel, agent, message) -> None:
        if channel == "sms":
            return tell(dialer, channel, agent, message)
        mailed.append(channel)

    deliver(world.dialer, send)
    states = [state for _, channel, state in told(world) if channel == "sms"]
    assert (mailed, states) == (["email"] * 3, ["failed", "due", "due"])

"""A simulator that is served, and a receiver for its webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from soi_dialer.simulator.server import start_in_thread
from tests.simulator.receiver import ACCOUNT, AGENT, OURS, TOKEN, Phones, Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()
    assert all(heard.signed for heard in receiver.heard), "a webhook was not signed as the library expects"


@pytest.fixture
def phones(receiver: Receiver) -> Iterator[Phones]:
    running = start_in_thread(ACCOUNT, TOKEN, scale=500, numbers=[OURS])
    phones = Phones(running)
    phones.put(
        f"numbers/{OURS}",
        {"voice_url": f"{receiver.url}/inbound", "status_callback": f"{receiver.url}/number-status"},
    )
    yield phones
    running.stop()


@pytest.fixture
def place(phones: Phones, receiver: Receiver) -> Callable[..., Any]:
    """Order a call to the agent with every event reported to /agent-status."""

    def order(**changes: Any) -> Any:
        wanted = {
            "to": AGENT,
            "from_": OURS,
            "url": f"{receiver.url}/screen",
            "status_callback": f"{receiver.url}/agent-status",
            "status_callback_event": ["initiated", "ringing", "answered", "completed"],
        }
        return phones.client.calls.create(**(wanted | changes))

    return order

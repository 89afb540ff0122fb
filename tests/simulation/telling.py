"""What agents are told, as they see it: each message that reached them, and whether it should have."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from soi_dialer.dialer import Dialer
from soi_dialer.flows.office_hours import presence_of
from soi_dialer.flows.tell import tell
from soi_dialer.notify.channels import EMAIL
from soi_dialer.notify.message import Message, NotSent
from soi_dialer.store import callbacks
from tests.simulation.faults import Crash, Faults

SLOW = timedelta(minutes=2)
"""A message that was begun within the hours may arrive so long after them."""


@dataclasses.dataclass(frozen=True)
class Arrival:
    """One message on an agent's phone or in their mail. `key` is the same when it came again."""

    at: datetime
    sweep: int
    channel: str
    agent_id: int
    callback_id: int | None
    key: str


class Telling:
    """Stands between the sweep that delivers and the channels. `arrivals` is the truth, `wrongs` what should not be."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.arrivals: list[Arrival] = []
        self.wrongs: list[str] = []
        self.sweep = 0
        self._sending: tuple[datetime, str, int, Message] | None = None

    def send(self, dialer: Dialer, channel: str, agent: Mapping[str, Any], message: Message) -> None:
        """For `deliver`: the real channels, but a mail server of our own."""
        now = dialer.clock()
        self.wrongs.extend(self._what_is_wrong(dialer, agent, message, now))
        before, self._sending = self._sending, (now, channel, agent["id"], message)
        try:
            if channel == EMAIL:
                self._mail()
            else:
                tell(dialer, channel, agent, message)
        finally:
            self._sending = before  # the other scheduler may have sent this one while the first rings

    def arrived(self) -> None:
        """What is being sent has reached the agent."""
        now, channel, agent_id, message = self._sending
        self.arrivals.append(Arrival(now, self.sweep, channel, agent_id, message.callback_id, message.key))

    def count_by_message(self) -> Counter[tuple[str, str]]:
        return Counter((arrival.channel, arrival.key) for arrival in self.arrivals)

    def _mail(self) -> None:
        trouble = self.faults.chance.choice(("refused", "gone", "unknown")) if self.faults.strikes("bad_answer") else ""
        if trouble == "refused":
            raise NotSent("The mail server is busy.", may_retry=True)
        self.arrived()
        if trouble == "gone":
            raise Crash
        if trouble == "unknown":
            raise NotSent("The mail server did not answer in time.", may_retry=True)

    def _what_is_wrong(self, dialer: Dialer, agent: Any, message: Message, now: datetime) -> Iterator[str]:
        """Told inside the hours of whoever is told, about something that they are owed and have not put off."""
        hours = presence_of(agent)
        if not hours.is_open(now) and not hours.is_open(now - SLOW):
            yield f"{agent['name']} was told outside working hours, at {now}"
        if message.callback_id is None:
            return
        with dialer.db.read() as connection:
            owed = callbacks.lock(connection, message.callback_id)
        if owed["state"] != "open":
            yield f"told of what is {owed['state']}"
        if owed["snoozed_until"] is not None and owed["snoozed_until"] > now:
            yield "told of what was put off"

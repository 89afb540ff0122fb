"""A phone company in virtual time: legs with lives of their own, requests that it waits for, news that it forgets.

It knows the truth: which legs there were, how long they lasted, what was recorded. The app under test hears of it only
through its flows, with whatever faults the history has, and by asking.
"""

from __future__ import annotations

import dataclasses
import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from soi_dialer.carrier.client import Audio
from soi_dialer.carrier.errors import Refused, Unsure
from soi_dialer.carrier.reports import CallReport, PlacedCall, RecordingReport, TextReport
from soi_dialer.domain.facts import LegMoved
from tests.fakes import WAV
from tests.simulation.faults import Crash, Faults

Answer = TypeVar("Answer")

LIST_LAG = timedelta(seconds=20)


@dataclasses.dataclass
class Leg:
    """One leg's whole truth. `line` is agent or contact."""

    sid: str
    line: str
    ref: str
    to: str
    from_: str
    created_at: datetime
    parent: str | None = None
    status: str = "queued"
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    answered_by: str | None = None
    sequence: int = 0
    step: str = ""  # where the agent's phone asks what to say

    @property
    def seconds(self) -> int | None:
        if self.status != "completed":
            return None
        return round((self.ended_at - self.answered_at).total_seconds())

    def report(self) -> CallReport:
        return CallReport(
            self.sid, self.status, self.parent, self.seconds, self.answered_at, self.ended_at, self.created_at,
            self.answered_by, self.to, self.from_, self.direction,
        )  # fmt: skip

    @property
    def direction(self) -> str:
        if self.parent is not None:
            return "outbound-dial"
        return "outbound-api" if self.line == "agent" else "inbound"


class PhoneCompany:
    """The carrier's methods for the app, and the events of a history for the test."""

    def __init__(self, faults: Faults, start: datetime) -> None:
        self.faults = faults
        self.now = start
        self.legs: dict[str, Leg] = {}
        self.recordings: dict[str, RecordingReport] = {}
        self.texts: dict[str, TextReport] = {}
        self.contact_legs_for: dict[str, int] = {}
        self.deliver: Callable[[str, object], None] = lambda ref, fact: None
        self.ring: Callable[[Leg], None] = lambda leg: None
        self.text_arrived: Callable[[str], None] = lambda body: None
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = itertools.count(1)

    # Virtual time

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.now + timedelta(seconds=seconds), next(self._count), what))

    def run_until(self, instant: datetime) -> None:
        while self._due and self._due[0][0] <= instant:
            at, _, what = heapq.heappop(self._due)
            self.now = max(self.now, at)
            what()
        self.now = max(self.now, instant)

    @property
    def next_at(self) -> datetime | None:
        """When the next thing happens, as far as is known."""
        return self._due[0][0] if self._due else None

    @property
    def is_quiet(self) -> bool:
        return not self._due

    # Legs and their news

    def new_leg(
        self, line: str, ref: str, to: str, from_: str, parent: str | None = None, step: str = ""
    ) -> Leg:
        sid = f"CA{self.faults.chance.getrandbits(128):032x}"
        leg = Leg(sid, line, ref, to, from_, self.now, parent, step=step)
        self.legs[leg.sid] = leg
        return leg

    def move(self, leg: Leg, status: str, tell: bool = True) -> None:
        """The leg reaches a station, and the news of it goes out, perhaps late, twice or never."""
        if leg.ended_at is not None:
            return
        leg.status = status
        if status == "answered":
            leg.answered_at = self.now
        elif status not in ("queued", "initiated", "ringing"):
            leg.ended_at = self.now
            leg.answered_at = leg.answered_at or (self.now if status == "completed" else None)
        fact = LegMoved(leg.line, leg.sid, status, leg.parent, leg.sequence, leg.seconds, self.now)
        leg.sequence += 1
        if tell:
            self.tell(leg.ref, fact)

    def tell(self, ref: str, fact: object) -> None:
        """Post and forget."""
        for _ in range(2 if self.faults.strikes("doubled") else 1):
            if self.faults.strikes("lost"):
                continue
            late = self.faults.chance.choice((30, 600, 3 * 3600)) if self.faults.strikes("late") else 0
            self.after(self.faults.chance.random() * 2 + late, lambda: self._post(ref, fact))

    def _post(self, ref: str, fact: object) -> None:
        """A receiver that dies gets no second chance: only a failed connection is tried again."""
        try:
            self.deliver(ref, fact)
        except Crash:
            return

    # What the app may ask for

    def webhook_url(self, ref: str, step: str) -> str:
        return f"https://dialer.example/webhooks/voice/{ref}/{step}"

    def ring_agent(self, *, ref: str, to: str, from_: str, step: str = "screen", **_more: object) -> PlacedCall:
        return self._ask(lambda: self._ring_agent(ref, to, from_, step))

    def _ring_agent(self, ref: str, to: str, from_: str, step: str) -> PlacedCall:
        leg = self.new_leg("agent", ref, to, from_, step=step)
        self.ring(leg)
        if step == "screen" and self.faults.strikes("doubled"):  # one request, two calls
            self.after(3, lambda: self.ring(self.new_leg("agent", ref, to, from_, step=step)))
        return PlacedCall(leg.sid, "queued")

    def send_message(self, to: str, from_: str, body: str) -> str:
        return self._ask(lambda: self._send_message(body))

    def _send_message(self, body: str) -> str:
        self.text_arrived(body)
        return f"SM{self.faults.chance.getrandbits(128):032x}"

    def _ask(self, do: Callable[[], Answer]) -> Answer:
        """Do as we are asked, unless something goes wrong before or after it was done."""
        kinds = ("429", "lost", "created", "gone")
        trouble = self.faults.chance.choice(kinds) if self.faults.strikes("bad_answer") else ""
        if trouble == "429":
            error = Refused("Too many requests at once; wait a moment.", 20429)
            error.may_retry = True
            raise error
        if trouble == "lost":
            raise Unsure("The carrier did not answer in time.")
        answer = do()
        if trouble == "created":
            raise Unsure("The carrier did not answer in time.")
        if trouble == "gone":
            raise Crash
        return answer

    def hang_up(self, sid: str) -> CallReport | None:
        self._perhaps_unreachable()
        leg = self.legs[sid]
        if leg.ended_at is not None:
            return None
        for one in [leg, *self.children(sid)]:
            self.move(one, "completed" if one.answered_at else "canceled")
        return leg.report()

    def children(self, sid: str) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.parent == sid]

    def fetch_call(self, sid: str) -> CallReport:
        self._perhaps_unreachable()
        return self.legs[sid].report()

    def list_children(self, parent_sid: str) -> list[CallReport]:
        self._perhaps_unreachable()
        return [leg.report() for leg in self.children(parent_sid)]

    def list_calls(self, *, to: str, from_: str, since: datetime) -> list[CallReport]:
        """The list lags behind the truth."""
        self._perhaps_unreachable()
        found = [leg for leg in self.legs.values() if (leg.to, leg.from_) == (to, from_)]
        return [leg.report() for leg in found if since <= leg.created_at <= self.now - LIST_LAG]

    def list_calls_since(self, since: datetime) -> list[CallReport]:
        self._perhaps_unreachable()
        return [leg.report() for leg in self.legs.values() if since <= leg.created_at <= self.now - LIST_LAG]

    def list_recordings_since(self, since: datetime) -> list[RecordingReport]:
        self._perhaps_unreachable()
        return [one for one in self.recordings.values() if since <= one.created_at <= self.now - LIST_LAG]

    def list_texts_since(self, since: datetime) -> list[TextReport]:
        self._perhaps_unreachable()
        return [one for one in self.texts.values() if since <= one.created_at <= self.now - LIST_LAG]

    def list_recordings(self, call_sid: str) -> list[RecordingReport]:
        self._perhaps_unreachable()
        return [recording for recording in self.recordings.values() if recording.call_sid == call_sid]

    def fetch_transcript(self, _recording_sid: str) -> str | None:
        return None

    def fetch_audio(self, recording_sid: str) -> Audio:
        self._perhaps_unreachable()
        assert recording_sid in self.recordings
        return Audio(WAV, "audio/wav")

    def _perhaps_unreachable(self) -> None:
        if self.faults.strikes("bad_answer"):
            raise Unsure("The carrier did not answer in time.")

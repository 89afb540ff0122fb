"""Carries webhooks to the receiver: questions at once, reports in the manner that was chosen. Keeps a log of both."""

from __future__ import annotations

import dataclasses
import threading
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any

from soi_dialer.simulator import clock
from soi_dialer.simulator.transport import Answer, patience_for, send

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

KEPT = 5000
SHOWN_ANSWER = 4000


@dataclasses.dataclass
class Delivery:
    """One webhook and how it went. `status` is None while it is on its way, 0 when there was no answer."""

    id: int
    kind: str
    call_sid: str
    url: str
    method: str
    params: dict[str, str]
    manner: str
    at: datetime
    status: int | None = None
    error: str = ""
    ms: float | None = None
    answer: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the control API shows it."""
        return dataclasses.asdict(self) | {"at": self.at.isoformat()}


class Courier:
    """One lane per conversation, so that prompt reports arrive in order and nobody waits for another's receiver."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._lock = threading.Lock()
        self._lanes: dict[str, deque[Delivery]] = {}
        self._held: dict[str, list[Delivery]] = {}
        self._log: deque[Delivery] = deque(maxlen=KEPT)
        self._count = 0
        self._age = 0  # grows with each reset, so that what was late does not arrive in the next life
        self.pending = 0

    def ask(self, kind: str, call_sid: str, url: str, method: str, params: dict[str, str]) -> Answer:
        """Send a question (a document, an action) and wait for the answer. Doubled: the second answer counts."""
        manner = self._company.settings.manner_of(kind)
        answer = self._send(self._note(kind, call_sid, url, method, params, manner))
        if manner == "doubled":
            answer = self._send(self._note(kind, call_sid, url, method, params, manner))
        return answer

    def report(self, kind: str, lane: str, call_sid: str, url: str, method: str, params: dict[str, str]) -> None:
        """Send a report in the background, in the manner chosen for its kind."""
        manner = self._company.settings.manner_of(kind)
        delivery = self._note(kind, call_sid, url, method, params, manner)
        if manner == "lost":
            delivery.status, delivery.error = 0, "lost"
        elif manner == "late":
            self._later(self._company.settings.late_seconds, lane, [delivery])
        elif manner == "shuffled":
            self._hold(lane, delivery)
        else:
            self._queue(lane, [delivery])
        if manner == "doubled":
            self._queue(lane, [self._note(kind, call_sid, url, method, params, manner)])

    def resend(self, number: int) -> Delivery | None:
        """Send a logged webhook once more, as it was. None when there is no such delivery."""
        with self._lock:
            old = next((delivery for delivery in self._log if delivery.id == number), None)
        if old is None:
            return None
        again = self._note(old.kind, old.call_sid, old.url, old.method, old.params, "resent")
        self._send(again)
        return again

    def log(self, since: int = 0, limit: int = 1000) -> list[Delivery]:
        """The deliveries with a greater id than `since`, oldest first, the newest `limit` of them."""
        with self._lock:
            return [delivery for delivery in self._log if delivery.id > since][-limit:]

    def forget(self) -> None:
        """Empty the log, and drop what still waits to be sent."""
        with self._lock:
            self._age += 1
            self._log.clear()
            self._held.clear()
            for lane in self._lanes.values():
                lane.clear()
            self.pending = 0

    def wait_for_report(self, call_sid: str, seconds: float) -> None:
        """Wait until the first report of a call has been delivered."""

        def delivered() -> bool:
            return any(d.call_sid == call_sid and d.status is not None for d in self.log())

        with self._company.changed:
            self._company.changed.wait_for(delivered, seconds)

    def release(self, lane: str) -> None:
        """Send what was held to be shuffled, in an order drawn by lot."""
        with self._lock:
            held = self._held.pop(lane, [])
            self.pending -= len(held)
        self._company.settings.random.shuffle(held)
        if held:
            self._queue(lane, held)

    def _note(self, kind: str, sid: str, url: str, method: str, params: dict[str, str], manner: str) -> Delivery:
        with self._lock:
            self._count += 1
            delivery = Delivery(self._count, kind, sid, url, method, dict(params), manner, clock.now())
            self._log.append(delivery)
        return delivery

    def _hold(self, lane: str, delivery: Delivery) -> None:
        with self._lock:
            first = lane not in self._held
            self._held.setdefault(lane, []).append(delivery)
            self.pending += 1
        if first:
            self._timer(self._company.settings.late_seconds, self.release, lane)

    def _later(self, seconds: float, lane: str, deliveries: list[Delivery]) -> None:
        with self._lock:
            self.pending += len(deliveries)
        self._timer(seconds, self._arrive, lane, deliveries, self._age)

    def _arrive(self, lane: str, deliveries: list[Delivery], age: int) -> None:
        with self._lock:
            if age != self._age:
                return
            self.pending -= len(deliveries)
        self._queue(f"{lane}-late-{deliveries[0].id}", deliveries)

    def _timer(self, seconds: float, action: Any, *args: Any) -> None:
        timer = threading.Timer(seconds, action, args)
        timer.daemon = True
        timer.start()

    def _queue(self, lane: str, deliveries: list[Delivery]) -> None:
        with self._lock:
            self.pending += len(deliveries)
            idle = lane not in self._lanes
            self._lanes.setdefault(lane, deque()).extend(deliveries)
        if idle:
            threading.Thread(target=self._work, args=(lane,), name=f"courier-{lane}", daemon=True).start()

    def _work(self, lane: str) -> None:
        while True:
            with self._lock:
                waiting = self._lanes[lane]
                if not waiting or self._company.closing.is_set():
                    del self._lanes[lane]
                    return
                delivery = waiting.popleft()
            self._send(delivery)
            with self._lock:
                self.pending = max(0, self.pending - 1)
            self._company.touch()

    def _send(self, delivery: Delivery) -> Answer:
        mark = clock.monotonic()
        patience = patience_for(delivery.url, self._company.settings.read_seconds)
        answer = send(delivery.url, delivery.method, delivery.params, self._company.auth_token, patience)
        delivery.ms = round((clock.monotonic() - mark) * 1000, 1)
        delivery.error = answer.error
        delivery.answer = answer.body[:SHOWN_ANSWER].decode("utf-8", "replace")
        delivery.status = answer.status
        self._company.touch()
        return answer

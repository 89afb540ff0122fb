"""One conversation: a first leg, the legs it dials, their common clock, and the things that happen to them."""

from __future__ import annotations

import dataclasses
import queue
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from soi_dialer.simulator import clock
from soi_dialer.simulator.clock import CallClock
from soi_dialer.simulator.records import Leg

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

FAST = "fast"  # idle time: hurried even when somebody cuts it short
LIVE = "live"  # hurried, but if somebody reacts, the time that really passed is what counts
HUMAN = "human"  # a person decides: real time


@dataclasses.dataclass(frozen=True)
class Signal:
    """Something that happens: answer, decline, hang-up, press, message; cancel, complete, redirect by REST; done."""

    kind: str
    leg: Leg | None = None
    value: Any = None


class Shut(Exception):
    """The phone company is closing or was reset."""


class Ended(Exception):
    """A leg is over because somebody hung up or the account asked for it."""

    def __init__(self, leg: Leg) -> None:
        super().__init__(leg.sid)
        self.leg = leg


class Redirected(Exception):
    """The account sent a leg to another document, which is `source`."""

    def __init__(self, leg: Leg, source: Any) -> None:
        super().__init__(leg.sid)
        self.leg = leg
        self.source = source


Agenda = list[tuple[datetime, Signal]]


class Circuit:
    """Runs in a thread of its own, so that a conversation reads from top to bottom."""

    def __init__(self, company: Company, first: Leg, start_at: datetime | None = None) -> None:
        self.company = company
        self.first = first
        self.clock = CallClock(start_at)
        self._inbox: queue.SimpleQueue[Signal] = queue.SimpleQueue()
        self._alarms: list[tuple[datetime, Callable[[], None]]] = []
        self._habits: Agenda = []

    def start(self, run: Callable[[], None]) -> None:
        """Let `run` drive the conversation in the background."""
        self.join(self.first)
        with self.company.changed:
            self.company.running.add(self)
        threading.Thread(target=self._drive, args=(run,), name=f"call-{self.first.sid}", daemon=True).start()

    def _drive(self, run: Callable[[], None]) -> None:
        try:
            run()
        except Shut:
            pass
        finally:
            self.company.courier.release(self.first.sid)
            self._clear()

    def _clear(self) -> None:
        """Nothing is left behind, even if we were cut off or failed."""
        with self.company.changed:
            self.company.running.discard(self)
            for sid in [sid for sid, circuit in self.company.circuits.items() if circuit is self]:
                del self.company.circuits[sid]
                leg = self.company.legs.get(sid)
                if leg is not None and not leg.over:
                    leg.end("completed" if leg.answered_at else "failed", self.clock.now())
                if leg is not None and leg.handset is not None and leg.handset.leg is leg:
                    leg.handset.release()
        self.company.touch()

    def join(self, leg: Leg) -> None:
        """Make a leg part of this conversation, so that what happens to it is told here."""
        with self.company.changed:
            self.company.circuits[leg.sid] = self
        self.company.keep(leg)

    def leave(self, leg: Leg) -> None:
        """The leg is over, or goes its own way."""
        with self.company.changed:
            if self.company.circuits.get(leg.sid) is self:
                del self.company.circuits[leg.sid]
        self._habits = [(at, signal) for at, signal in self._habits if signal.leg is not leg]

    def expect(self, at: datetime, signal: Signal) -> None:
        """Something that will happen to a leg at that instant, unless the leg is gone by then."""
        self._habits.append((at, signal))

    def tell(self, signal: Signal) -> None:
        """Something happened; whatever the conversation waits for is interrupted."""
        self._inbox.put(signal)

    def shut(self) -> None:
        """Cut everything off."""
        self.tell(Signal("shut"))

    def rescale(self) -> None:
        """The speed of time was changed: the wait under way starts anew with it."""
        self.tell(Signal("rescale"))

    def after(self, seconds: float) -> datetime:
        """The instant `seconds` from now in the call's own time."""
        return self.clock.now() + timedelta(seconds=seconds)

    def set_alarm(self, at: datetime, action: Callable[[], None]) -> None:
        """Do something at an instant of the call, whatever it is waiting for then."""
        self._alarms.append((at, action))

    def listen(self, agenda: Agenda, pace: str = LIVE) -> Signal:
        """As `until`, but a leg that is hung up raises Ended and one that is sent elsewhere raises Redirected."""
        while True:
            signal = self.until(agenda, pace)
            if signal.kind in ("hang-up", "complete"):
                raise Ended(signal.leg)
            if signal.kind == "redirect":
                raise Redirected(signal.leg, signal.value)
            if signal.kind == "cancel" and signal.leg.answered_at is None:
                raise Ended(signal.leg)
            if signal.kind != "cancel":
                return signal

    def until(self, agenda: Agenda, pace: str = LIVE) -> Signal:
        """Let time pass until the first thing of the agenda is due, or something else happens."""
        while True:
            due_at, due = min([*agenda, *self._habits], key=lambda entry: entry[0])
            alarm = min(self._alarms, key=lambda entry: entry[0], default=None)
            at = min(due_at, alarm[0]) if alarm else due_at
            signal = self._await(at, pace)
            if signal is None and alarm and alarm[0] <= due_at:
                self._alarms.remove(alarm)
                alarm[1]()
            elif signal is None:
                return due
            elif signal.kind == "shut":
                raise Shut
            elif signal.kind != "rescale":
                return signal

    def _await(self, at: datetime, pace: str) -> Signal | None:
        scale = 1.0 if pace == HUMAN else self.company.settings.scale
        began_at, mark = self.clock.now(), clock.monotonic()
        self.clock.run_at(scale)
        try:
            return self._receive(at, began_at, mark, scale, pace)
        finally:
            self.clock.run_at(1.0)

    def _receive(self, at: datetime, began_at: datetime, mark: float, scale: float, pace: str) -> Signal | None:
        real = max(0.0, (at - began_at).total_seconds() / scale)
        try:
            signal = self._inbox.get(timeout=real)
        except queue.Empty:
            self.clock.set(max(at, began_at))
            return None
        if pace == LIVE:
            self.clock.set(began_at + timedelta(seconds=clock.monotonic() - mark))
        return signal

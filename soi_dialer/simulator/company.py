"""The phone company: everything it knows, behind one lock, with a version that grows at each change."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from soi_dialer.simulator import clock
from soi_dialer.simulator.courier import Courier
from soi_dialer.simulator.faults import Faults
from soi_dialer.simulator.handset import Handset
from soi_dialer.simulator.persona import Persona
from soi_dialer.simulator.records import Leg, Message, Number, Problem, Recording, Transcription
from soi_dialer.simulator.settings import Settings

if TYPE_CHECKING:
    from soi_dialer.simulator.circuit import Circuit
    from soi_dialer.simulator.memory import Keeper

KEPT = 5000
"""How many legs, recordings and deliveries are remembered at most."""


class Company:
    """One account at the phone company and all telephones in the world."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        scale: float = 1.0,
        numbers: list[str] | tuple[str, ...] = (),
        api_keys: dict[str, str] | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.account_status = "active"
        self.api_keys = dict(api_keys or {})
        self.created_at = clock.now()
        self.base_url = "http://127.0.0.1"
        self.settings = Settings(scale=scale)
        self.changed = threading.Condition(threading.RLock())
        self.version = 1
        self.closing = threading.Event()
        self.default_persona = Persona()
        self.courier = Courier(self)
        self.keeper: Keeper | None = None
        self._empty()
        for number in numbers:
            self.add_number(number)

    def _empty(self) -> None:
        self.numbers: dict[str, Number] = {}
        self.handsets: dict[str, Handset] = {}
        self.legs: dict[str, Leg] = {}
        self.circuits: dict[str, Circuit] = {}  # by the SID of each leg that is up
        self.running: set[Circuit] = set()  # also those whose legs are over but which still tell the receiver
        self.recordings: dict[str, Recording] = {}
        self.transcriptions: dict[str, Transcription] = {}
        self.messages: dict[str, Message] = {}
        self.opted_out: set[tuple[str, str]] = set()
        self.problems: deque[Problem] = deque(maxlen=KEPT)
        self.faults = Faults()
        self._next_turn = 0.0

    def touch(self) -> None:
        """Something changed that a watcher may want to see."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def add_number(self, phone_number: str, **fields: str) -> Number:
        """Own a number, or change how an owned one is set up."""
        with self.changed:
            number = self.numbers.get(phone_number)
            if number is None:
                number = Number(phone_number, friendly_name=phone_number, created_at=clock.now())
                self.numbers[phone_number] = number
            for name, value in fields.items():
                setattr(number, name, value)
            number.updated_at = clock.now()
        self.touch()
        return number

    def handset(self, number: str) -> Handset:
        """The telephone with that number; one that nobody described behaves like `default_persona`."""
        with self.changed:
            if number not in self.handsets:
                self.handsets[number] = Handset(number, name=number, persona=self.default_persona)
            return self.handsets[number]

    def keep(self, leg: Leg) -> None:
        """Remember a leg; the oldest ones that are over are forgotten when there are too many."""
        with self.changed:
            self.legs[leg.sid] = leg
            if len(self.legs) > KEPT:
                oldest = next((sid for sid, kept in self.legs.items() if kept.over), None)
                self.legs.pop(oldest or "", None)
        self.touch()

    def problem(self, code: int, message: str, *, call_sid: str | None = None, url: str = "") -> None:
        """Note what the vendor's debugger would show."""
        with self.changed:
            self.problems.append(Problem(code, message, call_sid, url, clock.now()))
        self.touch()

    def turn_ms(self) -> int:
        """How long a new call is queued, in milliseconds, so that no more start than `calls_per_second`."""
        rate = self.settings.calls_per_second
        if not rate:
            return 0
        with self.changed:
            mark = clock.monotonic()
            self._next_turn = max(mark, self._next_turn)
            wait = self._next_turn - mark
            self._next_turn += 1 / rate
        return int(wait * 1000)

    def live_circuits(self) -> list[Circuit]:
        """The conversations that are not quite over."""
        with self.changed:
            return list(self.running)

    def wait_idle(self, timeout: float = 10) -> bool:
        """Wait until no call is up and every webhook has been delivered. False when it took too long."""
        with self.changed:
            return self.changed.wait_for(lambda: not self.running and not self.courier.pending, timeout)

    def reset(self) -> None:
        """End all calls and forget everything but the account, as if just started."""
        for circuit in self.live_circuits():
            circuit.shut()
        with self.changed:
            self.changed.wait_for(lambda: not self.running, 5)
            self._empty()
            self.courier.forget()
            self.settings = Settings(scale=self.settings.scale)
            self.default_persona = Persona()
            self.account_status = "active"
        self.touch()

    def close(self) -> None:
        """Stop: live calls are cut and nothing more is delivered."""
        self.closing.set()
        for circuit in self.live_circuits():
            circuit.shut()
        self.touch()

    def recording_url(self, sid: str) -> str:
        """The media address as webhooks give it: absolute and without extension."""
        return f"{self.base_url}/2010-04-01/Accounts/{self.account_sid}/Recordings/{sid}"

    def state(self) -> dict[str, Any]:
        """All that a page needs, as JSON values."""
        from soi_dialer.simulator.state import snapshot

        return snapshot(self)

"""One past call with the facts that the carrier would have told, from which its row is then derived like any other."""

from __future__ import annotations

import dataclasses
import random
from datetime import datetime, timedelta
from typing import Any

from soi_dialer.domain.facts import BridgeEnded, Fact, KeyPressed, LegMoved, MachineDetected, Recorded, Transcribed
from soi_dialer.flows.follow_call import PRESSED, TOLD

_PICK_UP, _WHISPER, _RING = 5, 8, 9
_UNANSWERED = {"no_answer": 25, "busy": 2, "failed": 1}


@dataclasses.dataclass(frozen=True, slots=True)
class Planned:
    """A call to be told: who, when, which way, what came of it. `seconds` of talk or of a message."""

    placed_at: datetime
    person: int  # index into PEOPLE
    direction: str
    outcome: str
    seconds: int = 0
    words: str = ""
    judged: bool = True  # the agent said how it went


class Script:
    """Collects what happened, second by second. `columns` are what our own row knew and no fact can tell."""

    def __init__(self, call: Planned, dice: random.Random) -> None:
        self.call = call
        self.agent_sid, self.contact_sid = (f"CA{dice.getrandbits(128):032x}" for _ in range(2))
        self.recording_sid = f"RE{dice.getrandbits(128):032x}"
        self.columns: dict[str, Any] = {"ref": f"{dice.getrandbits(128):032x}", "placed_at": call.placed_at}
        self.news: list[tuple[datetime, str, Fact]] = []
        self.now = call.placed_at
        self._sequence = {"agent": 0, "contact": 0}
        (self._outbound if call.direction == "outbound" else self._inbound)()

    def _wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _tell(self, fact: Fact, source: str = TOLD) -> None:
        self.news.append((self.now, source, fact))

    def _leg(self, leg: str, status: str, seconds: int | None = None) -> None:
        sid, parent = self.agent_sid, None
        if leg == "contact":
            sid = self.contact_sid
        if (leg == "contact") == (self.call.direction == "outbound"):
            parent = self.agent_sid if leg == "contact" else self.contact_sid
        self._tell(LegMoved(leg, sid, status, parent, self._sequence[leg], seconds, self.now))
        self._sequence[leg] += 1

    def _outbound(self) -> None:
        self.columns["agent_sid"] = self.agent_sid
        self._wait(1)
        self._leg("agent", "initiated")
        self._wait(1)
        self._leg("agent", "ringing")
        if self.call.outcome == "agent_missed":
            self._wait(20)
            return self._leg("agent", "no_answer", 0)
        if self.call.outcome == "canceled":
            self._wait(4)
            self.columns["cancel_requested_at"] = self.now
            return self._leg("agent", "canceled", 0)
        self._wait(_PICK_UP)
        answered_at = self.now
        self._leg("agent", "answered")
        self._wait(_WHISPER)
        self._tell(KeyPressed(self.agent_sid, "screen", "1"), PRESSED)
        self.columns["claimed_at"] = self.now
        self._contact_leg()
        self._wrap_up()
        self._wait(2)
        self._leg("agent", "completed", _seconds(answered_at, self.now))

    def _contact_leg(self) -> None:
        self._leg("contact", "initiated")
        self._wait(1)
        self._leg("contact", "ringing")
        status = self.call.outcome
        if status in _UNANSWERED:
            self._wait(_UNANSWERED[status])
            self._leg("contact", status, 0)
            return self._tell(BridgeEnded(self.agent_sid, status, self.contact_sid, 0, False))
        self._wait(_RING)
        self._leg("contact", "answered")
        by = "human" if status == "connected" else "machine"
        self._tell(MachineDetected(self.contact_sid, by))
        self._wait(self.call.seconds)
        self._leg("contact", "completed", self.call.seconds)
        self._tell(BridgeEnded(self.agent_sid, "completed", self.contact_sid, self.call.seconds, True))

    def _wrap_up(self) -> None:
        """On the keypad where it has a key for it, on the page otherwise; now and then not at all."""
        if not self.call.judged or self.call.outcome not in ("connected", "left_voicemail", "machine"):
            return
        self._wait(4)
        key = {"connected": "1", "left_voicemail": "2"}.get(self.call.outcome)
        if key:
            self._tell(KeyPressed(self.agent_sid, "wrap_up", key), PRESSED)
        self.columns |= {"disposition": self.call.outcome, "wrapped_at": self.now}

    def _inbound(self) -> None:
        self.columns["contact_sid"] = self.contact_sid
        started_at = self.now
        self._leg("agent", "initiated")
        self._wait(1)
        self._leg("agent", "ringing")
        if self.call.outcome == "connected":
            self._taken()
        else:
            self._not_taken()
        self._leg("contact", "completed", _seconds(started_at, self.now))

    def _taken(self) -> None:
        self._wait(_PICK_UP)
        answered_at = self.now
        self._leg("agent", "answered")
        self.columns["whispered_at"] = self.now
        self._wait(_WHISPER)
        self._tell(KeyPressed(self.agent_sid, "whisper", "1"), PRESSED)
        self.columns["claimed_at"] = self.now
        self._wait(self.call.seconds)
        length = _seconds(answered_at, self.now)
        self._leg("agent", "completed", length)
        self._tell(BridgeEnded(self.contact_sid, "completed", self.agent_sid, length, True))
        self.columns["wrapped_at"] = self.now if self.call.judged else None

    def _not_taken(self) -> None:
        self._wait(20)
        self._leg("agent", "no_answer", 0)
        self._tell(BridgeEnded(self.contact_sid, "no_answer", self.agent_sid, 0, False))
        if self.call.outcome == "voicemail":
            self._wait(8 + self.call.seconds)
            self._tell(Recorded(self.contact_sid, self.recording_sid, "completed", self.call.seconds))
            self._tell(Transcribed(self.contact_sid, self.recording_sid, self.call.words))


def _seconds(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds())

"""A telephone in somebody's pocket: who has it, what it is doing, and what the person hears."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING, Any

from soi_dialer.simulator.persona import Persona
from soi_dialer.simulator.records import Leg

if TYPE_CHECKING:
    from soi_dialer.simulator.circuit import Circuit

IDLE, RINGING, DIALLING, IN_CALL = "idle", "ringing", "dialling", "in-call"


class NotPossible(ValueError):
    """The handset cannot do that now: the reason is the message."""


@dataclasses.dataclass
class Handset:
    """One telephone and its present state. `wants` says what the far end waits for: "keys", "message" or None."""

    number: str
    name: str = ""
    persona: Persona = dataclasses.field(default_factory=Persona)
    state: str = IDLE
    leg: Leg | None = None
    circuit: Circuit | None = None
    hears: str = ""
    wants: str | None = None
    shows: str = ""  # the other party's number, as the display shows it
    keys_used: int = 0
    spoken: dict[str, Any] | None = None  # a message prepared by the page for the next recording
    missed: int = 0
    mine: bool = False  # the telephone of the person who watches the page
    usual: Persona | None = None  # how its owner is otherwise, while somebody else uses it by hand
    texts: list[dict[str, str]] = dataclasses.field(default_factory=list)

    def occupy(self, state: str, leg: Leg, circuit: Circuit, shows: str) -> None:
        """Tie the handset to a leg that rings it or that it dials."""
        self.state, self.leg, self.circuit, self.shows = state, leg, circuit, shows
        self.hears, self.wants, self.keys_used = "", None, 0

    def release(self, *, missed: bool = False) -> None:
        """The leg is over."""
        self.state, self.leg, self.circuit = IDLE, None, None
        self.hears, self.wants, self.shows, self.spoken = "", None, "", None
        self.missed += missed
        if self.usual is not None:
            self.persona, self.usual = self.usual, None

    def use_by_hand(self) -> None:
        """Until the leg is over, whoever watches the page acts for the persona."""
        self.usual, self.persona = self.persona, Persona(kind="manual")

    def next_keys(self) -> str:
        """The persona's answer to the next question; silence once it has none left."""
        keys = self.persona.keys
        answer = keys[self.keys_used] if self.keys_used < len(keys) else ""
        self.keys_used += 1
        return answer

    def as_json(self) -> dict[str, Any]:
        """The handset as the control API shows it."""
        leg = self.leg
        return {
            "number": self.number,
            "name": self.name,
            "mine": self.mine,
            "state": self.state,
            "call_sid": leg.sid if leg else None,
            "direction": leg.direction if leg else None,
            "other": self.shows,
            "hears": self.hears,
            "wants": self.wants,
            "elapsed_seconds": self._elapsed(),
            "missed": self.missed,
            "texts": self.texts[-20:],
            "message": self.spoken,
            "by_hand": self.persona.manual,
            "persona": dataclasses.asdict(self.usual or self.persona),
        }

    def _elapsed(self) -> int | None:
        leg, circuit = self.leg, self.circuit  # the call may end while we look
        answered_at: datetime | None = leg.answered_at if leg else None
        if answered_at is None or circuit is None:
            return None
        return max(0, int((circuit.clock.now() - answered_at).total_seconds()))

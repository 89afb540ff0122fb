"""Who owes whom, in as few words as possible: what the state machine's steps have to add up to.

Nothing of the program is used here. A `Line` is a call, with what is true of it and what of that has been heard; a
`Debt` is a callback, as the list of what happened to it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime

OPENING = ("arrived", "requested")
_REACHED = {"busy": "busy", "no_answer": "no_answer", "canceled": "canceled"}


@dataclasses.dataclass
class Heard:
    """What the carrier can tell of a call."""

    contact: str | None = None  # how the leg ended that key 1 rang
    agent_is_over: bool = False
    caller_is_over: bool = False
    by_machine: bool = False
    has_message: bool = False


@dataclasses.dataclass(eq=False)
class Line:
    """A call. `stage` is what is going on in truth; `person` is a number, or None when it is withheld."""

    direction: str
    agent: int
    person: str | None
    at: datetime
    stage: str
    sid: str = ""  # the first leg
    other: str = ""  # the leg that was dialled from it
    ref: str = ""
    true: Heard = dataclasses.field(default_factory=Heard)
    heard: Heard = dataclasses.field(default_factory=Heard)
    is_claimed: bool = False
    is_called_off: bool = False
    is_refused: bool = False
    is_given_up: bool = False
    reported: str | None = None  # what came of a call that never went through us
    said: str | None = None  # the agent's own word
    recording: str = ""
    text: str = ""

    @property
    def measured(self) -> str | None:
        """What came of it as far as was heard, before the agent's own word."""
        if self.reported:
            return self.reported
        return self._outbound() if self.direction == "outbound" else self._inbound()

    @property
    def outcome(self) -> str | None:
        return (self.said or self.measured) if self.measured else None

    def _outbound(self) -> str | None:
        if self.is_refused:
            return "failed"
        if self.is_claimed:
            reached = "machine" if self.heard.by_machine else "connected"
            return _REACHED.get(self.heard.contact, reached) if self.heard.contact else None
        if self.heard.agent_is_over:
            return "canceled" if self.is_called_off else "agent_missed"
        return "unconfirmed" if self.is_given_up else None

    def _inbound(self) -> str | None:
        if self.is_claimed:
            return "connected" if self.heard.agent_is_over else None
        if self.heard.has_message:
            return "voicemail"
        return "missed" if self.heard.caller_is_over else None


@dataclasses.dataclass(eq=False)
class Debt:
    """What one agent owes one person. `happened`: (when, what, in which call)."""

    agent: int
    person: str | None
    happened: list[tuple[datetime, str, Line | None]] = dataclasses.field(default_factory=list)

    @property
    def standing(self) -> tuple[str, str]:
        """(open, returned or waived; whose turn it is)"""
        state, turn, talked_at = "", "agent", None
        for at, what, line in sorted(self.happened, key=lambda one: (one[0], one[1] not in OPENING)):
            outcome = line.outcome if line else None
            if (not state and what not in OPENING) or state == "waived":
                continue
            if outcome == "connected" and what != "requested":
                talked_at = talked_at if state == "returned" else at
                state = "returned"
            elif what in OPENING and (state != "returned" or at > talked_at):
                state, turn = "open", "agent"
            elif state == "open" and what == "called" and outcome == "left_voicemail":
                turn = "contact"
            elif state == "open" and what == "waived":
                state = "waived"
        return state, turn

    @property
    def is_open(self) -> bool:
        return self.standing[0] == "open"

    def is_about(self, line: Line) -> bool:
        return any(one is line for _, _, one in self.happened)


class Model:
    """All debts, and how calls, texts and the agent's hand change them."""

    def __init__(self) -> None:
        self.debts: list[Debt] = []

    def open_of(self, agent: int, person: str | None, besides: Debt | None = None) -> Debt | None:
        """A hidden number is nobody in particular, so its debts are never joined."""
        found = (debt for debt in self.debts if (debt.agent, debt.person) == (agent, person) and debt.is_open)
        return None if person is None else next((debt for debt in found if debt is not besides), None)

    def owe(self, agent: int, person: str | None, at: datetime, what: str, line: Line | None = None) -> None:
        mine = next((debt for debt in self.debts if line and debt.is_about(line) and what == "arrived"), None)
        debt = mine or self.open_of(agent, person)
        if debt is None:
            debt = Debt(agent, person)
            self.debts.append(debt)
        debt.happened.append((at, what, line))

    def learn(self, line: Line, change: Callable[[], None]) -> None:
        """Something about a call has been heard, or the agent has said how it went."""
        before, had_message = line.outcome, line.heard.has_message
        change()
        if line.heard.has_message and not had_message:
            self.owe(line.agent, line.person, line.at, "arrived", line)
        if line.outcome == before:
            return
        if line.outcome == "missed":
            self.owe(line.agent, line.person, line.at, "arrived", line)
        elif line.outcome != "voicemail" and not any(debt.is_about(line) for debt in self.debts):
            there = self.open_of(line.agent, line.person)
            if there:
                there.happened.append((line.at, "called", line))
        self._join(line)

    def _join(self, line: Line) -> None:
        """A debt that is owed again, while there is another one with the same person, is one with it."""
        for debt in [one for one in self.debts if one.is_about(line) and one.is_open]:
            other = self.open_of(debt.agent, debt.person, besides=debt)
            if other is not None:
                other.happened += debt.happened
                self.debts.remove(debt)

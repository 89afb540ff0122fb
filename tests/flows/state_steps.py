"""What every step of the state machine is drawn from, and how it finds a call to go on with."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tests.flows.state_model import Line
from tests.flows.state_town import PEOPLE, Stage, Town

agents = st.sampled_from((0, 0, 0, 1))
people = st.sampled_from((PEOPLE[0], PEOPLE[0], *PEOPLE, None))
known = st.sampled_from((PEOPLE[0], *PEOPLE))
fates = st.sampled_from(("told", "told", "told", "late", "lost"))
some = st.integers(0, 5)


class Steps(RuleBasedStateMachine):
    """A fresh town for each history."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.town = Town(stage)

    def at(self, *stages: str, direction: str | None = None) -> list[Line]:
        lines = self.town.lines
        return [line for line in lines if line.stage in stages and direction in (None, line.direction)]

    def pick(self, index: int, *stages: str, direction: str | None = None) -> Line:
        """One of the calls in that stage; a second passes, so that no two things happen at one instant."""
        self.town.wait(seconds=1)
        found = self.at(*stages, direction=direction)
        return found[index % len(found)]

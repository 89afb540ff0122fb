"""Eight weeks of an agent who mostly keeps at it: calls each weekday morning, messages later on, most returned."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from soi_dialer.domain import wall_clock
from soi_dialer.flows.demo import earlier
from soi_dialer.flows.demo.people import CUSTOMER, MESSAGES, PEOPLE
from soi_dialer.flows.demo.script import Planned

WEEKS = 8
_OUTCOMES = {
    "connected": 50,
    "left_voicemail": 24,
    "no_answer": 15,
    "machine": 6,
    "busy": 4,
    "agent_missed": 3,
    "canceled": 2,
    "failed": 1,
}
_INBOUND = {"voicemail": 5, "connected": 4, "missed": 2}
_SPOKEN_PER_SECOND = 13  # characters
_OVERDUE_DAYS, _FRESH = 3, timedelta(minutes=35)
_CALLED = [index for index in range(len(PEOPLE)) if index not in earlier.INDICES]
CLEARANCE = timedelta(hours=1)  # nothing else this close before now


class Weeks:
    """The plan up to `now`, in order of time. The same `now` and zone give the same plan."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now, self.zone, self.dice = now, zone, random.Random(2026)
        self.calls: list[Planned] = []
        self._owed: list[int] = []  # whom to call back first thing in the morning
        self._next_person = 0
        for on in weekdays(wall_clock.local_date(now, zone), WEEKS):
            self._day(on)
        self._still_owed()
        self.calls.sort(key=lambda call: call.placed_at)

    def _day(self, on: date) -> None:
        at = self._at(on, 9, self.dice.randint(0, 25))
        people = [*self._owed, *(self._person() for _ in range(self.dice.randint(3, 6)))]
        owed, self._owed = len(self._owed), []
        for place, person in enumerate(dict.fromkeys(people)):
            at += self._ring(at, person, sure=place < owed) + timedelta(minutes=self.dice.randint(3, 9))
        if self.dice.random() < 0.5:
            self._afternoon(on)

    def _ring(self, at: datetime, person: int, *, sure: bool = False) -> timedelta:
        """A call by the agent; `sure` that the person is reached."""
        outcome = "connected" if sure else self._pick(_OUTCOMES)
        call = Planned(at, person, "outbound", outcome, self._seconds(outcome))
        self._add(call)
        return timedelta(seconds=call.seconds + 60)

    def _afternoon(self, on: date) -> None:
        at = self._at(on, self.dice.randint(13, 15), self.dice.randint(0, 59))
        person, outcome = self.dice.choice(_CALLED), self._pick(_INBOUND)
        self._come_in(at, person, outcome)
        if outcome == "connected":
            return
        if self.dice.random() < 0.55:
            self._ring(at + timedelta(minutes=self.dice.randint(12, 95)), person, sure=True)
        else:
            self._owed.append(person)

    def _come_in(self, at: datetime, person: int, outcome: str) -> None:
        words = self.dice.choice(MESSAGES) if outcome == "voicemail" else ""
        seconds = len(words) // _SPOKEN_PER_SECOND if words else self._seconds(outcome)
        self._add(Planned(at, person, "inbound", outcome, seconds, words))

    def _still_owed(self) -> None:
        """What waits for the newcomer: an old message, a fresh one, a message left back, a call not judged yet."""
        recent = list(weekdays(wall_clock.local_date(self.now, self.zone), 2))[-_OVERDUE_DAYS - 1 : -1]
        busy = {call.person for call in self.calls[-30:]} | set(self._owed)
        quiet = [person for person in _CALLED if person not in busy]
        self._come_in(self._at(recent[0], 16, 20), quiet[0], "voicemail")
        self._come_in(self._at(recent[1], 12, 10), quiet[1], "voicemail")
        self._add(Planned(self._at(recent[1], 16, 50), quiet[1], "outbound", "left_voicemail", 31))
        self._add(Planned(self._at(recent[2], 17, 5), quiet[2], "outbound", "connected", 384, judged=False))
        words = MESSAGES[1]
        fresh_at = self.now - _FRESH
        self.calls.append(Planned(fresh_at, quiet[3], "inbound", "voicemail", len(words) // _SPOKEN_PER_SECOND, words))

    def _add(self, call: Planned) -> None:
        if call.placed_at < self.now - CLEARANCE:
            self.calls.append(call)

    def _person(self) -> int:
        """One after the other, past customers twice as often."""
        self._next_person += 1
        customers = [index for index, person in enumerate(PEOPLE) if person.level == CUSTOMER]
        round_of_all = [index for index in (*range(len(PEOPLE)), *customers) if index not in earlier.INDICES]
        return round_of_all[self._next_person * 7 % len(round_of_all)]

    def _seconds(self, outcome: str) -> int:
        if outcome == "connected":
            return min(2400, max(45, round(self.dice.lognormvariate(6.35, 0.6))))
        return {"left_voicemail": self.dice.randint(18, 45), "machine": self.dice.randint(4, 9)}.get(outcome, 0)

    def _pick(self, weights: dict[str, int]) -> str:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def _at(self, on: date, hour: int, minute: int) -> datetime:
        return wall_clock.as_written(on, time(hour, minute, self.dice.randint(0, 59)), self.zone)


def weekdays(today: date, weeks: int) -> Iterator[date]:
    """From so many weeks ago to today."""
    for days in range(weeks * 7, -1, -1):
        on = today - timedelta(days=days)
        if on.weekday() < 5:
            yield on

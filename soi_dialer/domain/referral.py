"""Who sent whom: a tree, for somebody is sent by one person, and what each person is worth with all whom they sent."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

STATES = {"lead": "Lead", "met": "Met", "closing": "Closing", "lost": "Lost"}
"""What became of it, in the order in which it goes."""

BIGGEST_AMOUNT = 2_000_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """One referral: `sender` and `person` are contacts; the amount of the closing in whole units, None when unsaid."""

    person: int
    sender: int
    state: str = "lead"
    amount: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Worth:
    """What came of everybody whom somebody sent, and whom those sent in turn."""

    sent: int = 0
    closings: int = 0
    amount: int = 0

    def __add__(self, other: Worth) -> Worth:
        return Worth(self.sent + other.sent, self.closings + other.closings, self.amount + other.amount)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line of the tree: a person, how deep they stand, and what they are worth. `sent` None: where it begins."""

    person: int
    depth: int
    worth: Worth
    sent: Sent | None


def would_go_round(senders: Mapping[int, int], sender: int, person: int) -> bool:
    """Whether `sender` was sent, directly or not, by `person`, or is them. `senders` are by the person sent."""
    seen: set[int] = set()
    at: int | None = sender
    while at is not None and at not in seen:
        if at == person:
            return True
        seen.add(at)
        at = senders.get(at)
    return False


def worth_of(sent: Sent) -> Worth:
    """Of one referral alone; only a closing has an amount."""
    closed = sent.state == "closing"
    return Worth(1, int(closed), (sent.amount or 0) if closed else 0)


def worths(referrals: Iterable[Sent]) -> dict[int, Worth]:
    """By person, of everybody who sent somebody or was sent. Each referral counts once for each person above it.

    From those who sent nobody upwards, so that everybody is looked at once.
    """
    by_person = {one.person: one for one in referrals}
    total = {person: Worth() for one in by_person.values() for person in (one.person, one.sender)}
    missing = Counter(one.sender for one in by_person.values())  # how many below are not counted yet
    ready = [person for person in total if not missing[person]]
    while ready:
        person = ready.pop()
        one = by_person.get(person)
        if one is None:
            continue
        total[one.sender] += worth_of(one) + total[person]
        missing[one.sender] -= 1
        if not missing[one.sender]:
            ready.append(one.sender)
    return total


def tree(referrals: Sequence[Sent]) -> list[Line]:
    """Every person once, those who were sent below the one who sent them; who brought most comes first.

    What goes round, which is refused but may come from elsewhere, is begun somewhere: nobody is left out.
    """
    worth = worths(referrals)
    below: dict[int, list[Sent]] = {}
    for one in referrals:
        below.setdefault(one.sender, []).append(one)
    sent_people = {one.person for one in referrals}
    roots = sorted({one.sender for one in referrals} - sent_people, key=lambda person: _rank(worth[person], person))
    lines: list[Line] = []
    seen: set[int] = set()
    for root in [*roots, *sorted(sent_people)]:
        if root not in seen:
            _add(lines, seen, below, worth, root)
    return lines


def _add(lines: list[Line], seen: set[int], below: Mapping[int, list[Sent]], worth: Mapping[int, Worth], root: int):
    """Without recursion: a chain of people may be longer than the stack is deep."""
    waiting: list[tuple[int, int, Sent | None]] = [(root, 0, None)]
    while waiting:
        person, depth, sent = waiting.pop()
        if person in seen:
            continue
        seen.add(person)
        lines.append(Line(person, depth, worth[person], sent))
        ordered = sorted(below.get(person, ()), key=lambda one: _rank(worth[one.person], one.person), reverse=True)
        waiting += [(one.person, depth + 1, one) for one in ordered]


def _rank(worth: Worth, person: int) -> tuple[int, int, int, int]:
    return -worth.amount, -worth.closings, -worth.sent, person

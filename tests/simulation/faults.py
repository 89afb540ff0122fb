"""What may go wrong in a history, drawn from its seed."""

from __future__ import annotations

import dataclasses
import random


class Crash(BaseException):
    """The process died here. Not an Exception: no handler of the program may swallow it."""


@dataclasses.dataclass
class Faults:
    """Each is a chance from 0 to 1; a calm history has none."""

    chance: random.Random
    crash: float = 0.0
    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    bad_answer: float = 0.0
    clock_jump: float = 0.0
    calm: bool = False

    @classmethod
    def drawn(cls, chance: random.Random) -> Faults:
        """Some histories have one kind of trouble, some all at once."""
        names = ("crash", "lost", "doubled", "late", "bad_answer", "clock_jump")
        wild = chance.random() < 0.3
        chosen = {name: chance.choice((0.05, 0.2, 0.5)) for name in names if wild or chance.random() < 0.4}
        return cls(chance, **chosen)

    def strikes(self, name: str) -> bool:
        return not self.calm and self.chance.random() < getattr(self, name)

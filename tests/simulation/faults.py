"""What may go wrong in a history, drawn from its seed."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter

KINDS = ("crash", "lost", "doubled", "late", "bad_answer", "clock_jump", "forged", "interleaved")


class Crash(BaseException):
    """The process died here. Not an Exception: no handler of the program may swallow it."""


@dataclasses.dataclass
class Faults:
    """Chances from 0 to 1 by kind; a calm history has none. `struck` counts what really happened."""

    chance: random.Random
    chances: dict[str, float] = dataclasses.field(default_factory=dict)
    calm: bool = False
    struck: Counter[str] = dataclasses.field(default_factory=Counter)

    @classmethod
    def drawn(cls, chance: random.Random) -> Faults:
        """Some histories have one kind of trouble, some all at once."""
        wild = chance.random() < 0.3
        return cls(chance, {kind: chance.choice((0.05, 0.2, 0.5)) for kind in KINDS if wild or chance.random() < 0.4})

    def strikes(self, kind: str) -> bool:
        likely = self.chances.get(kind)
        if self.calm or likely is None or self.chance.random() >= likely:
            return False
        self.struck[kind] += 1
        return True

"""Choices that a test or the page may change while the simulator runs."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

MANNERS = ("prompt", "late", "doubled", "shuffled", "lost", "before-answer")
"""How a webhook is delivered. `before-answer` reaches the receiver before its own REST request is answered."""

REPORTS = ("status", "number-status", "amd", "recording", "transcription", "sms-status")
"""Kinds of webhook that report something and whose answer is ignored."""

DIALOGUE = ("voice", "whisper", "action", "fallback", "sms")
"""Kinds of webhook whose answer decides what happens next. They can only be prompt or doubled."""


@dataclasses.dataclass
class Settings:
    """`scale`: seconds of a call that pass in one real second while nobody has to react."""

    scale: float = 1.0
    manner: str = "prompt"
    by_kind: dict[str, str] = dataclasses.field(default_factory=dict)
    late_seconds: float = 1.0
    share: float = 1.0  # the part of deliveries that get the manner, the rest being prompt
    seed: int | None = None
    declined_whisper: str = "completed"  # what the first leg is told when the whisper hung up
    action_after_hangup: bool = True  # is the dialling leg's action still requested when it hung up first
    calls_per_second: float = 0  # 0 is no queue
    read_seconds: float = 15.0  # how long a receiver may take

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def chosen(self, kind: str) -> str:
        """The manner chosen for a kind of webhook."""
        return self.by_kind.get(kind, self.manner if kind in REPORTS else "prompt")

    def manner_of(self, kind: str) -> str:
        """The manner of the next delivery of this kind, drawn by lot when it is to happen to a share only."""
        manner = self.chosen(kind)
        if manner != "prompt" and self.random.random() >= self.share:
            return "prompt"
        return manner

    def change(self, body: dict[str, Any]) -> None:
        """Take over what `body` names. Raises ValueError, and changes nothing, when something is wrong."""
        for name, value in body.items():
            _CHECKS.get(name, _unknown)(name, value)
        for name, value in body.items():
            setattr(self, name, value)
        if "seed" in body:
            self.random = random.Random(self.seed)

    def as_json(self) -> dict[str, Any]:
        """As the control API shows them."""
        return dataclasses.asdict(self)


def _unknown(name: str, value: Any) -> None:
    raise ValueError(f"there is no setting {name}")


def _number(low: float, high: float) -> Any:
    def check(name: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"{name} must be a number from {low} to {high}")

    return check


def _one_of(*words: str) -> Any:
    def check(name: str, value: Any) -> None:
        if value not in words:
            raise ValueError(f"{name} must be one of {', '.join(words)}")

    return check


def _kinds(name: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise ValueError("by_kind must be an object of kind: manner")
    for kind, manner in value.items():
        allowed = MANNERS if kind in REPORTS else ("prompt", "doubled")
        if kind not in REPORTS + DIALOGUE or manner not in allowed:
            raise ValueError(f"a webhook of kind {kind} cannot be {manner}")


def _flag(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")


def _seed(name: str, value: Any) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError("seed must be a whole number or null")


_CHECKS: dict[str, Any] = {
    "scale": _number(0.01, 100_000),
    "manner": _one_of(*MANNERS),
    "by_kind": _kinds,
    "late_seconds": _number(0, 86_400),
    "share": _number(0, 1),
    "seed": _seed,
    "declined_whisper": _one_of("completed", "no-answer"),
    "action_after_hangup": _flag,
    "calls_per_second": _number(0, 1000),
    "read_seconds": _number(0.05, 15),
}

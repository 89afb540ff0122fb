"""How the person (or machine) behind a handset behaves when it rings, is spoken to, or calls."""

from __future__ import annotations

import dataclasses
from typing import Any

KINDS = (
    "manual",  # rings until the page or a test answers, presses keys and hangs up
    "answers",  # answers after a while and talks
    "busy",
    "rings_out",
    "declines",
    "voicemail",  # a machine answers: greeting, beep, takes a message
    "unreachable",  # the network finds no such phone
    "refused",  # the phone company refuses to dial it, with `code`
)


@dataclasses.dataclass(frozen=True)
class Persona:
    """One habit of a handset. All `*_seconds` are seconds of the call's own time; None means "never by itself"."""

    kind: str = "answers"
    answer_seconds: float = 3
    talk_seconds: float | None = 60  # hangs up so long after being joined to somebody
    hang_up_seconds: float | None = None  # hangs up so long after answering (or, as a caller, after dialling)
    star_seconds: float | None = None  # presses * so long after being joined, which ends the other leg
    keys: tuple[str, ...] = ()  # one answer for each question asked, in order; "" stays silent
    key_seconds: float = 1
    greeting: str = "Hi, I cannot take your call. Please leave a message after the tone."
    greeting_seconds: float = 6
    beep: bool = True
    takes_seconds: float = 120  # the longest message the machine takes, then it hangs up
    message: str = ""  # what it says when it is recorded
    message_seconds: float = 12
    message_key: str = ""  # ends its message with this key instead of hanging up
    hang_up_at_beep: bool = False
    calls_back_seconds: float | None = None  # real seconds after a call it missed
    answered_by: str | None = None  # what machine detection says, if not what is true
    code: int = 21215

    @property
    def manual(self) -> bool:
        """A human (or a test) acts; nothing happens by itself and nothing is hurried."""
        return self.kind == "manual"

    @property
    def machine(self) -> bool:
        """A machine answers this phone."""
        return self.kind == "voicemail"


def persona_from(body: Any) -> Persona:
    """Read a persona from JSON. Raises ValueError naming the field that is wrong."""
    if not isinstance(body, dict):
        raise ValueError("persona must be an object")
    known = {field.name: field for field in dataclasses.fields(Persona)}
    values = {}
    for name, value in body.items():
        if name not in known:
            raise ValueError(f"persona has no {name}")
        values[name] = _checked(name, value, known[name].default)
    if values.get("kind", "answers") not in KINDS:
        raise ValueError(f"persona kind must be one of {', '.join(KINDS)}")
    return Persona(**values)


def _checked(name: str, value: Any, default: Any) -> Any:
    if name == "keys":
        return _keys(value)
    if name.endswith("_seconds"):
        return _seconds(name, value)
    if isinstance(default, bool) and not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")
    if isinstance(default, str) and not isinstance(value, str):
        raise ValueError(f"{name} must be text")
    return value


def _keys(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(key, str) for key in value):
        raise ValueError("keys must be a list of strings of digits")
    if any(set(key) - set("0123456789*#") for key in value):
        raise ValueError("keys may hold 0-9, * and # only")
    return tuple(value)


def _seconds(name: str, value: Any) -> float | None:
    if value is None and name in ("talk_seconds", "hang_up_seconds", "star_seconds", "calls_back_seconds"):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 86_400:
        raise ValueError(f"{name} must be a number of seconds from 0 to 86400")
    return value

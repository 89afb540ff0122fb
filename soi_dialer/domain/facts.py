"""What the carrier tells us, in our own words: one immutable value per webhook or fetched record.

A fact is never changed. `soi_dialer.domain.call.derive` folds all facts of a call into its state, so that any order,
any repetition and any loss that is healed by fetching give the same call. The vendor's parameter names end in
`soi_dialer/carrier/parameters.py`, which is the only producer of these values besides our own key and page events.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

LEG_STATUSES = (
    "queued",
    "initiated",
    "ringing",
    "answered",
    "completed",
    "busy",
    "no_answer",
    "failed",
    "canceled",
)
"""The stations of a leg. The last five are final; `completed` means answered and ended, by a person or a machine."""

FINAL_STATUSES = frozenset({"completed", "busy", "no_answer", "failed", "canceled"})

ANSWERERS = ("human", "machine", "fax", "unknown")


@dataclasses.dataclass(frozen=True, slots=True)
class LegMoved:
    """A leg reached a station. `fetched` marks what we asked for, as against what a webhook told us."""

    kind = "leg_moved"
    leg: str  # "agent" or "contact"
    sid: str
    status: str  # one of LEG_STATUSES; any other word is kept and moves nothing
    parent_sid: str | None = None
    sequence: int | None = None
    seconds: int | None = None  # the leg's length as the carrier measured it; only with a final status
    at: datetime | None = None  # the carrier's clock, aware UTC
    answered_by: str | None = None  # one of ANSWERERS
    fetched: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class BridgeEnded:
    """The dialled leg is over and the first leg asks what to do next. `sid` is the first leg."""

    kind = "bridge_ended"
    sid: str
    status: str  # of the dialled leg, one of LEG_STATUSES
    child_sid: str | None = None
    seconds: int | None = None
    bridged: bool | None = None
    first_leg_is_over: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class MachineDetected:
    """The carrier's guess at who answered the contact leg. A hint: the agent's own word wins."""

    kind = "machine_detected"
    sid: str
    answered_by: str  # one of ANSWERERS


@dataclasses.dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key on the agent's phone. `step` says at which question: screen, whisper or wrap_up."""

    kind = "key_pressed"
    sid: str
    step: str
    digits: str


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """A recording's state. `sid` is the first leg, to which recordings belong."""

    kind = "recorded"
    sid: str
    recording_sid: str
    status: str  # "in_progress", "completed", "absent" or "failed"
    seconds: int | None = None
    fetched: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Transcribed:
    """The text of a recording; `text` is None when the carrier could not make one."""

    kind = "transcribed"
    sid: str
    recording_sid: str
    text: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SelfReported:
    """The agent's word on a call that never went through us. It is the call's only fact: nobody measured anything."""

    kind = "self_reported"
    outcome: str
    at: datetime
    seconds: int = 0  # of talk, as the agent said


Fact = LegMoved | BridgeEnded | MachineDetected | KeyPressed | Recorded | Transcribed | SelfReported

_KINDS: dict[str, type] = {
    cls.kind: cls
    for cls in (LegMoved, BridgeEnded, MachineDetected, KeyPressed, Recorded, Transcribed, SelfReported)
}


def to_body(fact: Fact) -> dict[str, Any]:
    """The fact as plain JSON values, without what is empty."""
    body = {}
    for field in dataclasses.fields(fact):
        value = getattr(fact, field.name)
        if value is None or value is False:
            continue
        body[field.name] = value.isoformat() if isinstance(value, datetime) else value
    return body


def from_body(kind: str, body: dict[str, Any]) -> Fact:
    """The inverse of `to_body`."""
    cls = _KINDS[kind]
    values = dict(body)
    if "at" in values:
        values["at"] = datetime.fromisoformat(values["at"])
    return cls(**values)


def dedupe_key(fact: Fact) -> str:
    """Two deliveries of one carrier event have the same key; two events never do."""
    match fact:
        case LegMoved(fetched=True):
            return f"fetched:{fact.sid}:{fact.status}"
        case LegMoved():
            return f"leg:{fact.sid}:{fact.sequence if fact.sequence is not None else '-'}:{fact.status}"
        case BridgeEnded():
            return f"bridge:{fact.sid}:{fact.child_sid or '-'}"
        case MachineDetected():
            return f"machine:{fact.sid}:{fact.answered_by}"
        case KeyPressed():
            return f"key:{fact.sid}:{fact.step}:{fact.digits}"
        case Recorded():
            return f"recording:{fact.recording_sid}:{fact.status}:{'fetched' if fact.fetched else ''}:{fact.seconds}"
        case Transcribed():
            return f"transcript:{fact.recording_sid}:{'text' if fact.text else 'none'}"
        case SelfReported():
            return SelfReported.kind

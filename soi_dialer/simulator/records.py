"""What the phone company keeps: numbers, legs, recordings, transcripts, text messages, problems."""

from __future__ import annotations

import dataclasses
import secrets
from datetime import datetime, timedelta
from typing import Any

FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


def new_sid(prefix: str) -> str:
    """A fresh identifier in the vendor's form: two letters and 32 hexadecimal characters."""
    return prefix + secrets.token_hex(16)


@dataclasses.dataclass
class Number:
    """A telephone number that belongs to the account."""

    phone_number: str
    sid: str = dataclasses.field(default_factory=lambda: new_sid("PN"))
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclasses.dataclass
class StatusCallback:
    """Where, how and for which events a leg's progress is reported."""

    url: str
    method: str = "POST"
    events: tuple[str, ...] = ("completed",)
    kind: str = "status"


@dataclasses.dataclass
class Detection:
    """Machine detection asked for on a leg. `blocking` holds the first document back until it has decided."""

    mode: str  # "Enable" or "DetectMessageEnd"
    timeout_seconds: int = 30
    callback_url: str = ""
    callback_method: str = "POST"
    blocking: bool = False


@dataclasses.dataclass
class Leg:
    """One telephone line of a call, which the vendor calls a Call. Reported times are whole seconds."""

    sid: str
    to: str
    from_: str
    direction: str  # "inbound", "outbound-api" or "outbound-dial"
    created_at: datetime
    parent_sid: str | None = None
    status: str = "queued"
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    updated_at: datetime | None = None
    seconds: int | None = None
    answered_by: str | None = None
    sip_code: int | None = None
    number_sid: str | None = None
    queue_ms: int = 0
    sequence: int = 0
    callback: StatusCallback | None = None
    detection: Detection | None = None
    recording_sid: str | None = None
    fallback_url: str = ""
    fallback_method: str = "POST"
    handset: Any = dataclasses.field(default=None, repr=False, compare=False)

    @property
    def over(self) -> bool:
        """The leg has reached a final status."""
        return self.status in FINAL

    def answer(self, at: datetime) -> None:
        """Somebody picked up: from here the seconds count."""
        self.status = "in-progress"
        self.answered_at = at
        self.started_at = at.replace(microsecond=0)

    def end(self, status: str, at: datetime, sip_code: int | None = None) -> None:
        """Close the leg so that its seconds are exactly its end less its start."""
        self.status = status
        self.sip_code = sip_code
        if self.answered_at is None:
            self.ended_at = at.replace(microsecond=0)
            return
        self.seconds = max(0, int((at - self.answered_at).total_seconds()))
        self.ended_at = self.started_at + timedelta(seconds=self.seconds)


@dataclasses.dataclass
class Recording:
    """Something recorded on a first leg. `text` is what was said, for the transcript and the audio."""

    sid: str
    call_sid: str
    source: str
    started_at: datetime
    status: str = "in-progress"
    seconds: int | None = None
    text: str = ""
    channels: int = 1
    updated_at: datetime | None = None
    deleted: bool = False


@dataclasses.dataclass
class Transcription:
    """The text of a recording, or the failure to make one."""

    sid: str
    recording_sid: str
    status: str
    text: str
    seconds: int
    created_at: datetime


@dataclasses.dataclass
class Message:
    """A text message, either way."""

    sid: str
    to: str
    from_: str
    body: str
    direction: str
    status: str
    created_at: datetime


@dataclasses.dataclass
class Problem:
    """Something the receiver did that the vendor's debugger would complain about. A good run has none."""

    code: int
    message: str
    call_sid: str | None
    url: str
    at: datetime
    sid: str = dataclasses.field(default_factory=lambda: new_sid("NO"))

    def as_json(self) -> dict[str, Any]:
        """As the control API shows it."""
        return dataclasses.asdict(self) | {"at": self.at.isoformat()}

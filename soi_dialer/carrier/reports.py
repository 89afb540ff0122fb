"""What the carrier answers when it is asked, in our words. Numbers come as strings and anything may be null."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from soi_dialer.carrier import values
from soi_dialer.domain.facts import FINAL_STATUSES, LegMoved, Recorded


@dataclasses.dataclass(frozen=True, slots=True)
class PlacedCall:
    """The carrier has taken a call on. `status` is one of `domain.facts.LEG_STATUSES`."""

    sid: str
    status: str


@dataclasses.dataclass(frozen=True, slots=True)
class CallReport:
    """One leg as the carrier knows it (Twilio: Call resource; it lags behind the webhooks by moments)."""

    sid: str
    status: str
    parent_sid: str | None = None
    seconds: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    created_at: datetime | None = None
    answered_by: str | None = None
    to: str | None = None
    from_: str | None = None
    direction: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen to this leg."""
        return self.status in FINAL_STATUSES

    @property
    def caller(self) -> str | None:
        """Who called, E.164; None when the number was withheld (Twilio: Voice request parameters)."""
        return values.e164(self.from_)

    def as_fact(self, leg: str) -> LegMoved:
        """The report as the fact that a webhook would have been. `leg` is "agent" or "contact"."""
        return LegMoved(
            leg=leg,
            sid=self.sid,
            status=self.status,
            parent_sid=self.parent_sid,
            seconds=self.seconds if self.status in FINAL_STATUSES else None,
            at=self.ended_at,
            answered_by=self.answered_by,
            fetched=True,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class RecordingReport:
    """One recording as the carrier knows it. `call_sid` is always the first leg (Twilio: Recordings)."""

    sid: str
    call_sid: str
    status: str
    seconds: int | None = None
    created_at: datetime | None = None

    def as_fact(self) -> Recorded:
        """The report as the fact that a webhook would have been."""
        return Recorded(
            sid=self.call_sid, recording_sid=self.sid, status=self.status, seconds=self.seconds, fetched=True
        )


@dataclasses.dataclass(frozen=True, slots=True)
class TextReport:
    """One text message as the carrier knows it (Twilio: Message resource)."""

    sid: str
    direction: str
    called: str
    sender: str | None = None  # E.164
    body: str = ""
    created_at: datetime | None = None

    @property
    def is_incoming(self) -> bool:
        return self.direction == "inbound"


@dataclasses.dataclass(frozen=True, slots=True)
class OwnedNumber:
    """A number of the account. With an `application_sid` Twilio ignores the URLs (Twilio: IncomingPhoneNumber)."""

    sid: str
    number: str
    name: str = ""
    voice_url: str = ""
    voice_fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""
    application_sid: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class AccountReport:
    """The account: `status` is active, suspended or closed; `kind` is Trial or Full (Twilio: Account)."""

    sid: str
    status: str
    kind: str
    name: str


def call_report(call: Any) -> CallReport:
    """From the library's call. Raises ValueError when the answer has no usable identifier."""
    return CallReport(
        sid=known(call.sid, values.CALL_SID),
        status=values.leg_status(call.status),
        parent_sid=call.parent_call_sid or None,
        seconds=values.seconds(call.duration),
        started_at=values.instant(call.start_time),
        ended_at=values.instant(call.end_time),
        created_at=values.instant(call.date_created),
        answered_by=values.answerer(call.answered_by),
        to=call.to or None,
        from_=call._from or None,  # the library's own name; there is no `from_` on an instance
        direction=call.direction or None,
    )


def recording_report(recording: Any) -> RecordingReport:
    """From the library's recording. Raises ValueError when the answer has no usable identifiers."""
    return RecordingReport(
        sid=known(recording.sid, values.RECORDING_SID),
        call_sid=known(recording.call_sid, values.CALL_SID),
        status=values.recording_status(recording.status),
        seconds=values.seconds(recording.duration),
        created_at=values.instant(recording.date_created),
    )


def text_report(message: Any) -> TextReport:
    """From the library's message. Raises ValueError when the answer has no usable identifier."""
    return TextReport(
        sid=known(message.sid, values.MESSAGE_SID),
        direction=message.direction or "",
        called=message.to or "",
        sender=values.e164(message.from_),
        body=values.clean_text(message.body or "", values.TEXT_CAP),
        created_at=values.instant(message.date_created),
    )


def owned_number(number: Any) -> OwnedNumber:
    """From the library's incoming phone number."""
    return OwnedNumber(
        sid=number.sid,
        number=number.phone_number,
        name=number.friendly_name or "",
        voice_url=number.voice_url or "",
        voice_fallback_url=number.voice_fallback_url or "",
        status_callback=number.status_callback or "",
        sms_url=number.sms_url or "",
        application_sid=number.voice_application_sid or number.trunk_sid or None,
    )


def known(sid: Any, pattern: Any) -> str:
    """The identifier, if it is one. Raises ValueError."""
    if not isinstance(sid, str) or not pattern.fullmatch(sid):
        raise ValueError("the answer has no usable identifier")
    return sid

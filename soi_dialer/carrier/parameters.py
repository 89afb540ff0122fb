"""From the verified parameters of a webhook to facts of the domain. Twilio's parameter names end here.

Each function reads an allow-list of names. A used name that comes twice, or an identifier in the wrong form, is a
`BadRequest`: signed parameters are joined without separators, so one request could otherwise be read as another.
Unknown names are ignored, because Twilio adds new ones without notice (Twilio: Webhooks).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from soi_dialer.carrier import values
from soi_dialer.carrier.errors import BadRequest
from soi_dialer.domain.facts import (
    FINAL_STATUSES,
    BridgeEnded,
    KeyPressed,
    LegMoved,
    MachineDetected,
    Recorded,
    Transcribed,
)

Pairs = Iterable[tuple[str, str]]

NAME_CAP = 200
DIGITS_CAP = 8

_KEYS = re.compile(r"[0-9A-D*#]*")

_LEG = frozenset(
    ["CallSid", "ParentCallSid", "CallStatus", "SequenceNumber", "CallDuration", "Timestamp", "AnsweredBy"]
)
_BRIDGE = frozenset(["CallSid", "CallStatus", "DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged"])
_MACHINE = frozenset({"CallSid", "AnsweredBy"})
_KEY = frozenset({"CallSid", "Digits"})
_RECORDING = frozenset(["CallSid", "RecordingSid", "RecordingUrl", "RecordingStatus", "RecordingDuration"])
_TRANSCRIPT = frozenset(["CallSid", "RecordingSid", "RecordingUrl", "TranscriptionText", "TranscriptionStatus"])
_INCOMING = frozenset(["CallSid", "From", "To", "CallerName", "ForwardedFrom", "StirVerstat"])
_TEXT = frozenset(["MessageSid", "From", "To", "Body", "NumMedia"])


@dataclasses.dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call to one of our numbers. `caller` is E.164 or None when withheld; `caller_as_sent` is for showing only."""

    sid: str
    caller: str | None
    called: str
    caller_name: str | None = None
    forwarded_from: str | None = None
    stir: str | None = None
    caller_as_sent: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class IncomingText:
    """A text message to one of our numbers. `caller` is E.164 or None when it cannot be answered."""

    sid: str
    caller: str | None
    called: str
    body: str
    media_count: int = 0


def call_sid(params: Pairs) -> str:
    """The call that the request is about. Raises BadRequest."""
    return _call_sid(_pick(params, frozenset({"CallSid"})))


def leg_moved(params: Pairs, leg: str) -> LegMoved:
    """A status callback of the agent's or the contact's leg (Twilio: StatusCallback). Raises BadRequest."""
    found = _pick(params, _LEG)
    status = values.leg_status(_required(found, "CallStatus"))
    return LegMoved(
        leg=leg,
        sid=_call_sid(found),
        status=status,
        parent_sid=_call_sid(found, "ParentCallSid") if found.get("ParentCallSid") else None,
        sequence=values.small_int(found.get("SequenceNumber")),
        seconds=values.seconds(found.get("CallDuration")) if status in FINAL_STATUSES else None,
        at=values.instant(found.get("Timestamp")),
        answered_by=values.answerer(found.get("AnsweredBy")),
    )


def bridge_ended(params: Pairs) -> BridgeEnded:
    """The request of a Dial's `action` (Twilio: Dial). `first_leg_is_over`: nobody is left to listen to an answer."""
    found = _pick(params, _BRIDGE)
    bridged = found.get("DialBridged")
    return BridgeEnded(
        sid=_call_sid(found),
        status=values.leg_status(found.get("DialCallStatus")),
        child_sid=_call_sid(found, "DialCallSid") if found.get("DialCallSid") else None,
        seconds=values.seconds(found.get("DialCallDuration")),
        bridged=bridged == "true" if bridged in ("true", "false") else None,
        first_leg_is_over=values.leg_status(found.get("CallStatus")) in FINAL_STATUSES,
    )


def machine_detected(params: Pairs) -> MachineDetected:
    """The result of answering machine detection on a dialled leg (Twilio: amdStatusCallback). Raises BadRequest."""
    found = _pick(params, _MACHINE)
    return MachineDetected(sid=_call_sid(found), answered_by=values.answerer(found.get("AnsweredBy")) or "unknown")


def key_pressed(params: Pairs, step: str) -> KeyPressed:
    """The request of a Gather's `action`. `digits` is empty when no key came; it holds at most 8 keys."""
    found = _pick(params, _KEY)
    digits = found.get("Digits", "")[:DIGITS_CAP]
    digits = digits if _KEYS.fullmatch(digits) else ""  # never pick a key out of something else
    return KeyPressed(sid=_call_sid(found), step=step, digits=digits)


def recorded(params: Pairs) -> Recorded | None:
    """A recording's state, from its status callback or from a Record's `action`.

    The `action` request has no status and counts as completed. None when the request names no recording, which a
    Record's `action` does when nothing was said. Raises BadRequest for a recording that is not one.
    """
    found = _pick(params, _RECORDING)
    sid = _call_sid(found)
    if not found.get("RecordingSid") and not found.get("RecordingUrl"):
        return None
    return Recorded(
        sid=sid,
        recording_sid=_recording_sid(found),
        status=values.recording_status(found.get("RecordingStatus") or "completed"),
        seconds=values.seconds(found.get("RecordingDuration")),
    )


def transcribed(params: Pairs) -> Transcribed:
    """The request of a Record's `transcribeCallback`. The text is None when the carrier could not make one."""
    found = _pick(params, _TRANSCRIPT)
    failed = found.get("TranscriptionStatus", "completed") != "completed"
    text = "" if failed else values.clean_text(found.get("TranscriptionText", ""), values.TRANSCRIPT_CAP)
    return Transcribed(sid=_call_sid(found), recording_sid=_recording_sid(found), text=text or None)


def incoming_call(params: Pairs) -> IncomingCall:
    """The first request of a call to one of our numbers (Twilio: Voice request parameters). Raises BadRequest."""
    found = _pick(params, _INCOMING)
    return IncomingCall(
        sid=_call_sid(found),
        caller=values.e164(found.get("From")),
        called=values.clean_line(_required(found, "To"), 40),
        caller_name=_line(found, "CallerName", NAME_CAP),
        forwarded_from=values.e164(found.get("ForwardedFrom")),
        stir=_line(found, "StirVerstat", 60),
        caller_as_sent=values.clean_line(found.get("From", ""), 40),
    )


def incoming_text(params: Pairs) -> IncomingText:
    """A text message to one of our numbers (Twilio: Messaging webhooks). Raises BadRequest."""
    found = _pick(params, _TEXT)
    sid = found.get("MessageSid", "")
    if not values.MESSAGE_SID.fullmatch(sid):
        raise BadRequest("MessageSid is not the identifier of a message")
    return IncomingText(
        sid=sid,
        caller=values.e164(found.get("From")),
        called=values.clean_line(_required(found, "To"), 40),
        body=values.clean_text(found.get("Body", ""), values.TEXT_CAP),
        media_count=values.small_int(found.get("NumMedia")) or 0,
    )


def _pick(params: Pairs, names: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in params:
        if name in names:
            if name in found:
                raise BadRequest(f"{name} was sent twice")
            found[name] = value
    return found


def _required(found: dict[str, str], name: str) -> str:
    value = found.get(name)
    if not value:
        raise BadRequest(f"{name} is missing")
    return value


def _call_sid(found: dict[str, str], name: str = "CallSid") -> str:
    sid = found.get(name, "")
    if not values.CALL_SID.fullmatch(sid):
        raise BadRequest(f"{name} is not the identifier of a call")
    return sid


def _recording_sid(found: dict[str, str]) -> str:
    sid = values.recording_sid(found.get("RecordingSid"), found.get("RecordingUrl"))
    if sid is None:
        raise BadRequest("RecordingSid is not the identifier of a recording")
    return sid


def _line(found: dict[str, str], name: str, cap: int) -> str | None:
    return values.clean_line(found.get(name, ""), cap) or None

"""The parameters of webhooks, and the reports of what happens to a leg.

Source: Twilio, request parameters of voice webhooks; status callbacks.
"""

from __future__ import annotations

import math
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from soi_dialer.simulator.records import Leg

if TYPE_CHECKING:
    from soi_dialer.simulator.circuit import Circuit
    from soi_dialer.simulator.company import Company

API_VERSION = "2010-04-01"
PLACES = ("From", "To", "Caller", "Called")
WORDS = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}


def rfc2822(at: datetime) -> str:
    """`Tue, 31 Aug 2010 20:36:28 +0000`"""
    return format_datetime(at)


def standard(company: Company, leg: Leg) -> dict[str, str]:
    """What every webhook about a leg carries."""
    params = {
        "CallSid": leg.sid,
        "AccountSid": company.account_sid,
        "ApiVersion": API_VERSION,
        "Direction": leg.direction,
        "CallStatus": leg.status,
        "From": leg.from_,
        "To": leg.to,
        "Caller": leg.from_,
        "Called": leg.to,
    }
    if leg.parent_sid:
        params["ParentCallSid"] = leg.parent_sid
    for place in PLACES:
        params |= _geography(place, params[place])
    return params


def _geography(place: str, number: str) -> dict[str, str]:
    country = "US" if number.startswith("+1") else ""
    return {f"{place}City": "", f"{place}State": "", f"{place}Zip": "", f"{place}Country": country}


def progress(circuit: Circuit, leg: Leg, event: str) -> None:
    """Report one of initiated, ringing, answered, completed, when it was asked for."""
    callback = leg.callback
    if callback is None or event not in callback.events:
        return
    params = standard(circuit.company, leg)
    params["CallStatus"] = WORDS.get(event, leg.status)
    at = leg.ended_at if event == "completed" else circuit.clock.now()
    params |= _sequence(leg, at)
    if event == "completed":
        params |= _ending(circuit.company, leg)
    elif event != "initiated" and leg.direction != "inbound":
        params["StirStatus"] = "B"
    _send(circuit, callback.kind, leg, callback.url, callback.method, params)


def _sequence(leg: Leg, at: datetime) -> dict[str, str]:
    number, leg.sequence = leg.sequence, leg.sequence + 1
    return {
        "Timestamp": rfc2822(at.replace(microsecond=0)),
        "SequenceNumber": str(number),
        "CallbackSource": "call-progress-events",
    }


def _ending(company: Company, leg: Leg) -> dict[str, str]:
    params = {"CallDuration": str(leg.seconds or 0)}
    if leg.status == "completed" and leg.direction == "outbound-api":
        params["Duration"] = str(max(1, math.ceil((leg.seconds or 0) / 60)))
    if leg.sip_code:
        params["SipResponseCode"] = str(leg.sip_code)
    recording = company.recordings.get(leg.recording_sid or "")
    if recording:
        params["RecordingUrl"] = company.recording_url(recording.sid)
        params["RecordingSid"] = recording.sid
        params["RecordingDuration"] = str(recording.seconds or 0)
    return params


def number_ending(circuit: Circuit, leg: Leg) -> None:
    """Tell the number's own status callback that an inbound call is over; it has no choice of events."""
    number = circuit.company.numbers.get(leg.to)
    if number is None or not number.status_callback:
        return
    params = standard(circuit.company, leg) | _sequence(leg, leg.ended_at)
    params["CallDuration"] = str(leg.seconds or 0)
    _send(circuit, "number-status", leg, number.status_callback, number.status_callback_method, params)


def machine_detected(circuit: Circuit, leg: Leg, answered_by: str, seconds: float) -> None:
    """Tell who answered. Twilio: answering machine detection, asynchronous."""
    detection = leg.detection
    if detection is None or not detection.callback_url:
        return
    params = {
        "CallSid": leg.sid,
        "AccountSid": circuit.company.account_sid,
        "AnsweredBy": answered_by,
        "MachineDetectionDuration": str(int(seconds * 1000)),
    }
    _send(circuit, "amd", leg, detection.callback_url, detection.callback_method, params)


def _send(circuit: Circuit, kind: str, leg: Leg, url: str, method: str, params: dict[str, str]) -> None:
    circuit.company.courier.report(kind, circuit.first.sid, leg.sid, url, method, params)


def report(circuit: Circuit, kind: str, leg: Leg, url: str, method: str, params: dict[str, str]) -> None:
    """Send any other report about a leg."""
    _send(circuit, kind, leg, url, method, params)

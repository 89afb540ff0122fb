"""Records as the REST API writes them. Every number-like field is a string. Source: Twilio's OpenAPI, 2010-04-01."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from soi_dialer.simulator.records import Leg, Message, Number, Recording, Transcription
from soi_dialer.simulator.reports import API_VERSION, rfc2822

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

PARTS_OF_CALL = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}
PER_MINUTE = {"inbound": 0.0085, "outbound-api": 0.014, "outbound-dial": 0.014}
"""A believable price in US dollars; every leg is rounded up to whole minutes."""


def base(company: Company) -> str:
    """The path under which all resources of the account live."""
    return f"/{API_VERSION}/Accounts/{company.account_sid}"


def when(at: datetime | None) -> str | None:
    """An instant as the vendor writes it, or null."""
    return rfc2822(at.replace(microsecond=0)) if at else None


def formatted(number: str) -> str:
    """`(415) 867-5309` for a number of North America, any other as it is."""
    if len(number) == 12 and number.startswith("+1"):
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number


def call(company: Company, leg: Leg) -> dict[str, Any]:
    """A leg as a Call resource."""
    uri = f"{base(company)}/Calls/{leg.sid}"
    return {
        "sid": leg.sid,
        "parent_call_sid": leg.parent_sid,
        "account_sid": company.account_sid,
        "phone_number_sid": leg.number_sid,
        "date_created": when(leg.created_at),
        "date_updated": when(leg.ended_at or leg.started_at or leg.created_at),
        "to": leg.to,
        "to_formatted": formatted(leg.to),
        "from": leg.from_,
        "from_formatted": formatted(leg.from_),
        "status": leg.status,
        "start_time": when(leg.started_at),
        "end_time": when(leg.ended_at),
        "duration": None if leg.seconds is None else str(leg.seconds),
        "price": _price(leg),
        "price_unit": "USD",
        "direction": leg.direction,
        "answered_by": leg.answered_by,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": str(leg.queue_ms),
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {name: f"{uri}/{part}.json" for name, part in PARTS_OF_CALL.items()},
    }


def _price(leg: Leg) -> str | None:
    if leg.seconds is None:
        return None
    return f"{-max(1, math.ceil(leg.seconds / 60)) * PER_MINUTE[leg.direction]:.5f}"


def recording(company: Company, kept: Recording) -> dict[str, Any]:
    """A Recording resource."""
    uri = f"{base(company)}/Recordings/{kept.sid}"
    return {
        "sid": kept.sid,
        "account_sid": company.account_sid,
        "api_version": API_VERSION,
        "call_sid": kept.call_sid,
        "conference_sid": None,
        "date_created": when(kept.started_at),
        "date_updated": when(kept.updated_at),
        "start_time": when(kept.started_at),
        "duration": None if kept.seconds is None else str(kept.seconds),
        "price": None,
        "price_unit": "USD",
        "status": "deleted" if kept.deleted else kept.status,
        "channels": kept.channels,
        "source": kept.source,
        "error_code": None,
        "encryption_details": None,
        "media_url": company.recording_url(kept.sid),
        "uri": f"{uri}.json",
        "subresource_uris": {
            "add_on_results": f"{uri}/AddOnResults.json",
            "transcriptions": f"{uri}/Transcriptions.json",
        },
    }


def call_recording(company: Company, kept: Recording) -> dict[str, Any]:
    """The same recording as it is listed under its call."""
    body = recording(company, kept)
    del body["media_url"], body["subresource_uris"]
    return body | {"track": "both", "uri": f"{base(company)}/Calls/{kept.call_sid}/Recordings/{kept.sid}.json"}


def transcription(company: Company, kept: Transcription) -> dict[str, Any]:
    """A Transcription resource."""
    return {
        "sid": kept.sid,
        "account_sid": company.account_sid,
        "api_version": API_VERSION,
        "date_created": when(kept.created_at),
        "date_updated": when(kept.created_at),
        "duration": str(kept.seconds),
        "price": None,
        "price_unit": "USD",
        "recording_sid": kept.recording_sid,
        "status": kept.status,
        "transcription_text": kept.text,
        "type": "fast",
        "uri": f"{base(company)}/Transcriptions/{kept.sid}.json",
    }


def message(company: Company, kept: Message) -> dict[str, Any]:
    """A Message resource."""
    uri = f"{base(company)}/Messages/{kept.sid}"
    return {
        "sid": kept.sid,
        "account_sid": company.account_sid,
        "api_version": API_VERSION,
        "body": kept.body,
        "num_segments": str(max(1, math.ceil(len(kept.body) / 153)) if len(kept.body) > 160 else 1),
        "num_media": "0",
        "direction": kept.direction,
        "from": kept.from_,
        "to": kept.to,
        "date_created": when(kept.created_at),
        "date_updated": when(kept.created_at),
        "date_sent": when(kept.created_at) if kept.status != "queued" else None,
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "status": kept.status,
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def number(company: Company, kept: Number) -> dict[str, Any]:
    """An IncomingPhoneNumber resource."""
    return {
        "sid": kept.sid,
        "account_sid": company.account_sid,
        "api_version": API_VERSION,
        "friendly_name": kept.friendly_name,
        "phone_number": kept.phone_number,
        "date_created": when(kept.created_at),
        "date_updated": when(kept.updated_at),
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "voice_url": kept.voice_url,
        "voice_method": kept.voice_method,
        "voice_fallback_url": kept.voice_fallback_url,
        "voice_fallback_method": kept.voice_fallback_method,
        "voice_caller_id_lookup": False,
        "voice_application_sid": "",
        "voice_receive_mode": "voice",
        "status_callback": kept.status_callback,
        "status_callback_method": kept.status_callback_method,
        "sms_url": kept.sms_url,
        "sms_method": kept.sms_method,
        "sms_fallback_url": kept.sms_fallback_url,
        "sms_fallback_method": kept.sms_fallback_method,
        "sms_application_sid": "",
        "trunk_sid": None,
        "address_requirements": "none",
        "address_sid": None,
        "identity_sid": None,
        "bundle_sid": None,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "type": "local",
        "uri": f"{base(company)}/IncomingPhoneNumbers/{kept.sid}.json",
    }


def account(company: Company) -> dict[str, Any]:
    """The Account resource."""
    parts = {"calls": "Calls", "recordings": "Recordings", "messages": "Messages"}
    parts["incoming_phone_numbers"] = "IncomingPhoneNumbers"
    return {
        "sid": company.account_sid,
        "owner_account_sid": company.account_sid,
        "auth_token": "",
        "friendly_name": "Simulated account",
        "status": company.account_status,
        "type": "Full",
        "date_created": when(company.created_at),
        "date_updated": when(company.created_at),
        "uri": f"{base(company)}.json",
        "subresource_uris": {name: f"{base(company)}/{part}.json" for name, part in parts.items()},
    }

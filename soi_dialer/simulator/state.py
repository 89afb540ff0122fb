"""The company as a page sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from soi_dialer.simulator.records import Leg, Number

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

SHOWN_CALLS = 100


def snapshot(company: Company) -> dict[str, Any]:
    """The whole state as JSON values, taken under the lock."""
    with company.changed:
        return {
            "version": company.version,
            "account": {"sid": company.account_sid, "status": company.account_status},
            "settings": company.settings.as_json(),
            "faults": company.faults.as_json(),
            "numbers": [number_json(number) for number in company.numbers.values()],
            "handsets": [handset.as_json() for handset in company.handsets.values()],
            "calls": [leg_json(leg) for leg in list(company.legs.values())[-SHOWN_CALLS:]],
            "problems": [problem.as_json() for problem in company.problems],
            "pending": company.courier.pending,
            "live": len(company.running),
        }


def number_json(number: Number) -> dict[str, Any]:
    """An own number and where it sends its calls."""
    return {
        "sid": number.sid,
        "number": number.phone_number,
        "friendly_name": number.friendly_name,
        "voice_url": number.voice_url,
        "voice_fallback_url": number.voice_fallback_url,
        "status_callback": number.status_callback,
        "sms_url": number.sms_url,
    }


def leg_json(leg: Leg) -> dict[str, Any]:
    """A leg in short."""
    return {
        "sid": leg.sid,
        "parent_sid": leg.parent_sid,
        "from": leg.from_,
        "to": leg.to,
        "direction": leg.direction,
        "status": leg.status,
        "started_at": leg.started_at.isoformat() if leg.started_at else None,
        "ended_at": leg.ended_at.isoformat() if leg.ended_at else None,
        "seconds": leg.seconds,
        "answered_by": leg.answered_by,
    }

"""Signed status webhooks as the carrier sends them, rendered to bytes before the clock runs."""

from __future__ import annotations

import dataclasses
import secrets
from urllib.parse import parse_qsl, urlencode

from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "5" * 32
TOKEN = "a token of thirty-two characters"
PUBLIC_URL = "https://dialer.example"
DUPLICATE_EVERY = 20
"""One of twenty requests comes again: 5 %."""

_STEPS = [
    (leg, number, status)
    for leg in ("agent", "contact")
    for number, status in enumerate(["initiated", "ringing", "in-progress", "completed"])
]


@dataclasses.dataclass(frozen=True, slots=True)
class Webhook:
    """One POST. `key` is what makes it one event, `ref` the call that it is about."""

    ref: str
    path: str
    body: bytes
    signature: str

    def raw(self, path: str | None = None) -> bytes:
        """The whole HTTP/1.1 request, for a connection that is kept."""
        head = (
            f"POST {path or self.path} HTTP/1.1\r\nHost: dialer.example\r\nUser-Agent: TwilioProxy/1.1\r\n"
            f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nAccept: */*\r\n"
            f"X-Twilio-Signature: {self.signature}\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body

    def environ(self) -> dict[str, object]:
        """What a WSGI server makes of it, but for the body."""
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": self.path,
            "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=UTF-8",
            "CONTENT_LENGTH": str(len(self.body)),
            "HTTP_X_TWILIO_SIGNATURE": self.signature,
        }


def status_of(ref: str, turn: int, sid: str | None = None) -> Webhook:
    """The `turn`th kind of status of this call; each of the eight that a call has comes as often as the others.

    `sid` is the leg's own; a new one when left out.
    """
    leg, number, status = _STEPS[turn % len(_STEPS)]
    params = _params(status, number, sid or "CA" + secrets.token_hex(16))
    return signed(f"/webhooks/voice/{ref}/{leg}-status", urlencode(params).encode(), ref)


def signed(path: str, body: bytes, ref: str = "") -> Webhook:
    """Any form, signed for this address."""
    params = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return Webhook(ref, path, body, RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, params))


def with_duplicates(webhooks: list[Webhook]) -> list[Webhook]:
    """The same, with every twentieth sent again a little later."""
    several = list(webhooks)
    for place in range(len(webhooks) - 1, -1, -DUPLICATE_EVERY):
        several.insert(min(place + 24, len(several)), webhooks[place])
    return several


def _params(status: str, number: int, sid: str) -> dict[str, str]:
    """Thirty parameters, 920 bytes or so when encoded (Twilio: StatusCallback)."""
    place = {"City": "NEW YORK", "State": "NY", "Zip": "10001", "Country": "US"}
    sides = ("Called", "Caller", "To", "From")
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": status,
        "SequenceNumber": str(number),
        "Timestamp": "Wed, 18 Nov 2026 15:00:00 +0000",
        "CallbackSource": "call-progress-events",
        "Direction": "outbound-api",
        **{side: "+12125550147" for side in sides},
        **{side + name: value for side in sides for name, value in place.items()},
        "ParentCallSid": "CA" + "b" * 32,
        "StirVerstat": "TN-Validation-Passed-A",
        **({"CallDuration": "552", "Duration": "10"} if status == "completed" else {}),
    }

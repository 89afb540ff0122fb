"""The carrier's door with one call of each direction behind it, and requests in any shape, rightly signed or not."""

from __future__ import annotations

import base64
import hmac
from urllib.parse import urlencode

from sqlalchemy import select
from werkzeug.test import TestResponse

from soi_dialer.store.tables import metadata
from tests.world import ACCOUNT, JANE, OUR_NUMBER, PUBLIC_URL, TOKEN, World

OTHER = "CA" + "d" * 32
"""A call of the same account that is none of ours."""

RECORDING = "RE" + "e" * 32

OUTBOUND = ("screen", "screen-key", "bridge-ended", "wrap-up-key", "agent-status", "contact-status", "machine")
INBOUND = ("whisper", "whisper-key", "ring-ended", "message-recorded", "recording", "transcription")
NUMBERS = ("/webhooks/voice/inbound", "/webhooks/voice/inbound/status", "/webhooks/sms/inbound")
STEPS = (*OUTBOUND, *INBOUND, *NUMBERS)
"""Every address of the carrier's but `note-recorded`, which reads nothing and keeps nothing."""

DOCUMENTS = frozenset(
    {"screen", "screen-key", "bridge-ended", "wrap-up-key", "whisper", "whisper-key", "ring-ended", "message-recorded"}
    | {"/webhooks/voice/inbound", "/webhooks/sms/inbound"}
)
"""The addresses that are answered with TwiML; the others with nothing."""

EVERYTHING = {
    "AccountSid": ACCOUNT,
    "CallStatus": "in-progress",
    "SequenceNumber": "2",
    "DialCallStatus": "no-answer",
    "AnsweredBy": "human",
    "Digits": "5",
    "RecordingSid": RECORDING,
    "RecordingStatus": "completed",
    "RecordingDuration": "12",
    "TranscriptionStatus": "completed",
    "TranscriptionText": "Call me",
    "MessageSid": "SM" + "1" * 32,
    "From": JANE,
    "To": OUR_NUMBER,
    "Body": "Call me",
}


class Door:
    """A world with a call out, of which the agent's phone rings, and a call in, of which it rings as well."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.inbound_sid = world.carrier.next_sid()
        self.send(NUMBERS[0], EVERYTHING | {"CallSid": self.inbound_sid, "From": "+13105550188"})
        self._end_of_ringing()
        self.outbound_ref = world.click()["ref"]
        self.outbound_sid = world.carrier.rung[-1]["sid"]

    def _end_of_ringing(self) -> None:
        """The agent did not take it, so that they may call somebody."""
        ended = EVERYTHING | {"CallSid": self.inbound_sid}
        self.send(self.path("ring-ended"), ended)

    @property
    def inbound_ref(self) -> str:
        return self.world.inbound(self.inbound_sid)["ref"]

    def path(self, step: str) -> str:
        if step.startswith("/"):
            return step
        return f"/webhooks/voice/{self.outbound_ref if step in OUTBOUND else self.inbound_ref}/{step}"

    def params(self, step: str) -> dict[str, str]:
        """A complete request for that address."""
        if step == NUMBERS[0]:
            return EVERYTHING | {"CallSid": OTHER}
        outbound = step in OUTBOUND and step not in ("contact-status", "machine")
        inbound = step in ("ring-ended", "message-recorded", "recording", "transcription", NUMBERS[1])
        sid = self.outbound_sid if outbound else self.inbound_sid if inbound else OTHER
        return EVERYTHING | {"CallSid": sid}

    def send(self, path: str, fields: dict[str, str] | list[tuple[str, str]], signature: str | None = None, **more):
        pairs = list(fields.items()) if isinstance(fields, dict) else fields
        headers = {"X-Twilio-Signature": signature or sign(path, pairs)}
        body = urlencode(pairs, errors="surrogatepass")
        return self.raw(path, body.encode(), headers=headers, **more)

    def raw(self, path: str, body: bytes, *, headers: dict[str, str], method: str = "POST", **more) -> TestResponse:
        more.setdefault("content_type", "application/x-www-form-urlencoded")
        return self.world.http.open(path, method=method, data=body, headers=headers, **more)

    def rows(self) -> dict[str, list]:
        """Everything that is written anywhere, and whom the carrier was asked to ring."""
        with self.world.dialer.db.read() as connection:
            written = {table.name: list(connection.execute(select(table))) for table in metadata.sorted_tables}
        return written | {"rung": list(self.world.carrier.rung)}


def sign(path: str, pairs: list[tuple[str, str]], token: str = TOKEN) -> str:
    """As the carrier signs (Twilio: Webhooks security): the URL, then each name with its value, sorted."""
    text = PUBLIC_URL + path + "".join(name + value for name, value in sorted(set(pairs)))
    digest = hmac.digest(token.encode(), text.encode("utf-8", "surrogatepass"), "sha1")
    return base64.b64encode(digest).decode()

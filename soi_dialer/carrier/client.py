"""Ask the carrier to do things: the official library, with time-outs, on any service that speaks Twilio's REST.

Every method raises only `Refused` or `Unsure`. The `Carrier` holds no state of calls and is shared by all threads.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import requests
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from urllib3.exceptions import HTTPError

from soi_dialer.carrier import audio, listing, reports, values
from soi_dialer.carrier.audio import Audio
from soi_dialer.carrier.errors import Refused, reason_for, sort_error
from soi_dialer.carrier.reports import AccountReport, CallReport, OwnedNumber, PlacedCall, RecordingReport, TextReport
from soi_dialer.carrier.wire import MIB, LibraryHttp, Wire

__all__ = [
    "AccountReport",
    "Audio",
    "CallReport",
    "Carrier",
    "OwnedNumber",
    "PlacedCall",
    "RecordingReport",
    "TextReport",
]

TWILIO_API = "https://api.twilio.com"
ALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
"""A list here, one field each; in TwiML it is a single string (Twilio: StatusCallbackEvent)."""

DEADLINE_SECONDS = 15.0
LIST_LIMIT = 2000
PAGE_SIZE = 1000
CLOCKS_DIFFER = timedelta(minutes=5)

_OVER = frozenset({20404, 21220})
_REF = re.compile(r"[0-9a-f]{32}")
_WHAT_READING_RAISES = (AttributeError, KeyError, OSError, TypeError, ValueError)
"""The library does not check the shape of an answer, so a strange one fails in any of these ways."""


class Carrier:
    """One account at one service. `api_url` None or empty means Twilio's own; `public_url` is where webhooks reach us.

    Log-in: the API key and secret when both are given, otherwise the account with the auth tokens, the next one when
    one is no longer accepted. `timeout_seconds` is (connect, each read); a whole answer has `deadline_seconds`.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_tokens: tuple[str, ...],
        api_key: str | None = None,
        api_secret: str | None = None,
        api_url: str | None = None,
        timeout_seconds: tuple[float, float] = (3.05, 10),
        deadline_seconds: float = DEADLINE_SECONDS,
        public_url: str,
    ) -> None:
        logins = [(api_key, api_secret)] if api_key and api_secret else [(account_sid, t) for t in auth_tokens]
        if not account_sid or not logins or not all(password for _, password in logins):
            raise ValueError("the carrier needs an account SID and an auth token or an API key with its secret")
        self._account_sid = account_sid
        self._api_url = (api_url or TWILIO_API).rstrip("/")
        self._public_url = public_url.rstrip("/")
        self._wire = Wire(timeout_seconds, deadline_seconds, 16 * MIB)
        self._audio_wire = Wire(timeout_seconds, audio.DEADLINE_SECONDS, audio.LARGEST_BYTES)
        self._http = LibraryHttp(self._wire, logins)
        # A non-empty environment keeps TWILIO_REGION and TWILIO_EDGE of the real one from rewriting the host.
        self._client = Client(*logins[0], account_sid, http_client=self._http, environment={"none": "none"})
        self._client.api.base_url = self._api_url

    def warm(self) -> None:
        """Import what the library imports on first use, so that the first click does not wait. Opens nothing."""
        for name in ("calls", "recordings", "messages", "incoming_phone_numbers"):
            getattr(self._client, name)

    def close(self) -> None:
        """Close the pooled connections."""
        self._wire.close()
        self._audio_wire.close()

    def webhook_url(self, ref: str, step: str) -> str:
        """The address of one step of one of our calls. `ref` is 32 hex characters."""
        if not _REF.fullmatch(ref):
            raise ValueError("a call's reference is 32 hex characters")
        return f"{self._public_url}/webhooks/voice/{ref}/{step}"

    def ring_agent(
        self,
        *,
        ref: str,
        to: str,
        from_: str,
        step: str = "screen",
        timeout_seconds: int = 20,
        time_limit_seconds: int = 4 * 3600,
    ) -> PlacedCall:
        """Ring the agent's own phone. Commit the call's row first; never repeat this after Unsure.

        `step` is what is asked for when the phone is answered: `screen`, or `reminder`.
        """
        url, status_callback = self.webhook_url(ref, step), self.webhook_url(ref, "agent-status")
        with _asking():
            call = self._client.calls.create(
                to=to,
                from_=from_,
                url=url,
                method="POST",
                status_callback=status_callback,
                status_callback_method="POST",
                status_callback_event=ALL_EVENTS,
                timeout=timeout_seconds,
                time_limit=time_limit_seconds,
            )
            return PlacedCall(reports.known(call.sid, values.CALL_SID), values.leg_status(call.status))

    def hang_up(self, sid: str) -> CallReport | None:
        """End a call in whatever state it is. None when it was already over or is not known."""
        try:
            with _asking():
                return reports.call_report(self._client.calls(_sid(sid, values.CALL_SID)).update(status="completed"))
        except Refused as refused:
            if refused.code in _OVER:
                return None
            raise

    def fetch_call(self, sid: str) -> CallReport:
        """One leg as it is now."""
        with _asking():
            return reports.call_report(self._client.calls(_sid(sid, values.CALL_SID)).fetch())

    def list_children(self, parent_sid: str) -> list[CallReport]:
        """The legs that were dialled from this one."""
        with _asking():
            calls = self._client.calls.list(parent_call_sid=_sid(parent_sid, values.CALL_SID), page_size=50, limit=50)
            return [reports.call_report(call) for call in calls]

    def list_calls(self, *, to: str, from_: str, since: datetime) -> list[CallReport]:
        """Calls between two numbers made at or after `since` (aware), less five minutes because clocks differ.

        Twilio filters by UTC day, and a queued call has no start yet, so those are asked for apart.
        """
        earliest = since.astimezone(UTC) - CLOCKS_DIFFER
        midnight = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
        both = {"to": to, "from_": from_, "page_size": PAGE_SIZE, "limit": LIST_LIMIT}
        with _asking():
            calls = self._client.calls.list(start_time_after=midnight, **both)
            calls += self._client.calls.list(status="queued", **both)
            found = {report.sid: report for report in map(reports.call_report, calls)}
        return [report for report in found.values() if report.created_at is None or report.created_at >= earliest]

    def list_calls_since(self, since: datetime) -> list[CallReport]:
        """Every leg of the account that started at or after `since` (aware), whoever asked for it."""
        with _asking():
            return listing.calls_since(self._client, since)

    def list_recordings_since(self, since: datetime) -> list[RecordingReport]:
        """Every recording of the account begun at or after `since` (aware)."""
        with _asking():
            return listing.recordings_since(self._client, since)

    def list_texts_since(self, since: datetime) -> list[TextReport]:
        """Every text message of the account, to us and from us, sent at or after `since` (aware)."""
        with _asking():
            return listing.texts_since(self._client, since)

    def list_recordings(self, call_sid: str) -> list[RecordingReport]:
        """The recordings of a first leg."""
        with _asking():
            found = self._client.recordings.list(call_sid=_sid(call_sid, values.CALL_SID), page_size=50, limit=50)
            return [reports.recording_report(recording) for recording in found]

    def fetch_transcript(self, recording_sid: str) -> str | None:
        """The text of a recording, or None while or because there is none."""
        with _asking():
            recording = self._client.recordings(_sid(recording_sid, values.RECORDING_SID))
            for transcription in recording.transcriptions.list(page_size=20, limit=20):
                if transcription.status == "completed" and transcription.transcription_text:
                    return values.clean_text(transcription.transcription_text, values.TRANSCRIPT_CAP) or None
        return None

    def fetch_audio(self, recording_sid: str) -> Audio:
        """The sound of a recording. A Refused with `may_retry` means that it is not there yet."""
        with _asking():
            sid = _sid(recording_sid, values.RECORDING_SID)
            url = f"{self._api_url}/2010-04-01/Accounts/{self._account_sid}/Recordings/{sid}"
            return audio.fetch(lambda address: self._http.exchange(self._audio_wire, "GET", address), url)

    def send_message(self, to: str, from_: str, body: str) -> str:
        """Send a text message and return its SID. Not idempotent either: never repeat after Unsure."""
        with _asking():
            message = self._client.messages.create(to=to, from_=from_, body=body)
            return reports.known(message.sid, values.MESSAGE_SID)

    def list_numbers(self) -> list[OwnedNumber]:
        """The numbers of the account."""
        with _asking():
            found = self._client.incoming_phone_numbers.list(page_size=PAGE_SIZE, limit=LIST_LIMIT)
            return [reports.owned_number(number) for number in found]

    def configure_number(
        self,
        number: str,
        voice_url: str,
        status_callback: str,
        sms_url: str,
        voice_fallback_url: str | None = None,
    ) -> OwnedNumber:
        """Point one of our numbers at us and return how it stands. Overwrites: show `list_numbers` and ask first."""
        with _asking():
            sid = self._sid_of_number(number)
            return reports.owned_number(
                self._client.incoming_phone_numbers(sid).update(
                    voice_url=voice_url,
                    voice_method="POST",
                    voice_fallback_url=voice_fallback_url,
                    status_callback=status_callback,
                    status_callback_method="POST",
                    sms_url=sms_url,
                    sms_method="POST",
                )
            )

    def account(self) -> AccountReport:
        """The account, to see whether the log-in works and what kind it is."""
        with _asking():
            found = self._client.api.v2010.accounts(self._account_sid).fetch()
            return AccountReport(
                sid=reports.known(found.sid, values.ACCOUNT_SID),
                status=found.status or "",
                kind=found.type or "",
                name=found.friendly_name or "",
            )

    def _sid_of_number(self, number: str) -> str:
        """Twilio's filter matches parts of numbers, so the whole is compared here."""
        found = self._client.incoming_phone_numbers.list(phone_number=number, page_size=50, limit=50)
        for candidate in found:
            if candidate.phone_number == number:
                return candidate.sid
        raise Refused(reason_for(20404), 20404)


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    """Turn whatever goes wrong into Refused or Unsure, without the original, whose text may hold numbers."""
    try:
        yield
    except (TwilioException, requests.RequestException, HTTPError, *_WHAT_READING_RAISES) as error:
        raise sort_error(error) from None


def _sid(sid: str, pattern: re.Pattern[str]) -> str:
    """An identifier that is safe in a path; anything else is as good as unknown to the carrier."""
    if not pattern.fullmatch(sid):
        raise Refused(reason_for(20404), 20404)
    return sid

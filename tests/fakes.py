"""A carrier that does what a test tells it, with the methods of the real one. `tests/carrier` holds the two alike."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import datetime

from soi_dialer.carrier.client import Audio
from soi_dialer.carrier.errors import CarrierError, Refused, Unsure
from soi_dialer.carrier.reports import CallReport, PlacedCall, RecordingReport, TextReport

WAV = (
    b"RIFF\x34\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"
    b"data\x10\x00\x00\x00" + bytes(16)
)


@dataclasses.dataclass
class FakeCarrier:
    """Takes every call on unless `next_errors` says otherwise; `truth` is what it answers when it is asked."""

    public_url: str = "http://phone.example"
    next_errors: list[CarrierError] = dataclasses.field(default_factory=list)
    rung: list[dict] = dataclasses.field(default_factory=list)
    hung_up: list[str] = dataclasses.field(default_factory=list)
    asked: list[str] = dataclasses.field(default_factory=list)
    listed: list[str] = dataclasses.field(default_factory=list)
    truth: dict[str, CallReport] = dataclasses.field(default_factory=dict)
    recordings: list[RecordingReport] = dataclasses.field(default_factory=list)
    transcripts: dict[str, str] = dataclasses.field(default_factory=dict)
    texts: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)
    incoming_texts: list[TextReport] = dataclasses.field(default_factory=list)
    texts_listed: int = 0
    text_errors: list[CarrierError] = dataclasses.field(default_factory=list)
    audio: dict[str, bytes] = dataclasses.field(default_factory=dict)
    _numbers: itertools.count = dataclasses.field(default_factory=lambda: itertools.count(1))

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass

    def webhook_url(self, ref: str, step: str) -> str:
        return f"{self.public_url}/webhooks/voice/{ref}/{step}"

    def next_sid(self, letters: str = "CA") -> str:
        return f"{letters}{next(self._numbers):032x}"

    def ring_agent(
        self,
        *,
        ref: str,
        to: str,
        from_: str,
        step: str = "screen",
        timeout_seconds: int = 20,
        time_limit_seconds: int = 14400,
    ):
        self.rung.append({"ref": ref, "to": to, "from": from_, "step": step})
        if self.next_errors:
            raise self.next_errors.pop(0)
        sid = self.next_sid()
        self.rung[-1]["sid"] = sid
        return PlacedCall(sid, "queued")

    def hang_up(self, sid: str) -> CallReport | None:
        self.hung_up.append(sid)
        if self.next_errors:
            raise self.next_errors.pop(0)
        return self.truth.get(sid)

    def fetch_call(self, sid: str) -> CallReport:
        self.asked.append(sid)
        if sid not in self.truth:
            raise Refused("no such call", 20404)
        return self.truth[sid]

    def list_children(self, parent_sid: str) -> list[CallReport]:
        return [report for report in self.truth.values() if report.parent_sid == parent_sid]

    def list_calls(self, *, to: str, from_: str, since: datetime) -> list[CallReport]:
        self.asked.append("list")
        return [report for report in self.truth.values() if report.to == to and report.from_ == from_]

    def list_calls_since(self, since: datetime) -> list[CallReport]:
        self.listed.append("calls")
        if self.next_errors:
            raise self.next_errors.pop(0)
        return [report for report in self.truth.values() if report.created_at and report.created_at >= since]

    def list_recordings_since(self, since: datetime) -> list[RecordingReport]:
        self.listed.append("recordings")
        return list(self.recordings)

    def list_texts_since(self, since: datetime) -> list[TextReport]:
        self.texts_listed += 1
        return [text for text in self.incoming_texts if text.created_at is None or text.created_at >= since]

    def list_recordings(self, call_sid: str) -> list[RecordingReport]:
        return [recording for recording in self.recordings if recording.call_sid == call_sid]

    def fetch_transcript(self, recording_sid: str) -> str | None:
        return self.transcripts.get(recording_sid)

    def fetch_audio(self, recording_sid: str) -> Audio:
        if recording_sid not in self.audio:
            raise Refused("The recording is not there yet.", 20404)
        return Audio(self.audio[recording_sid], "audio/x-wav")

    def send_message(self, to: str, from_: str, body: str) -> str:
        if self.text_errors:
            raise self.text_errors.pop(0)
        self.texts.append((to, from_, body))
        return self.next_sid("SM")


REFUSED = Refused("The number does not exist; check its digits.", 21211)
UNSURE = Unsure("The carrier did not answer in time.", None)

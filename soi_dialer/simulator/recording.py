"""Record: a person speaks after the beep; the result is kept, reported and, if wanted, transcribed. Twilio: Record."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from soi_dialer.simulator import moves, reports
from soi_dialer.simulator.circuit import FAST, HUMAN, Circuit, Ended, Redirected, Signal
from soi_dialer.simulator.records import Leg, Recording, Transcription, new_sid
from soi_dialer.simulator.source import Source, ask
from soi_dialer.simulator.twiml import Node, Refusal

if TYPE_CHECKING:
    from soi_dialer.simulator.session import Session

ANY_KEY = "0123456789*#"
SILENCE = Signal("silence")
FULL = Signal("full")


def record(session: Session, node: Node) -> Source | None:
    """Record on a leg. Nothing said: go on with the next verb. Hung up: the action is told so and its answer unused."""
    recording = begin(session, "RecordVerb", node)
    session.show("(beep)", "message")
    spoken = Speech(session, node, recording.started_at)
    over: Ended | Redirected | None = None
    try:
        spoken.listen()
    except Ended as end:
        over, spoken.digits = end, "hangup"
        moves.hang_up(session.circuit, session.leg)
    except Redirected as redirected:
        over = redirected
    recording.text = spoken.text
    finish(session.circuit, session.leg, recording, spoken.seconds, node)
    session.show("")
    following = _action(session, node, recording, spoken.digits)
    if over is None:
        return following
    if following is not None and isinstance(over, Ended):
        _tell_of_hangup(session, following)
    raise over


def _tell_of_hangup(session: Session, source: Source) -> None:
    try:
        ask(session.company, session.leg, source)
    except Refusal as refusal:
        session.company.problem(refusal.code, refusal.message, call_sid=session.leg.sid, url=source.url)


def _action(session: Session, node: Node, recording: Recording, digits: str) -> Source | None:
    if recording.status == "absent":
        return None
    params = {
        "RecordingUrl": session.company.recording_url(recording.sid),
        "RecordingDuration": str(recording.seconds),
        "Digits": digits,
    }
    return Source(node.get("action"), node.get("method", "POST"), params, "action")


class Speech:
    """What one person says into a recording: from the page, or as their persona does."""

    def __init__(self, session: Session, node: Node, began_at: datetime) -> None:
        self.session = session
        self.circuit = session.circuit
        self.handset = session.leg.handset
        self.most = node.whole("maxLength", 120 if node.flag("transcribe") else 3600)
        self.patience = node.whole("timeout", 5)
        self.finish = node.get("finishOnKey", ANY_KEY)
        self.began_at = began_at
        self.text, self.digits, self.seconds = "", "", 0

    def listen(self) -> None:
        """Let the person speak. Raises Ended when they hang up, with `text` and `seconds` set."""
        if self.handset.spoken is None and self.handset.persona.manual:
            self._wait_for_the_page()
        if self.digits or self.seconds:
            return
        if self.handset.spoken is not None:
            spoken, self.handset.spoken = self.handset.spoken, None
            self._speak(spoken["text"], spoken["seconds"], "", hang_up=spoken["hang_up"])
        elif not self.handset.persona.manual:
            self._as_persona()

    def _as_persona(self) -> None:
        persona = self.handset.persona
        if persona.hang_up_at_beep:
            raise Ended(self.session.leg)
        self._speak(persona.message, persona.message_seconds, persona.message_key, hang_up=not persona.message_key)

    def _wait_for_the_page(self) -> None:
        """A person thinks before they speak: silence does not end it, only a key, hanging up, or the length."""
        full_at = self.circuit.after(self.most)
        while self.handset.spoken is None:
            try:
                signal = self.circuit.listen([(full_at, FULL)], HUMAN)
            finally:
                self.seconds = self._elapsed()
            if signal is FULL or self._finished_by(signal):
                return
        self.seconds = 0

    def _speak(self, text: str, seconds: float, key: str, *, hang_up: bool) -> None:
        self.text = text
        self.began_at = self.circuit.clock.now()
        if seconds >= self.most:
            self._let_pass(self.most, self.most)
            return
        self._let_pass(seconds, seconds)
        if self.digits:
            return
        if hang_up:
            raise Ended(self.session.leg)
        if key and key in self.finish:
            self.digits = key
        else:
            self._let_pass(self.patience, seconds)

    def _let_pass(self, seconds: float, counted: float) -> None:
        over_at = self.circuit.after(seconds)
        while True:
            try:
                signal = self.circuit.listen([(over_at, SILENCE)], FAST)
            except Ended:
                self.seconds = self._elapsed()
                raise
            if signal is SILENCE:
                self.seconds = int(counted)
                return
            if self._finished_by(signal):
                self.seconds = self._elapsed()
                return

    def _finished_by(self, signal: Signal) -> bool:
        if signal.kind == "press" and signal.leg is self.session.leg and signal.value in self.finish:
            self.digits = signal.value
            return True
        return False

    def _elapsed(self) -> int:
        return max(0, int((self.circuit.clock.now() - self.began_at).total_seconds()))


def begin(session: Session, source: str, node: Node) -> Recording:
    """Start a recording on the leg of a session, and say so where that was asked for."""
    company, leg = session.company, session.leg
    recording = Recording(new_sid("RE"), leg.sid, source, session.circuit.clock.now().replace(microsecond=0))
    recording.updated_at = recording.started_at
    with company.changed:
        company.recordings[recording.sid] = recording
    _report(session.circuit, leg, recording, node)
    return recording


def finish(circuit: Circuit, leg: Leg, recording: Recording, seconds: int, node: Node) -> None:
    """The recording is over: `absent` when nothing was recorded. Reports it and starts the transcript."""
    recording.seconds = seconds
    recording.status = "completed" if seconds > 0 else "absent"
    recording.updated_at = circuit.clock.now().replace(microsecond=0)
    _report(circuit, leg, recording, node)
    if node.flag("transcribe") and recording.status == "completed":
        _transcribe(circuit, leg, recording, node.get("transcribeCallback"))


def _report(circuit: Circuit, leg: Leg, recording: Recording, node: Node) -> None:
    url = node.get("recordingStatusCallback")
    if not url or recording.status not in node.get("recordingStatusCallbackEvent", "completed").split():
        return
    company = circuit.company
    params = {
        "AccountSid": company.account_sid,
        "CallSid": leg.sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": company.recording_url(recording.sid),
        "RecordingStatus": recording.status,
        "RecordingChannels": str(recording.channels),
        "RecordingStartTime": reports.rfc2822(recording.started_at),
        "RecordingSource": recording.source,
        "RecordingTrack": "both",
    }
    if recording.seconds is not None:
        params["RecordingDuration"] = str(recording.seconds)
    reports.report(circuit, "recording", leg, url, node.get("recordingStatusCallbackMethod", "POST"), params)


def _transcribe(circuit: Circuit, leg: Leg, recording: Recording, url: str) -> None:
    """Only what is longer than 2 and shorter than 120 seconds is transcribed. Twilio: Record, `transcribe`; 13617."""
    seconds = recording.seconds or 0
    if not 2 < seconds < 120:
        return
    company = circuit.company
    status = "completed" if recording.text else "failed"
    now = circuit.clock.now().replace(microsecond=0)
    transcription = Transcription(new_sid("TR"), recording.sid, status, recording.text, seconds, now)
    with company.changed:
        company.transcriptions[transcription.sid] = transcription
    if not url:
        return
    params = reports.standard(company, leg) | {
        "TranscriptionSid": transcription.sid,
        "TranscriptionText": transcription.text,
        "TranscriptionStatus": status,
        "TranscriptionUrl": f"{company.recording_url(recording.sid)}/Transcriptions/{transcription.sid}",
        "RecordingSid": recording.sid,
        "RecordingUrl": company.recording_url(recording.sid),
    }
    reports.report(circuit, "transcription", leg, url, "POST", params)

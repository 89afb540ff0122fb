"""Carries out documents on one leg, verb by verb, until the leg is over or nothing is left to do."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable

from soi_dialer.simulator import dialling, moves, recording
from soi_dialer.simulator.circuit import HUMAN, LIVE, Agenda, Circuit, Ended, Redirected, Signal
from soi_dialer.simulator.records import Leg
from soi_dialer.simulator.source import Source, fallback, load
from soi_dialer.simulator.twiml import Node, Refusal

CHARACTERS_PER_SECOND = 15.0
PLAY_SECONDS = 5.0
"""How long a sound is taken to be that is no WAV file."""

MOST_DOCUMENTS = 500
"""A call that has fetched so many documents goes round in circles."""

DONE = Signal("done")
Verb = Callable[["Session", Node], "Source | None"]


class HungUp(Exception):
    """The document said Hangup or Reject."""


class Session:
    """The document that one leg is hearing. With `whisper` it may only be spoken to, before it is joined."""

    def __init__(self, circuit: Circuit, leg: Leg, *, whisper: bool = False) -> None:
        self.circuit = circuit
        self.company = circuit.company
        self.leg = leg
        self.whisper = whisper
        self.source = Source()
        self.fetched = 0

    @property
    def pace(self) -> str:
        """A person at the handset needs real time to react."""
        return HUMAN if self.leg.handset.persona.manual else LIVE

    def run(self, source: Source | None) -> None:
        """Follow documents to the end. Raises HungUp, Ended, or Redirected for another leg than this one."""
        while source is not None:
            self.source = source
            try:
                source = self._perform(source)
            except Redirected as redirected:
                if redirected.leg is not self.leg or self.whisper:
                    raise
                source = redirected.source
            except Refusal as refusal:
                source = self._after_refusal(source, refusal)

    def _perform(self, source: Source) -> Source | None:
        self.fetched += 1
        if self.fetched > MOST_DOCUMENTS:
            raise Refusal(11215, "the call fetches documents in circles")
        document = load(self.company, self.leg, source, whisper=self.whisper)
        for node in document:
            self._answer_for(node)
            following = VERBS[node.name](self, node)
            if following is not None:
                return following
        return None

    def _answer_for(self, node: Node) -> None:
        """An inbound call is picked up by its first verb; Pause delays that, and answerOnBridge until it is joined."""
        waits = node.name in ("Reject", "Pause") or (node.name == "Dial" and node.flag("answerOnBridge"))
        if not waits and node.name != "Redirect":
            moves.pick_up(self.circuit, self.leg)

    def _after_refusal(self, source: Source, refusal: Refusal) -> Source | None:
        self.company.problem(refusal.code, refusal.message, call_sid=self.leg.sid, url=source.url)
        following = fallback(self.leg, source, refusal)
        if following is None:
            self.show("An application error has occurred. Goodbye.")
            raise HungUp
        return following

    def show(self, hears: str, wants: str | None = None) -> None:
        """What the person at the handset hears, and what is wanted of them."""
        self.leg.handset.hears, self.leg.handset.wants = hears, wants
        self.company.touch()

    def pass_time(self, seconds: float) -> None:
        """Let the call's time pass; keys pressed meanwhile are not wanted."""
        over_at = self.circuit.after(seconds)
        while self.circuit.listen([(over_at, DONE)], self.pace) is not DONE:
            pass


def say(session: Session, node: Node) -> Source | None:
    """Speak a text or play a sound to its end. Twilio: Say, Play."""
    session.show(node.text)
    session.pass_time(prompt_seconds(session, node))
    return None


def pause(session: Session, node: Node) -> Source | None:
    """Wait in silence. Twilio: Pause."""
    session.pass_time(node.whole("length", 1))
    return None


def prompt_seconds(session: Session, node: Node) -> float:
    """How long a Say, Play or Pause lasts. `loop=0` means for ever, which we cut at 1,000 times as Twilio does."""
    loops = node.whole("loop", 1) or 1000
    if node.name == "Pause":
        return node.whole("length", 1)
    if node.name == "Say":
        return loops * len(node.text) / CHARACTERS_PER_SECOND
    if node.get("digits"):
        return loops * 0.5 * len(node.get("digits"))
    return loops * _sound_seconds(session, node.text)


def _sound_seconds(session: Session, url: str) -> float:
    answer = session.company.courier.ask("media", session.leg.sid, url, "GET", {})
    if not answer.ok or not answer.content_type.startswith("audio/"):
        raise Refusal(12300 if answer.ok else 11200, f"Play found no sound there: {answer.status} {answer.error}")
    try:
        with wave.open(io.BytesIO(answer.body)) as sound:
            return sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError):
        return PLAY_SECONDS


def gather(session: Session, node: Node) -> Source | None:
    """Ask for keys. No key: go on with the next verb, unless `actionOnEmptyResult`. Twilio: Gather."""
    prompt = sum(prompt_seconds(session, child) for child in node.children)
    session.show(" ".join(child.text for child in node.children if child.name == "Say"), "keys")
    digits = _collect(session, node, prompt)
    session.show("")
    if not digits and not node.flag("actionOnEmptyResult"):
        return None
    return Source(node.get("action"), node.get("method", "POST"), {"Digits": digits}, "action")


def _collect(session: Session, node: Node, prompt: float) -> str:
    circuit, persona = session.circuit, session.leg.handset.persona
    most, finish = node.whole("numDigits", 1000), node.get("finishOnKey", "#")
    timeout = node.whole("timeout", 5)
    agenda: Agenda = [(circuit.after(prompt + timeout), DONE)]
    keys = session.leg.handset.next_keys()
    if keys:
        agenda.append((circuit.after(persona.key_seconds), Signal("press", session.leg, keys)))
    digits = ""
    while (signal := circuit.listen(agenda, session.pace)) is not DONE:
        if signal.kind != "press" or signal.leg is not session.leg:
            continue
        for key in signal.value:
            if key == finish:
                return digits
            digits += key
            if len(digits) == most:
                return digits
        agenda = [(circuit.after(timeout), DONE)]
    return digits


def redirect(session: Session, node: Node) -> Source | None:
    """Go on with another document; what follows is not reached. Twilio: Redirect."""
    return Source(node.text, node.get("method", "POST"), {}, "voice")


def hangup(session: Session, node: Node) -> Source | None:
    """End the leg. Twilio: Hangup."""
    raise HungUp


def reject(session: Session, node: Node) -> Source | None:
    """Turn an inbound call away unanswered; anywhere else it only hangs up. Twilio: Reject."""
    status = "busy" if node.get("reason") == "busy" else "no-answer"
    moves.hang_up(session.circuit, session.leg, status, 486)
    raise HungUp


def record(session: Session, node: Node) -> Source | None:
    """Take a message; see `recording`. Twilio: Record."""
    return recording.record(session, node)


def dial(session: Session, node: Node) -> Source | None:
    """Ring other telephones; see `dialling`. Twilio: Dial."""
    return dialling.dial(session, node)


VERBS: dict[str, Verb] = {
    "Say": say,
    "Play": say,
    "Pause": pause,
    "Gather": gather,
    "Record": record,
    "Dial": dial,
    "Redirect": redirect,
    "Reject": reject,
    "Hangup": hangup,
}


def converse(circuit: Circuit, leg: Leg, source: Source) -> None:
    """Carry out documents on the first leg of a conversation, then hang it up. Twilio hangs up after the last verb."""
    session = Session(circuit, leg)
    try:
        session.run(source)
    except (HungUp, Ended):
        pass
    finally:
        ended = {"status": "no-answer", "sip_code": 487} if leg.direction == "inbound" else {}
        moves.hang_up(circuit, leg, **ended)


def whisper(circuit: Circuit, leg: Leg, source: Source) -> bool:
    """Speak to a called party before it is joined. False when the document hung up on it. Twilio: Number, `url`."""
    try:
        Session(circuit, leg, whisper=True).run(source)
    except HungUp:
        return False
    return True

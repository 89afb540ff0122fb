"""Dial: rings other telephones, whispers to the one that answers, joins it, and says how it ended. Twilio: Dial."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from soi_dialer.simulator import moves, recording
from soi_dialer.simulator.circuit import FAST, Agenda, Circuit, Ended, Redirected, Signal
from soi_dialer.simulator.records import Detection, Leg, StatusCallback, new_sid
from soi_dialer.simulator.ringing import ring
from soi_dialer.simulator.source import Source, ask
from soi_dialer.simulator.twiml import Node, Refusal
from soi_dialer.simulator.validity import is_e164

if TYPE_CHECKING:
    from soi_dialer.simulator.session import Session

ADDED_SECONDS = 5
"""Twilio lets it ring so much longer than `timeout` says. Twilio: Dial, `timeout`."""

LONGEST_SECONDS = 14_400
LIMIT = Signal("limit")


@dataclasses.dataclass
class Outcome:
    """How a Dial ended; `leg` is the one that was answered, or else the last one tried."""

    status: str = "failed"
    leg: Leg | None = None
    bridged: bool = False
    seconds: int | None = None
    recording_url: str = ""

    def params(self) -> dict[str, str]:
        """The parameters of the action request."""
        params = {"DialCallStatus": self.status, "DialBridged": "true" if self.bridged else "false"}
        if self.leg is not None:
            params["DialCallSid"] = self.leg.sid
        if self.seconds is not None:
            params["DialCallDuration"] = str(self.seconds)
        if self.recording_url:
            params["RecordingUrl"] = self.recording_url
        return params


def dial(session: Session, node: Node) -> Source | None:
    """Carry out a Dial. With an `action` its answer goes on; without, the next verb does."""
    outcome = Outcome()
    try:
        _connect(session, node, outcome)
    except Ended:
        _told_after_hangup(session, node, outcome)
        raise
    session.show("")
    if not node.get("action"):
        return None
    return Source(node.get("action"), node.get("method", "POST"), outcome.params(), "action")


def _told_after_hangup(session: Session, node: Node, outcome: Outcome) -> None:
    """The calling leg hung up first: its action is still requested, and the answer is of no use any more."""
    moves.hang_up(session.circuit, session.leg, "no-answer", 487)
    if not node.get("action") or not session.company.settings.action_after_hangup:
        return
    source = Source(node.get("action"), node.get("method", "POST"), outcome.params(), "action")
    try:
        ask(session.company, session.leg, source)
    except Refusal as refusal:
        session.company.problem(refusal.code, refusal.message, call_sid=session.leg.sid, url=source.url)


def _connect(session: Session, node: Node, outcome: Outcome) -> None:
    targets = node.children or ((Node("Number", {}, node.text),) if node.text else ())
    caller_id = node.get("callerId") or session.leg.from_
    legs = _legs(session, targets, caller_id)
    if not legs:
        return
    outcome.leg = legs[-1]
    groups = [[leg] for leg in legs] if node.flag("sequential") else [legs]
    try:
        for group in groups:
            winner = _ring(session, node, group)
            if winner is not None:
                outcome.leg = winner
                _talk_to(session, node, targets[legs.index(winner)], outcome)
                return
    finally:
        _note_ending(session, legs, outcome)


def _ring(session: Session, node: Node, group: list[Leg]) -> Leg | None:
    session.show("(ringing)")
    seconds = node.whole("timeout", 30) + ADDED_SECONDS
    return ring(session.circuit, group, seconds, star=node.flag("hangupOnStar"))


def _legs(session: Session, targets: tuple[Node, ...], caller_id: str) -> list[Leg]:
    """One leg for each number; none, and a problem, when a number or the caller id is not allowed."""
    company, leg = session.company, session.leg
    wrong = _wrong(session, targets, caller_id)
    if wrong is not None:
        company.problem(wrong.code, wrong.message, call_sid=leg.sid, url=session.source.url)
        return []
    return [_leg(session, target, caller_id) for target in targets]


def _wrong(session: Session, targets: tuple[Node, ...], caller_id: str) -> Refusal | None:
    allowed = {session.leg.from_, session.leg.to, *session.company.numbers}
    if caller_id not in allowed or not is_e164(caller_id):
        return Refusal(13214, "Dial callerId is not a number of this account or of this call")
    if not targets or len(targets) > 10:
        return Refusal(13223, "Dial needs one to ten numbers")
    if any(not is_e164(target.text) for target in targets):
        return Refusal(13223, "Number is not an E.164 telephone number")
    return None


def _leg(session: Session, target: Node, caller_id: str) -> Leg:
    leg = Leg(new_sid("CA"), target.text, caller_id, "outbound-dial", session.circuit.clock.now())
    leg.parent_sid = session.leg.sid
    number = session.company.numbers.get(caller_id)
    leg.number_sid = number.sid if number else None
    if target.get("statusCallback"):
        events = tuple(target.get("statusCallbackEvent", "completed").split())
        leg.callback = StatusCallback(target.get("statusCallback"), target.get("statusCallbackMethod", "POST"), events)
    if target.get("machineDetection"):
        leg.detection = Detection(
            target.get("machineDetection"),
            target.whole("machineDetectionTimeout", 30),
            target.get("amdStatusCallback"),
            target.get("amdStatusCallbackMethod", "POST"),
        )
    return leg


def _talk_to(session: Session, node: Node, target: Node, outcome: Outcome) -> None:
    """The leg was answered: detect machines, whisper, and join it unless the whisper hung up."""
    leg, circuit = outcome.leg, session.circuit
    moves.start_detection(circuit, leg)
    try:
        if _heard_out(circuit, leg, target):
            _bridge(session, node, outcome)
    except Ended as end:
        moves.hang_up(circuit, end.leg)
        if end.leg is session.leg:
            raise
    except Redirected as redirected:
        if redirected.leg is not leg:
            raise
        _send_away(circuit, leg, redirected.source)
    finally:
        if circuit.company.circuits.get(leg.sid) is circuit:
            moves.hang_up(circuit, leg)


def _heard_out(circuit: Circuit, leg: Leg, target: Node) -> bool:
    from soi_dialer.simulator.session import whisper

    if not target.get("url"):
        return True
    return whisper(circuit, leg, Source(target.get("url"), target.get("method", "POST"), {}, "whisper"))


def _bridge(session: Session, node: Node, outcome: Outcome) -> None:
    """Both legs hear each other, until one hangs up (raises Ended), presses * or the time is up."""
    circuit, first, second = session.circuit, session.leg, outcome.leg
    moves.pick_up(circuit, first)
    outcome.bridged = True
    for leg, other in ((first, second), (second, first)):
        leg.handset.hears, leg.handset.wants = f"(joined with {other.handset.name or other.handset.number})", None
    circuit.company.touch()
    kept = None
    if node.get("record", "false") not in ("false", "do-not-record"):
        kept = recording.begin(session, "DialVerb", node)
    try:
        _talk(session, node, second)
    finally:
        if kept is not None:
            seconds = int((circuit.clock.now() - kept.started_at).total_seconds())
            recording.finish(circuit, first, kept, seconds, node)
            outcome.recording_url = circuit.company.recording_url(kept.sid)


def _talk(session: Session, node: Node, second: Leg) -> None:
    circuit, first = session.circuit, session.leg
    agenda: Agenda = [(circuit.after(node.whole("timeLimit", LONGEST_SECONDS)), LIMIT)]
    for leg in (second, first):
        persona = leg.handset.persona
        if persona.manual or persona.machine and leg is second:
            continue
        if persona.talk_seconds is not None:
            agenda.append((circuit.after(persona.talk_seconds), Signal("hang-up", leg)))
        if persona.star_seconds is not None:
            agenda.append((circuit.after(persona.star_seconds), Signal("press", leg, "*")))
    while (signal := circuit.listen(agenda, FAST)) is not LIMIT:
        agenda = [entry for entry in agenda if entry[1] is not signal]
        if signal.kind == "press" and signal.value == "*" and signal.leg is first and node.flag("hangupOnStar"):
            return


def _send_away(circuit: Circuit, leg: Leg, source: Source) -> None:
    """The account took the answered leg out of the Dial: it goes its own way in a conversation of its own."""
    from soi_dialer.simulator.session import converse

    own = Circuit(circuit.company, leg, circuit.clock.now())
    circuit.leave(leg)
    leg.handset.circuit = own
    own.start(lambda: converse(own, leg, source))


def _note_ending(session: Session, legs: list[Leg], outcome: Outcome) -> None:
    leg = outcome.leg
    if leg.answered_at is None:
        statuses = {tried.status for tried in legs}
        outcome.status = next((s for s in ("no-answer", "busy", "canceled", "failed") if s in statuses), "failed")
        return
    outcome.status = "completed" if outcome.bridged else session.company.settings.declined_whisper
    outcome.seconds = leg.seconds  # missing while the leg lives on elsewhere

"""Telephones ring until one is answered or all have failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soi_dialer.simulator import moves, reports
from soi_dialer.simulator.circuit import FAST, HUMAN, Agenda, Circuit, Ended, Redirected, Signal
from soi_dialer.simulator.handset import IDLE
from soi_dialer.simulator.records import Leg

if TYPE_CHECKING:
    from soi_dialer.simulator.persona import Persona

BUSY_SECONDS = 1.0
STOP = Signal("stop")
"""The time to ring is over."""


def ring(circuit: Circuit, legs: list[Leg], seconds: float, *, star: bool = False) -> Leg | None:
    """Ring all legs together; the first to be answered wins and the others are canceled.

    None when nobody answered within `seconds`; each leg then has its final status. With `star` the caller may give up
    by pressing *. Raises Ended or Redirected, with nothing left ringing, when that happens to the calling leg.
    """
    ringing = [leg for leg in legs if _reach(circuit, leg)]
    agenda = [(circuit.after(seconds), STOP)]
    for leg in ringing:
        agenda += _reaction(circuit, leg)
    try:
        return _wait(circuit, ringing, agenda, star)
    except (Ended, Redirected):
        _stop(circuit, ringing, None, "canceled")
        raise


def _reach(circuit: Circuit, leg: Leg) -> bool:
    """Start one leg. False when it failed at once."""
    leg.handset = circuit.company.handset(leg.to)
    leg.started_at = circuit.clock.now().replace(microsecond=0)
    circuit.join(leg)
    reports.progress(circuit, leg, "initiated")
    if leg.handset.persona.kind in ("unreachable", "refused"):
        moves.hang_up(circuit, leg, "failed", 404)
        return False
    with circuit.company.changed:  # two calls may want the same telephone at once
        free = leg.handset.state == IDLE
        if free:
            moves.start_ringing(circuit, leg)
    if not free:
        moves.hang_up(circuit, leg, "busy", 486)
    return free


def _reaction(circuit: Circuit, leg: Leg) -> Agenda:
    persona: Persona = leg.handset.persona
    at = circuit.after(persona.answer_seconds)
    match persona.kind:
        case "answers" | "voicemail":
            return [(at, Signal("answer", leg))]
        case "declines":
            return [(at, Signal("decline", leg))]
        case "busy":
            return [(circuit.after(BUSY_SECONDS), Signal("busy", leg))]
    return []


def _wait(circuit: Circuit, ringing: list[Leg], agenda: Agenda, star: bool) -> Leg | None:
    pace = HUMAN if any(leg.handset.persona.manual for leg in ringing) else FAST
    while ringing:
        signal = _next(circuit, ringing, agenda, pace)
        if signal is STOP:
            _stop(circuit, ringing, None, "no-answer")
        elif star and signal.kind == "press" and signal.value == "*" and signal.leg not in ringing:
            _stop(circuit, ringing, None, "canceled")
        elif signal.kind == "answer" and signal.leg in ringing:
            _stop(circuit, ringing, signal.leg, "canceled")
            moves.pick_up(circuit, signal.leg)
            return signal.leg
        elif signal.kind in ("busy", "decline", "canceled") and signal.leg in ringing:
            _fail(circuit, ringing, signal)
        agenda = [entry for entry in agenda if entry[1] is not signal]
    return None


def _next(circuit: Circuit, ringing: list[Leg], agenda: Agenda, pace: str) -> Signal:
    try:
        return circuit.listen(agenda, pace)
    except Ended as end:
        if end.leg not in ringing or end.leg is circuit.first:
            raise
        return Signal("canceled", end.leg)


def _fail(circuit: Circuit, ringing: list[Leg], signal: Signal) -> None:
    ringing.remove(signal.leg)
    status, code = {"busy": ("busy", 486), "decline": ("busy", 603), "canceled": ("canceled", 487)}[signal.kind]
    moves.hang_up(circuit, signal.leg, status, code)


def _stop(circuit: Circuit, ringing: list[Leg], winner: Leg | None, status: str) -> None:
    for leg in list(ringing):
        if leg is not winner:
            moves.hang_up(circuit, leg, status, 487)
            ringing.remove(leg)

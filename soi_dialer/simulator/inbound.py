"""Somebody dials one of our numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soi_dialer.simulator import clock, moves
from soi_dialer.simulator.circuit import Circuit, Signal
from soi_dialer.simulator.handset import Handset
from soi_dialer.simulator.records import Leg, Number, new_sid
from soi_dialer.simulator.session import converse
from soi_dialer.simulator.source import Source

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

ATTESTATION = "TN-Validation-Passed-A"


def dial(company: Company, handset: Handset, to: str, shown_as: str | None = None) -> Leg:
    """Start a call from a handset to an own number. Raises ValueError when the number is not ours."""
    number = company.numbers.get(to)
    if number is None:
        raise ValueError(f"{to or 'that'} is not one of our numbers")
    leg = Leg(new_sid("CA"), to, shown_as or handset.number, "inbound", clock.now(), status="ringing")
    leg.number_sid = number.sid
    leg.started_at = leg.created_at.replace(microsecond=0)
    leg.fallback_url, leg.fallback_method = number.voice_fallback_url, number.voice_fallback_method
    circuit = Circuit(company, leg)
    moves.start_dialling(circuit, leg, handset)
    circuit.start(lambda: _run(circuit, leg, number))
    return leg


def _run(circuit: Circuit, leg: Leg, number: Number) -> None:
    company = circuit.company
    if not number.voice_url:
        company.problem(11100, "the number has no voice URL", call_sid=leg.sid)
        moves.hang_up(circuit, leg, "failed", 404)
        return
    seconds = leg.handset.persona.hang_up_seconds
    if seconds is not None and not leg.handset.persona.manual:
        circuit.expect(circuit.after(seconds), Signal("hang-up", leg))
    converse(circuit, leg, Source(number.voice_url, number.voice_method, {"StirVerstat": ATTESTATION}, "voice"))

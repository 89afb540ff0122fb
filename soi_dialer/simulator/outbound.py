"""A call that the account asked for by REST: it waits its turn, rings, and then carries out its document."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from soi_dialer.simulator import clock, moves
from soi_dialer.simulator.circuit import HUMAN, Circuit, Ended, Signal
from soi_dialer.simulator.records import Leg, new_sid
from soi_dialer.simulator.ringing import ring
from soi_dialer.simulator.session import converse
from soi_dialer.simulator.source import Source

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

TURN = Signal("turn")
DECIDED = Signal("decided")


@dataclasses.dataclass
class Order:
    """What a call was asked to be, besides its leg."""

    source: Source
    ring_seconds: int = 60
    limit_seconds: int = 14_400


def new_leg(company: Company, to: str, caller: str) -> Leg:
    """The first leg of such a call, still queued."""
    leg = Leg(new_sid("CA"), to, caller, "outbound-api", clock.now())
    number = company.numbers.get(caller)
    leg.number_sid = number.sid if number else None
    leg.handset = company.handset(to)
    leg.queue_ms = company.turn_ms()
    return leg


def place(company: Company, leg: Leg, order: Order) -> None:
    """Let the call happen in the background."""
    circuit = Circuit(company, leg)
    circuit.start(lambda: _run(circuit, leg, order))


def _run(circuit: Circuit, leg: Leg, order: Order) -> None:
    if not _wait_for_turn(circuit, leg):
        return
    try:
        if ring(circuit, [leg], order.ring_seconds) is None:
            return
        circuit.expect(circuit.after(order.limit_seconds), Signal("complete", leg))
        source = _detect(circuit, leg, order.source)
    except Ended:
        moves.hang_up(circuit, leg)
        return
    converse(circuit, leg, source)


def _wait_for_turn(circuit: Circuit, leg: Leg) -> bool:
    """False when it was canceled while queued, which is not reported to anybody. Twilio: Calls, update."""
    if not leg.queue_ms:
        return True
    try:
        circuit.listen([(circuit.after(leg.queue_ms / 1000), TURN)], HUMAN)
    except Ended:
        leg.callback = None
        moves.hang_up(circuit, leg, "canceled", 487)
        return False
    return True


def _detect(circuit: Circuit, leg: Leg, source: Source) -> Source:
    """Machine detection on a first leg: in the background, or the callee hears silence until it has decided."""
    detection = leg.detection
    if detection is None:
        return source
    if not detection.blocking:
        moves.start_detection(circuit, leg)
        return source
    seconds, leg.answered_by = moves.detection_result(leg)
    decided_at = circuit.after(seconds)
    while circuit.listen([(decided_at, DECIDED)]) is not DECIDED:
        pass
    return dataclasses.replace(source, params={"AnsweredBy": leg.answered_by})

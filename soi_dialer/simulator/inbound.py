"""Somebody dials one of our numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soi_dialer.simulator import clock
from soi_dialer.simulator.circuit import Circuit
from soi_dialer.simulator.handset import DIALLING, Handset
from soi_dialer.simulator.records import Leg, new_sid

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company


def dial(company: Company, handset: Handset, to: str, shown_as: str | None = None) -> Leg:
    """Start a call from a handset to an own number. Raises ValueError when the number is not ours."""
    number = company.numbers.get(to)
    if number is None:
        raise ValueError(f"{to or 'that'} is not one of our numbers")
    leg = Leg(new_sid("CA"), to, shown_as or handset.number, "inbound", clock.now(), status="ringing")
    leg.number_sid = number.sid
    circuit = Circuit(company, leg)
    handset.occupy(DIALLING, leg, circuit, shows=to)
    circuit.start(lambda: None)
    return leg

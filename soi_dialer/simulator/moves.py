"""The stations of a leg: it rings, is answered, is over. Each one moves the handset and is reported."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from soi_dialer.simulator import reports
from soi_dialer.simulator.circuit import Circuit, Signal
from soi_dialer.simulator.handset import DIALLING, IDLE, IN_CALL, RINGING, Handset
from soi_dialer.simulator.records import Leg

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

DETECTION_SECONDS = 4.0
"""How long machine detection takes to know a person. Twilio: about four seconds after the answer."""


def start_ringing(circuit: Circuit, leg: Leg) -> None:
    """The network reached the telephone."""
    leg.status = "ringing"
    leg.handset.occupy(RINGING, leg, circuit, shows=leg.from_)
    reports.progress(circuit, leg, "ringing")
    circuit.company.touch()


def pick_up(circuit: Circuit, leg: Leg) -> None:
    """The leg is answered, by whoever is at its far end; doing it twice does nothing."""
    if leg.answered_at is not None:
        return
    leg.answer(circuit.clock.now())
    _expect_habits(circuit, leg)
    leg.handset.state = IN_CALL
    reports.progress(circuit, leg, "answered")
    circuit.company.touch()


def _expect_habits(circuit: Circuit, leg: Leg) -> None:
    persona = leg.handset.persona
    if persona.manual or leg.direction == "inbound":
        return  # who dials has its own patience from the start
    limits = [] if persona.hang_up_seconds is None else [persona.hang_up_seconds]
    if persona.machine:
        limits.append(persona.greeting_seconds + persona.takes_seconds)
    for seconds in limits:
        circuit.expect(leg.answered_at + timedelta(seconds=seconds), Signal("hang-up", leg))


def hang_up(circuit: Circuit, leg: Leg, status: str = "completed", sip_code: int | None = 200) -> None:
    """The leg is over. `status` is how, when nobody had answered it; an answered leg is always completed."""
    if leg.over:
        return
    if leg.answered_at is not None:
        status, sip_code = "completed", 200
    elif status == "completed":
        status, sip_code = "canceled", 487
    leg.end(status, circuit.clock.now(), sip_code)
    _put_down(circuit, leg)
    reports.progress(circuit, leg, "completed")
    if leg.direction == "inbound":
        reports.number_ending(circuit, leg)
    circuit.leave(leg)
    circuit.company.touch()


def _put_down(circuit: Circuit, leg: Leg) -> None:
    handset: Handset | None = leg.handset
    if handset is None or handset.leg is not leg:
        return
    missed = handset.state == RINGING and leg.status in ("no-answer", "canceled")
    handset.release(missed=missed)
    if missed and handset.persona.calls_back_seconds is not None:
        call_back_later(circuit.company, handset, leg.from_)


def call_back_later(company: Company, handset: Handset, number: str) -> None:
    """The persona returns the call that it missed, after its `calls_back_seconds` of real time."""
    from soi_dialer.simulator import inbound

    def call_back() -> None:
        if handset.state == IDLE and number in company.numbers and not company.closing.is_set():
            inbound.dial(company, handset, number)

    timer = threading.Timer(handset.persona.calls_back_seconds or 0, call_back)
    timer.daemon = True
    timer.start()


def start_dialling(circuit: Circuit, leg: Leg, handset: Handset) -> None:
    """A person dials one of our numbers."""
    leg.handset = handset
    handset.occupy(DIALLING, leg, circuit, shows=leg.to)


def detection_result(leg: Leg) -> tuple[float, str]:
    """After how many seconds machine detection decides, and what. Twilio: answering machine detection."""
    persona, detection = leg.handset.persona, leg.detection
    if persona.answered_by:
        return DETECTION_SECONDS, persona.answered_by
    if not persona.machine:
        return DETECTION_SECONDS, "human"
    if detection.mode == "Enable":
        return DETECTION_SECONDS, "machine_start"
    if persona.greeting_seconds >= detection.timeout_seconds:
        return float(detection.timeout_seconds), "machine_end_other"
    return persona.greeting_seconds + 1.0, "machine_end_beep" if persona.beep else "machine_end_silence"


def start_detection(circuit: Circuit, leg: Leg) -> None:
    """Let machine detection decide in the background; it never tells when the leg is over before."""
    if leg.detection is None:
        return
    seconds, answered_by = detection_result(leg)

    def decide() -> None:
        if not leg.over:
            leg.answered_by = answered_by
            reports.machine_detected(circuit, leg, answered_by, seconds)

    circuit.set_alarm(leg.answered_at + timedelta(seconds=seconds), decide)

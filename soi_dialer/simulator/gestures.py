"""What a person can do with a handset."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from soi_dialer.simulator import inbound
from soi_dialer.simulator.circuit import Signal
from soi_dialer.simulator.handset import DIALLING, IDLE, IN_CALL, RINGING, Handset, NotPossible

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

Gesture = Callable[["Company", Handset, dict[str, Any]], dict[str, Any] | None]


def answer(company: Company, handset: Handset, body: dict[str, Any]) -> None:
    """Pick up a ringing telephone."""
    _tell(handset, "answer", RINGING)


def decline(company: Company, handset: Handset, body: dict[str, Any]) -> None:
    """Refuse a ringing call."""
    _tell(handset, "decline", RINGING)


def hang_up(company: Company, handset: Handset, body: dict[str, Any]) -> None:
    """End the call, or give up dialling."""
    _tell(handset, "hang-up", IN_CALL, DIALLING)


def press(company: Company, handset: Handset, body: dict[str, Any]) -> None:
    """Press keys: {"digits"} of 0-9, * and #."""
    digits = body.get("digits")
    if not isinstance(digits, str) or not digits or set(digits) - set("0123456789*#"):
        raise ValueError("digits must be a string of 0-9, * and #")
    for digit in digits:
        _tell(handset, "press", IN_CALL, value=digit)


def message(company: Company, handset: Handset, body: dict[str, Any]) -> None:
    """Speak into the recording under way, or into the next: {"text", "seconds", "hang_up"? (true)}."""
    text, seconds = body.get("text", ""), body.get("seconds", 10)
    if not isinstance(text, str) or isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ValueError("send text and a number of seconds")
    if not 0 <= seconds <= 14_400:
        raise ValueError("seconds must be from 0 to 14400")
    handset.spoken = {"text": text, "seconds": seconds, "hang_up": bool(body.get("hang_up", True))}
    if handset.state == IN_CALL:
        _tell(handset, "message", IN_CALL)
    company.touch()


def call(company: Company, handset: Handset, body: dict[str, Any]) -> dict[str, Any]:
    """Dial one of our numbers: {"to", "from_display"?: "anonymous", "by_hand"?: true}. Answers {"call_sid"}.

    By hand, the persona stays out of it until the call is over: somebody at the page presses, speaks and hangs up.
    """
    if handset.state != IDLE:
        raise NotPossible("the handset is in a call")
    to = str(body.get("to", ""))
    if to in company.numbers and body.get("by_hand"):
        handset.use_by_hand()
    return {"call_sid": inbound.dial(company, handset, to, body.get("from_display")).sid}


def _tell(handset: Handset, kind: str, *states: str, value: Any = None) -> None:
    circuit, leg = handset.circuit, handset.leg
    if circuit is None or leg is None or handset.state not in states:
        raise NotPossible(f"the handset is {handset.state}")
    circuit.tell(Signal(kind, leg, value))


GESTURES: dict[str, Gesture] = {
    "answer": answer,
    "decline": decline,
    "hang-up": hang_up,
    "press": press,
    "message": message,
    "call": call,
}

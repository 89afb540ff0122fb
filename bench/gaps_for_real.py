"""A real installation, a real phone company, and a gate between them that is shut for a while, in real time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.gate import Gate
from bench.table import Figure
from soi_dialer import clock
from tests.carrier.line import Line
from tests.end_to_end.office import AGENT, OURS, Office, office
from tests.end_to_end.test_while_away import greets_and_records

CALLERS, SHUT_SECONDS, PATIENCE_SECONDS = 8, 40, 300
PAGE_EVERY_SECONDS = 55
"""A look once a minute may come a little early; see `flows/catch_up.py`."""


def figures(scratch: Path, tell: Callable[[str], None]) -> Iterator[Figure]:
    """How long after the gate's opening the last message and the end of a talk are known, and what was asked."""
    gate = Gate()
    settings = {"PUBLIC_URL": gate.url, "RECONCILE_SECONDS": 5, "RECONCILE_AFTER_SECONDS": 10}
    with contextlib.ExitStack() as stack:
        stack.callback(gate.shut)
        here = stack.enter_context(office(scratch, **settings))
        gate.target = here.settings["PORT"]
        here.recorder.sent = pages = Stamped()
        line = Line(here.settings["TWILIO_ACCOUNT_SID"], here.settings["TWILIO_AUTH_TOKEN"])
        stack.callback(line.stop)
        _goes_by(here, gate.url, greets_and_records(line))
        call_id = _talk(here)
        _are_called_in_vain(here, gate, tell)
        opened = clock.monotonic()
        gate.open()
        _wait_until_closed(here, call_id)
        took = (clock.monotonic() - opened) / 60
    name, count = f"All gaps closed after {SHUT_SECONDS} real seconds", f"{CALLERS} messages, 1 talk"
    yield Figure(name, count, f"{took:.1f} min", took, 5, most=True, unit=" min")
    most = pages.most_in(PAGE_EVERY_SECONDS)
    yield Figure("list pages in any minute", f"{len(pages.at)} in all", f"{most}", most, 1, most=True)


class Stamped(list):
    """What the app asked, and when it asked for a page of calls."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[float] = []

    def append(self, sent) -> None:
        super().append(sent)
        names = {name for name, _ in sent.query}
        if sent.method == "GET" and sent.path.endswith("/Calls.json") and not names & {"ParentCallSid", "To"}:
            self.at.append(time.monotonic())

    def most_in(self, seconds: float) -> int:
        """The greatest number within any so many seconds."""
        return max((sum(first <= at < first + seconds for at in self.at) for first in self.at), default=0)


def _goes_by(here: Office, url: str, fallback: str) -> None:
    """The number's webhooks come through the gate."""
    voice = f"{url}/webhooks/voice/inbound"
    here.company.put(
        f"numbers/{OURS}", voice_url=voice, status_callback=f"{voice}/status", sms_url=f"{url}/webhooks/sms/inbound",
        voice_fallback_url=fallback,
    )  # fmt: skip


def _talk(here: Office) -> int:
    """A conversation under way, of a length that ends while the gate is shut."""
    here.company.persona(AGENT, "answers", answer_seconds=2, talk_seconds=None, keys=["1"])
    contact_id, _ = here.person("answers", talk_seconds=SHUT_SECONDS * 30)
    call_id = here.api.call(contact_id)["id"]
    here.api.until(call_id, "talking")
    return call_id


def _are_called_in_vain(here: Office, gate: Gate, tell: Callable[[str], None]) -> None:
    callers = [here.person("answers", message="It is about the house.", message_seconds=9)[1] for _ in range(CALLERS)]
    gate.shut()
    tell(f"  refused for {SHUT_SECONDS} s ...")
    began = clock.monotonic()
    for number in callers:
        here.company.do(number, "call", to=OURS)
        time.sleep(SHUT_SECONDS / CALLERS / 2)
    here.company.settle()
    time.sleep(max(0, SHUT_SECONDS - (clock.monotonic() - began)))


def _wait_until_closed(here: Office, call_id: int) -> None:
    until = clock.monotonic() + PATIENCE_SECONDS
    while not _is_closed(here, call_id):
        if clock.monotonic() > until:
            raise RuntimeError(f"not every gap was closed in {PATIENCE_SECONDS} seconds")
        time.sleep(0.5)


def _is_closed(here: Office, call_id: int) -> bool:
    is_here = len(here.api.get("voicemails?limit=200")["items"]) == CALLERS
    return is_here and here.api.get(f"calls/{call_id}")["outcome"] == "connected"

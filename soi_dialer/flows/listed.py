"""The carrier's lists, read once and then asked like the carrier itself: a page instead of a request for every call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from soi_dialer.carrier.errors import CarrierError, Refused
from soi_dialer.carrier.reports import CallReport, RecordingReport
from soi_dialer.dialer import Dialer


class Listing:
    """What the account did since an instant. Its methods are those of the carrier, and raise what they raise.

    A call that is not in the list is not there yet: the list lags behind the truth. Recordings are asked for when the
    first one is wanted.
    """

    def __init__(self, dialer: Dialer, since: datetime) -> None:
        self.since = since
        self._recordings = _once(lambda: dialer.carrier.list_recordings_since(since))
        self._calls: dict[str, CallReport] = {}
        self._children: dict[str, list[CallReport]] = defaultdict(list)
        for report in dialer.carrier.list_calls_since(since):
            self._calls[report.sid] = report
            if report.parent_sid:
                self._children[report.parent_sid].append(report)

    @property
    def first_legs(self) -> list[CallReport]:
        """The calls themselves, without the legs dialled from them; the oldest first."""
        return self._in_order([report for report in self._calls.values() if not report.parent_sid])

    def fetch_call(self, sid: str) -> CallReport:
        if sid not in self._calls:
            raise Refused("The carrier's list does not have this call yet.", 20404, may_retry=True)
        return self._calls[sid]

    def list_children(self, parent_sid: str) -> list[CallReport]:
        return self._in_order(self._children.get(parent_sid, []))

    def list_calls(self, *, to: str, from_: str, since: datetime) -> list[CallReport]:
        return [report for report in self._calls.values() if report.to == to and report.from_ == from_]

    def list_recordings(self, call_sid: str) -> list[RecordingReport]:
        return [recording for recording in self._recordings() if recording.call_sid == call_sid]

    def _in_order(self, some: list[CallReport]) -> list[CallReport]:
        return sorted(some, key=lambda report: (report.created_at or self.since, report.sid))


def _once(ask: Callable[[], Any]) -> Callable[[], Any]:
    """Ask at the first use and keep the answer, a refusal too, so that many calls do not repeat a vain question."""
    answers: list[Any] = []

    def answer() -> Any:
        if not answers:
            try:
                answers.append(ask())
            except CarrierError as error:
                answers.append(error)
        if isinstance(answers[0], CarrierError):
            raise answers[0]
        return answers[0]

    return answer

"""Misbehaviour ordered in advance: the next matching REST request is answered wrongly, once or a few times."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any

MANNERS = (
    "error",  # answers `code` and does nothing
    "429",
    "500-created",  # does it, then answers 500
    "500-not-created",
    "timeout-created",  # does it, then says nothing for `seconds`
    "hang",  # does nothing and says nothing for `seconds`
    "drop",  # closes the connection and does nothing
    "drop-created",  # does it, then closes the connection
    "slow",  # does it and trickles its answer byte by byte over `seconds`
    "not-json",  # does it and answers 201 with something unreadable
    "html",  # answers 200 with a login page
    "twice",  # does it two times and answers for the first
    "truncated",  # does it and closes the connection in the middle of the answer
)


@dataclasses.dataclass
class Fault:
    """One ordered misbehaviour. `seconds` is real time."""

    manner: str
    resource: str = "Calls"
    method: str = "POST"
    code: int = 21215
    seconds: float = 60.0
    count: int = 1


class Faults:
    """The misbehaviours that are still to come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[Fault] = []

    def order(self, body: dict[str, Any]) -> Fault:
        """Add one from JSON. Raises ValueError naming what is wrong."""
        known = {field.name for field in dataclasses.fields(Fault)}
        if unknown := set(body) - known:
            raise ValueError(f"a fault has no {sorted(unknown)[0]}")
        if body.get("manner") not in MANNERS:
            raise ValueError(f"manner must be one of {', '.join(MANNERS)}")
        for name in ("code", "seconds", "count"):
            if isinstance(body.get(name, 1), bool) or not isinstance(body.get(name, 1), int | float):
                raise ValueError(f"{name} must be a number")
        fault = Fault(**body)
        with self._lock:
            self._ordered.append(fault)
        return fault

    def take(self, resource: str, method: str) -> Fault | None:
        """The misbehaviour for this request, if one was ordered; it is used up by that."""
        with self._lock:
            for fault in self._ordered:
                if (fault.resource, fault.method) == (resource, method):
                    fault.count -= 1
                    if fault.count < 1:
                        self._ordered.remove(fault)
                    return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """What is still to come, as the control API shows it."""
        with self._lock:
            return [dataclasses.asdict(fault) for fault in self._ordered]

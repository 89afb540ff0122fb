"""A leg, folded from what the carrier said of it: the furthest station wins, whatever the order of the news.

Webhooks come late, twice, out of order or not at all, so nothing here refuses an odd sequence. Among several final
statuses of one leg (an honest carrier sends one) what we fetched outweighs what we were told, and a fixed order of
statuses decides the rest, so that the same set of facts always gives the same leg.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta

from soi_dialer.domain.facts import FINAL_STATUSES, BridgeEnded, LegMoved

NO_LEG = "none"
"""The sid of a leg of which the carrier, when asked, knows nothing."""

_RANK = {"queued": 0, "initiated": 1, "ringing": 2, "answered": 3} | dict.fromkeys(FINAL_STATUSES, 4)
_PRECEDENCE = {"completed": 4, "busy": 3, "no_answer": 2, "failed": 1, "canceled": 0}
_TOLD_BY_THE_OTHER_LEG, _TOLD, _FETCHED = 0, 1, 2


@dataclasses.dataclass(frozen=True, slots=True)
class Leg:
    """Where a leg is. `seconds` is the carrier's own measure, known once the leg is final."""

    sid: str | None = None
    status: str | None = None
    seconds: int | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_final(self) -> bool:
        return self.status in FINAL_STATUSES

    @property
    def is_ringing(self) -> bool:
        return self.status in ("queued", "initiated", "ringing")

    @property
    def is_answered(self) -> bool:
        return self.status == "answered"


def fold_leg(moves: Iterable[LegMoved], bridge: BridgeEnded | None = None) -> Leg:
    """All that is known of one leg. `bridge` is what the first leg was told about it, used when nothing better came."""
    known = [(m, _FETCHED if m.fetched else _TOLD) for m in moves if m.status in _RANK]
    if bridge is not None and bridge.status in FINAL_STATUSES:
        hearsay = LegMoved("contact", bridge.child_sid or "", bridge.status, seconds=bridge.seconds)
        known.append((hearsay, _TOLD_BY_THE_OTHER_LEG))
    if not known:
        return Leg()
    best = max(known, key=_weight)[0]
    same = [(m, trust) for m, trust in known if m.status == best.status]
    final = best.status in FINAL_STATUSES
    seconds = _most_trusted(same, "seconds") if final else None
    ended_at = _most_trusted(same, "at") if final else None
    sid = best.sid if best.sid not in ("", NO_LEG) else None
    return Leg(sid, best.status, seconds, _answered_at(known, best.status, seconds, ended_at), ended_at)


def _answered_at(known: list, status: str, seconds: int | None, ended_at: datetime | None) -> datetime | None:
    """An ended leg was answered its length before its end, which is known even when the news of the answer was lost."""
    if status == "completed" and ended_at and seconds is not None:
        return ended_at - timedelta(seconds=seconds)
    return min((m.at for m, _ in known if m.status == "answered" and m.at), default=None)


def _weight(known: tuple[LegMoved, int]) -> tuple:
    move, trust = known
    return _RANK[move.status], trust, _PRECEDENCE.get(move.status, 0), move.seconds or 0


def _most_trusted(known: list[tuple[LegMoved, int]], field: str):
    values = [(trust, getattr(m, field)) for m, trust in known if getattr(m, field) is not None]
    return max(values)[1] if values else None

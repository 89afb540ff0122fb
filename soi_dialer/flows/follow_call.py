"""The carrier's news of a call: kept, folded, and everything that follows from it, in one transaction.

Every fact goes through `follow`, whether a webhook brought it, a fetch, or a key on the agent's phone. It locks the
calls, keeps the facts that are new, derives each call anew from all of its facts and writes what changed, together with
the voicemail and the callback that follow.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from soi_dialer.domain import call as calls_domain
from soi_dialer.domain.facts import FINAL_STATUSES, Fact, LegMoved, dedupe_key
from soi_dialer.flows import failpoints, owe_callback, rollup
from soi_dialer.flows.owe_callback import Change
from soi_dialer.store import calls

_DERIVED = [field.name for field in dataclasses.fields(calls_domain.Derived) if field.name != "is_settled"]
TOLD, FETCHED, PRESSED = "webhook", "fetched", "agent"


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """One fact about the call with this reference."""

    ref: str
    fact: Fact
    received_at: datetime
    source: str = TOLD


@dataclasses.dataclass(frozen=True, slots=True)
class Follower:
    """How to follow calls here. After a silence of `ask_after` the carrier is asked about an unfinished call."""

    ask_after: timedelta

    def follow(self, connection: Connection, news: Sequence[News]) -> list[bool]:
        """Apply the news; for each, whether its call is known. Nothing is written for a call that is not."""
        rows = {row["ref"]: row for row in calls.lock_for_news(connection, {n.ref for n in news})}
        known = [n for n in news if n.ref in rows]
        new = self._keep(connection, rows, known)
        if new:
            self._derive_all(connection, rows, new)
            failpoints.reached("facts_uncommitted")
        return [n.ref in rows for n in news]

    def follow_one(self, connection: Connection, news: News) -> RowMapping | None:
        """Apply one piece of news and give the call as it stands then, held; None when there is no such call."""
        if not self.follow(connection, [news])[0]:
            return None
        (row,) = calls.lock(connection, refs=[news.ref])
        return row

    def _keep(self, connection: Connection, rows: dict[str, RowMapping], known: list[News]) -> list[News]:
        if not known:
            return []
        kept = calls.keep_facts(connection, [(rows[n.ref]["id"], n.source, n.fact, n.received_at) for n in known])
        return [n for n in known if (rows[n.ref]["id"], dedupe_key(n.fact)) in kept]

    def _derive_all(self, connection: Connection, rows: dict[str, RowMapping], new: list[News]) -> None:
        by_ref: dict[str, list[News]] = {}
        for one in new:
            by_ref.setdefault(one.ref, []).append(one)
        facts = calls.facts_of(connection, [rows[ref]["id"] for ref in by_ref])
        changes = [
            Change(rows[ref], self._derived(rows[ref], facts[rows[ref]["id"]], some), [n.fact for n in some],
                   facts[rows[ref]["id"]])
            for ref, some in by_ref.items()
        ]  # fmt: skip
        calls.change_derived(connection, [change.values for change in changes])
        owe_callback.after_news(connection, changes)
        rollup.keep(connection, [(change.row, change.values) for change in changes])

    def rederive(self, connection: Connection, row: RowMapping, now: datetime, **changes: Any) -> dict[str, Any]:
        """Write a change of our own knowledge (a claim, a disposition) and all that follows from it."""
        (before,) = calls.lock(connection, ids=[row["id"]])  # as it is by now: it may have been read a while ago
        calls.change(connection, row["id"], **changes)
        row = {**before, **changes}
        facts = calls.facts_of(connection, [row["id"]])[row["id"]]
        values = self._derived(row, facts, [], now)
        calls.change_derived(connection, [values])
        owe_callback.after_news(connection, [Change(row, values, [], facts)])
        rollup.keep(connection, [(before, {**changes, **values})])
        return {**row, **values}

    def _derived(
        self, row: Any, facts: list[Fact], news: Sequence[News], now: datetime | None = None
    ) -> dict[str, Any]:
        """The columns that follow from the facts, for `calls.change_derived`."""
        now = now or max(n.received_at for n in news)
        placement = _placement(row, facts)
        known = known_of({**row, "placement": placement})
        derived = calls_domain.derive(known, facts)
        values = {name: getattr(derived, name) for name in _DERIVED}
        healed = any(n.source == FETCHED for n in news) and any(
            values[name] != row[name] for name in ("state", "outcome", "talk_seconds", "voicemail_seconds")
        )
        return values | {
            "of_call": row["id"],
            "placement": placement,
            "failure": row["failure"] if placement == row["placement"] else None,  # heard of it: the doubt is over
            "last_fact_at": max(now, row["last_fact_at"]),
            "reconcile_at": None if derived.is_settled else now + self.ask_after,
            "repaired": row["repaired"] or healed,
        }


def known_of(row: Any) -> calls_domain.Known:
    """What our own row says of a call, for the fold."""
    return calls_domain.Known(
        direction=row["direction"],
        placement=row["placement"],
        agent_sid=row["agent_sid"],
        contact_sid=row["contact_sid"],
        whispered_at=row["whispered_at"],
        claimed_at=row["claimed_at"],
        cancel_requested_at=row["cancel_requested_at"],
        disposition=row["disposition"],
    )


def _placement(row: Any, facts: list[Fact]) -> str:
    """The first news of the agent's leg proves that the call was placed, whatever the carrier's answer was.

    A call that was handed to the human as unconfirmed waits for its end: they may be in their next one by now.
    """
    heard = [f for f in facts if isinstance(f, LegMoved) and f.leg == "agent"]
    over = any(f.status in FINAL_STATUSES for f in heard)
    placed = over if row["placement"] == "lost" else heard and row["placement"] in ("intent", "posting", "unsure")
    return "placed" if placed else row["placement"]

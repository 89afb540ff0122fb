"""Reminders that stand in the database go out: leased, sent outside any transaction, and marked. At least once.

A message is made when it is sent, so it says what is true then; one that nobody needs any more is dropped. Nothing
goes out outside the agent's working hours. A channel that does not answer is left alone for the rest of the sweep, so
that it does not keep the others waiting.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from soi_dialer.dialer import Dialer
from soi_dialer.domain.reminders import DIGEST
from soi_dialer.flows import failpoints
from soi_dialer.flows.office_hours import presence_of
from soi_dialer.flows.reminder_message import message_of
from soi_dialer.flows.tell import tell
from soi_dialer.notify.channels import PAGE, chosen
from soi_dialer.notify.message import Message, NotSent
from soi_dialer.store import agents, callbacks, claims
from soi_dialer.store.scope import Scope

log = logging.getLogger(__name__)

Send = Callable[[Dialer, str, Mapping[str, Any], Message], None]

FIRST_PAUSE = timedelta(minutes=1)
_BROKEN = "It could not be sent because of an error of ours; the log says more."


def deliver(dialer: Dialer, send: Send = tell, limit: int = 200) -> int:
    """Send what is to be sent; returns how many messages were tried."""
    silent: set[str] = set()
    for tried in range(limit):
        if not _deliver_next(dialer, send, silent):
            return tried
    return limit


def _deliver_next(dialer: Dialer, send: Send, silent: set[str]) -> bool:
    """One message, leased alone: a slow channel never holds a message that another process could send."""
    now, owner = dialer.clock(), secrets.token_hex(8)
    with dialer.db.read() as connection:
        if not claims.any_delivery_due(connection, now, frozenset(silent)):
            return False
    with dialer.db.write() as connection:
        claimed = claims.claim_deliveries(connection, now, owner, 1, frozenset(silent))
    for row in claimed:
        failpoints.reached("delivery_claimed")
        values = _work(dialer, send, row, now, silent)
        failpoints.reached("delivery_sent")
        with dialer.db.write() as connection:
            claims.finish_delivery(connection, row["id"], owner, **values)
    return bool(claimed)


def _work(dialer: Dialer, send: Send, row: Any, now: datetime, silent: set[str]) -> dict[str, Any]:
    """What is to be written into the reminder's row."""
    try:
        return _send(dialer, send, row, now)
    except NotSent as failure:
        if failure.is_off:
            _switch_off(dialer, row)
        if failure.may_retry or failure.is_silent:
            silent.add(row["channel"])
        return _later_or_never(row, now, failure.reason, failure.may_retry)
    except Exception:
        log.exception("reminder %s could not be sent", row["id"])
        return _later_or_never(row, now, _BROKEN, True)


def _send(dialer: Dialer, send: Send, row: Any, now: datetime) -> dict[str, Any]:
    with dialer.db.read() as connection:
        agent = agents.get(connection, row["agent_id"])
        if _is_put_off(connection, row, now):
            return {"state": "dropped", "send_at": None}
        hours = presence_of(agent)
        if not hours.is_open(now):
            return {"send_at": hours.next_opening(now), "tries": 0}
        message = message_of(connection, dialer.settings, row, now)
    if message is None:
        return {"state": "dropped", "send_at": None}
    send(dialer, row["channel"], agent, message)
    return {"state": "sent", "send_at": None, "sent_at": now, "problem": None}


def _is_put_off(connection: Any, row: Any, now: datetime) -> bool:
    if row["rung"] == DIGEST:
        return False
    owed = callbacks.get(connection, Scope(row["office_id"], row["about_agent_id"]), row["callback_id"])
    return owed is None or (owed["snoozed_until"] is not None and owed["snoozed_until"] > now)


def _later_or_never(row: Any, now: datetime, problem: str, may_retry: bool) -> dict[str, Any]:
    if may_retry and row["tries"] < claims.MOST_TRIES:
        return {"send_at": now + FIRST_PAUSE * 4 ** (row["tries"] - 1), "problem": problem[:300]}
    return {"state": "failed", "send_at": None, "problem": problem[:300]}


def _switch_off(dialer: Dialer, row: Any) -> None:
    """A channel that refuses us for good is not tried again; the page is always left."""
    with dialer.db.write() as connection:
        left = [one for one in chosen(agents.get(connection, row["agent_id"])["channels"]) if one != row["channel"]]
        agents.update(connection, row["agent_id"], channels=",".join(left) or PAGE)

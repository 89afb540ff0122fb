"""On the first working day of each week, one mail about the week before: exactly one for each agent and week.

That it is to be sent is written down once, whoever looks first. Before it is handed to the mail server it is marked as
under way. When nobody can tell any more what became of it, because the program died or the server's answer was lost,
it is not sent again: the settings page says so.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from soi_dialer.dialer import Dialer
from soi_dialer.domain import wall_clock
from soi_dialer.domain.span import Span
from soi_dialer.flows import failpoints
from soi_dialer.flows.office_hours import is_on_leave, presence_of
from soi_dialer.flows.weekly_mail_message import message_about
from soi_dialer.notify.email import send_mail
from soi_dialer.notify.message import Message, NotSent
from soi_dialer.store import agents, claims, weekly_mails

log = logging.getLogger(__name__)

IN_THE_MORNING = time(7, 30)
TOO_LATE = timedelta(days=3)
"""Nobody wants to hear of last week any more when this one is half over."""

HALF_A_WEEK = timedelta(days=3)
"""Whoever lets their weeks begin on another day is not told of nearly the same days again."""

FIRST_PAUSE = timedelta(minutes=1)

Send = Callable[[str, str, Message], None]

UNKNOWN = "It is not known whether the mail server got it, so it was not sent again."
_BROKEN = "It could not be made because of an error of ours; the log says more."


def send_weekly_mails(dialer: Dialer, send: Send = send_mail) -> int:
    """Send each mail whose time has come; returns how many were tried. Nothing happens without a mail server."""
    if not dialer.settings.smtp_url:
        return 0
    _write_down(dialer)
    tried = 0
    while _send_next(dialer, send):
        tried += 1
    return tried


def _write_down(dialer: Dialer) -> None:
    now = dialer.clock()
    with dialer.db.read() as connection:
        wanted = weekly_mails.wanted_by(connection)
    for agent, told_on in wanted:
        week = last_week(agent, now)
        if (told_on is None or week.starts_on - told_on > HALF_A_WEEK) and _is_its_time(agent, week, now):
            with dialer.db.write() as connection:
                weekly_mails.add(connection, agent, week.starts_on, now)


def last_week(agent: Mapping[str, Any], now: datetime) -> Span:
    """The week that is over, by the agent's clocks and their first day of the week."""
    today = wall_clock.local_date(now, wall_clock.zone_named(agent["time_zone"]))
    return Span.week_of(today - timedelta(days=7), agent["first_weekday"])


def _is_its_time(agent: Mapping[str, Any], week: Span, now: datetime) -> bool:
    """Whether they were here then, and this week's mail is due and not too late."""
    if is_on_leave(agent, now):
        return False
    zone = wall_clock.zone_named(agent["time_zone"])
    if wall_clock.local_date(agent["created_at"], zone) >= week.until_on:
        return False
    send_at = send_time(agent, week.until_on)
    return send_at is not None and send_at <= now < send_at + TOO_LATE


def send_time(agent: Mapping[str, Any], week_on: date) -> datetime | None:
    """When the mail goes out in the week that begins on that day: on its first working day at half past seven, or when
    work begins where that is earlier. None when they do not work in that week."""
    zone = wall_clock.zone_named(agent["time_zone"])
    begins_at = wall_clock.first_at_or_after(week_on, 0, zone)
    opens_at = presence_of(agent).next_opening(begins_at)
    first_on = wall_clock.local_date(opens_at, zone)
    if first_on >= week_on + timedelta(days=7):
        return None
    return min(opens_at, wall_clock.as_written(first_on, IN_THE_MORNING, zone))


def _send_next(dialer: Dialer, send: Send) -> bool:
    """One mail, leased alone; whether there was one."""
    now, owner = dialer.clock(), secrets.token_hex(8)
    with dialer.db.read() as connection:
        if not weekly_mails.any_due(connection, now):
            return False
    with dialer.db.write() as connection:
        row = weekly_mails.claim(connection, now, owner)
    if row is None:
        return False
    failpoints.reached("weekly_mail_claimed")
    values = _work(dialer, send, row, owner, now)
    failpoints.reached("weekly_mail_sent")
    if values is not None:
        with dialer.db.write() as connection:
            weekly_mails.change(connection, row["id"], owner, lease_until=None, lease_owner=None, **values)
    return True


def _work(dialer: Dialer, send: Send, row: Any, owner: str, now: datetime) -> dict[str, Any] | None:
    """What is to be written into its row; None when somebody else has it by now."""
    if row["state"] == "sending":  # whoever had it never came back
        return _done("unknown", UNKNOWN)
    with dialer.db.read() as connection:
        agent = agents.get(connection, row["agent_id"])
    if agent["disabled_at"] is not None or not agent["weekly_mail"]:
        return _done("dropped", None)
    try:
        message = message_about(dialer, agent, row["week_on"], now)
    except Exception:
        log.exception("the weekly mail %s could not be made", row["id"])
        return _later_or_never(row, now, _BROKEN, may_retry=True)
    with dialer.db.write() as connection:
        lease = {"lease_until": now + claims.LEASE, "state": "sending"}
        if not weekly_mails.change(connection, row["id"], owner, **lease):
            return None
    return _handed_over(dialer, send, agent, message, row, now)


def _handed_over(
    dialer: Dialer, send: Send, agent: Mapping[str, Any], message: Message, row: Any, now: datetime
) -> dict[str, Any]:
    try:
        send(dialer.settings.smtp_url, agent["email"], message)
    except NotSent as failure:
        if failure.may_have_arrived:
            return _done("unknown", UNKNOWN)
        return _later_or_never(row, now, failure.reason, failure.may_retry)
    except Exception:
        log.exception("the weekly mail %s could not be handed over", row["id"])
        return _done("unknown", UNKNOWN)
    return _done("sent", None) | {"sent_at": now}


def _done(state: str, problem: str | None) -> dict[str, Any]:
    return {"state": state, "send_at": None, "problem": problem}


def _later_or_never(row: Any, now: datetime, problem: str, may_retry: bool) -> dict[str, Any]:
    if may_retry and row["tries"] < claims.MOST_TRIES:
        return {"state": "due", "send_at": now + FIRST_PAUSE * 4 ** (row["tries"] - 1), "problem": problem[:300]}
    return _done("failed", problem[:300])

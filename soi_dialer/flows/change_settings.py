"""An agent's own settings: when they work, how they are reminded, and who is told while they are away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain.working_hours import BadWorkingHours, WorkingHours
from soi_dialer.flows.channel_values import read_channels
from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.flows.office_hours import is_holiday
from soi_dialer.flows.owe_callback import refold
from soi_dialer.flows.tell import tell
from soi_dialer.notify.channels import PAGE, PHONE, chosen, label
from soi_dialer.notify.message import Link, Message, NotSent
from soi_dialer.store import agents, callbacks
from soi_dialer.store.scope import Scope

LONGEST_LEAVE_DAYS = 2 * 366


def change_settings(
    dialer: Dialer,
    scope: Scope,
    *,
    working_hours: str,
    channels: Sequence[str],
    holidays: str = "",
    leave_from_on: str = "",
    leave_until_on: str = "",
    hand_over_to: str = "",
) -> None:
    """All of them anew, as typed; what is empty is switched off. Open callbacks are reminded of by the new hours.

    Raises:
        BadValue: naming the field; nothing was changed.
    """
    values = {
        "channels": read_channels(channels, allow_private=dialer.settings.allow_private_notify),
        "holidays": _holidays(holidays),
        **_leave(leave_from_on, leave_until_on),
    }
    with dialer.db.write() as conn:
        before = agents.get(conn, scope.agent_id)
        values["working_hours"] = _working_hours(working_hours, before["time_zone"])
        values["hand_over_to"] = _colleague(conn, scope, hand_over_to)
        agents.update(conn, scope.agent_id, **values)
        if any(values[name] != before[name] for name in ("working_hours", "holidays")):
            for callback_id in callbacks.open_ids(conn, scope):
                refold(conn, callback_id)


def send_test(dialer: Dialer, scope: Scope, channel: str) -> str:
    """Send a message by one of the agent's channels; returns the channel in words.

    Raises:
        NotFound: it is none of theirs. NotAllowed: it was not sent, and why.
    """
    with dialer.db.read() as conn:
        agent = agents.get(conn, scope.agent_id)
    if channel not in chosen(agent["channels"]) or channel in (PAGE, PHONE):
        raise NotFound("That is none of your channels.")
    words = "This is a test from soi_dialer. Reminders reach you here."
    link = Link("Open your settings", f"{dialer.settings.public_url.rstrip('/')}/settings")
    try:
        tell(dialer, channel, agent, Message("A test", words, words, (link,), at=dialer.clock()))
    except NotSent as failure:
        raise NotAllowed(failure.reason) from None
    return label(channel)


def _working_hours(text: str, time_zone: str) -> str:
    try:
        rule = str(WorkingHours.parse(text[:500], time_zone))
    except BadWorkingHours as error:
        raise BadValue(str(error), "working_hours") from None
    if len(rule) > 200:
        raise BadValue("That is too long a rule; give several days the same hours.", "working_hours")
    return rule


def _holidays(code: str) -> str:
    code = code.strip().upper()
    if code and len(code) > 10:
        raise BadValue("Holidays are those of a country or a state, such as US or US-CA.", "holidays")
    try:
        if code:
            is_holiday(code)
    except ValueError as error:
        raise BadValue(str(error), "holidays") from None
    return code


def _leave(first: str, last: str) -> dict[str, date | None]:
    from_on, until_on = _day(first, "leave_from_on"), _day(last, "leave_until_on")
    if until_on and not from_on:
        raise BadValue("A leave needs its first day as well.", "leave_from_on")
    if from_on and until_on and not 0 <= (until_on - from_on).days <= LONGEST_LEAVE_DAYS:
        raise BadValue("The last day of a leave comes after the first, within two years.", "leave_until_on")
    return {"leave_from_on": from_on, "leave_until_on": until_on}


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise BadValue("Pick a day, such as 2026-12-24.", field) from None


def _colleague(conn: Connection, scope: Scope, typed: str) -> int | None:
    if not typed.strip():
        return None
    colleagues: dict[str, Any] = {str(row["id"]): row["id"] for row in agents.active_in_office(conn, scope.office_id)}
    colleagues.pop(str(scope.agent_id), None)
    if typed not in colleagues:
        raise BadValue("Choose somebody else of your office.", "hand_over_to")
    return colleagues[typed]

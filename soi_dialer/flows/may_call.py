"""May this agent ring this number now? Asked at the click, by the API, and again at key 1.

Fails closed: what cannot be decided is not dialled. On the practice phone company the calling hours only warn, and the
limits of a day do not count.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from soi_dialer.domain import phone
from soi_dialer.domain.calling_hours import CallingHours, OutsideHours, check, zones_for
from soi_dialer.domain.wall_clock import first_at_or_after, local_date, zone_named
from soi_dialer.flows.errors import NotAllowed
from soi_dialer.store import contacts, daily_calls, do_not_call
from soi_dialer.store.scope import Scope


def check_may_call(
    connection: Connection, settings: Any, agent: RowMapping, person: RowMapping, number: str, now: datetime
) -> None:
    """Return when the call is allowed.

    Raises:
        NotAllowed: with the rule that forbids it, in words.
    """
    _check_wishes(connection, person, number)
    _check_number(connection, settings, agent, number)
    _check_hours(settings, agent, person, number, now)
    if not settings.simulated:
        _check_limits(connection, settings, agent, person, number, now)


def hours_warning(settings: Any, agent: RowMapping, person: RowMapping, number: str, now: datetime) -> str | None:
    """Why it would be the wrong hour to call, or None."""
    zones = zones_for(person["time_zone"], number, agent["time_zone"])
    try:
        check(now, zones, CallingHours.parse(settings.calling_hours))
    except OutsideHours as error:
        return error.reason
    return None


def _check_wishes(connection: Connection, person: RowMapping, number: str) -> None:
    if person["do_not_call_at"] or do_not_call.is_do_not_call(connection, person["office_id"], number):
        raise NotAllowed(f"{person['name']} asked not to be called.")
    if person["archived_at"]:
        raise NotAllowed(f"{person['name']} is archived. Bring the contact back before calling.")


def _check_number(connection: Connection, settings: Any, agent: RowMapping, number: str) -> None:
    scope = Scope(agent["office_id"], agent["id"])
    own = contacts.own_numbers_among(connection, scope, {number}) | {settings.twilio_phone_number, agent["phone"]}
    try:
        phone.check_dialable(number, allowed_regions=settings.allowed_regions, own_numbers=frozenset(own))
    except phone.BadNumber as error:
        raise NotAllowed(str(error)) from None


def _check_hours(settings: Any, agent: RowMapping, person: RowMapping, number: str, now: datetime) -> None:
    warning = hours_warning(settings, agent, person, number, now)
    if warning and not settings.simulated:
        raise NotAllowed(warning)


def _check_limits(
    connection: Connection, settings: Any, agent: RowMapping, person: RowMapping, number: str, now: datetime
) -> None:
    """Several states allow three calls a day to somebody who does not answer."""
    scope, zone = Scope(agent["office_id"], agent["id"]), zone_named(agent["time_zone"])
    midnight = first_at_or_after(local_date(now, zone), 0, zone)
    most = settings.daily_calls_per_contact
    if most and daily_calls.tries_in_vain(connection, scope, person["id"], number, midnight) >= most:
        raise NotAllowed(f"{person['name']} was called {_times(most)} today and did not answer. Try another day.")
    most = settings.daily_calls_per_agent
    if most and daily_calls.rung_by(connection, scope, midnight) >= most:
        raise NotAllowed(f"You have made {most} calls today, as many as are allowed here. Go on tomorrow.")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")

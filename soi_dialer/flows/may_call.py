"""May this agent ring this number now? Asked at the click, by the API, and again at key 1.

Fails closed: what cannot be decided is not dialled. On the practice phone company the calling hours only warn.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from soi_dialer.domain import phone
from soi_dialer.domain.calling_hours import CallingHours, OutsideHours, check, zones_for
from soi_dialer.flows.errors import NotAllowed
from soi_dialer.store import contacts, do_not_call
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

"""Agents come and change: checked once, here, whoever asks."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names, phone
from soi_dialer.domain.working_hours import BadWorkingHours, WorkingHours
from soi_dialer.flows import touch
from soi_dialer.flows.channel_values import read_channels
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.passwords import hash_password
from soi_dialer.store import agents, rollup_upkeep

OFFICE = "Office"
ROLES = ("agent", "lead")

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_EMAIL_MAX = 320
_REQUIRED = ("name", "email", "phone", "time_zone", "password")


def add_agent(dialer: Dialer, *, office_name: str = OFFICE, **given: Any) -> Mapping:
    """A new agent of this installation; returns the row.

    Needed: `name`, `email`, `phone`, `time_zone`, `password`. Possible: `twilio_number`, `working_hours`, `channels`
    and `role`.
    Raises `BadValue` naming the field, `Conflict` when the e-mail address or the Twilio number is another agent's.
    """
    missing = next((field for field in _REQUIRED if not given.get(field)), None)
    if missing:
        raise BadValue(f"An agent needs a {missing.replace('_', ' ')}.", missing)
    values = _checked(dialer, given, time_zone=given["time_zone"])
    now = dialer.clock()
    with _clear_conflicts(), dialer.db.write() as conn:
        office_id = agents.first_office(conn, office_name, now)
        agent_id = agents.insert(conn, office_id=office_id, created_at=now, **values)
        return agents.get(conn, agent_id)


def update_agent(dialer: Dialer, email: str, /, **changes: Any) -> Mapping:
    """Change what is given of the agent with that address, leave the rest; returns the row."""
    with dialer.db.read() as conn:
        agent = agents.by_email(conn, email.strip().lower())
    if agent is None:
        raise NotFound(f"There is no agent {email}.")
    given = {field: value for field, value in changes.items() if value is not None}
    values = _checked(dialer, given, time_zone=given.get("time_zone", agent["time_zone"]))
    with _clear_conflicts(), dialer.db.write() as conn:
        agents.update(conn, agent["id"], **values)
        if values.get("time_zone", agent["time_zone"]) != agent["time_zone"]:  # their days begin at another midnight
            rollup_upkeep.rebuild(conn, agent["id"])
            touch.refresh_agent(conn, agent["id"])
        return agents.get(conn, agent["id"])


@contextmanager
def _clear_conflicts() -> Iterator[None]:
    """What the database says about a value that is taken, in plain words."""
    try:
        yield
    except IntegrityError as error:
        taken = "Twilio number" if "twilio_number" in str(error.orig) else "e-mail address"
        raise Conflict(f"Another agent has that {taken}.") from None


def _checked(dialer: Dialer, given: dict[str, Any], *, time_zone: str) -> dict[str, Any]:
    """The columns to write, each checked; what is None is left out."""
    values = {field: check(dialer, given[field]) for field, check in _CHECKS.items() if given.get(field) is not None}
    if given.get("password") is not None:
        values["password_hash"] = hash_password(given["password"])
    if given.get("working_hours") is not None:
        values["working_hours"] = _working_hours(given["working_hours"], time_zone)
    return values


def _name(_dialer: Dialer, value: str) -> str:
    try:
        return names.clean_name(value)
    except names.BadName as error:
        raise BadValue(str(error), "name") from None


def _email(_dialer: Dialer, value: str) -> str:
    email = value.strip().lower()
    if len(email) > _EMAIL_MAX or not _EMAIL.fullmatch(email):
        raise BadValue("That is not an e-mail address, such as alex@example.com.", "email")
    return email


def _own_phone(dialer: Dialer, value: str) -> str:
    """The agent's phone is rung at every click, so it must be a number that may be rung at all."""
    try:
        number = phone.parse(value).e164
        phone.check_dialable(number, allowed_regions=dialer.settings.allowed_regions)
    except phone.BadNumber as error:
        raise BadValue(f"The agent's phone: {error}", "phone") from None
    if number == dialer.settings.twilio_phone_number:
        raise BadValue("The agent's phone must not be the Twilio number: calls would ring in circles.", "phone")
    return number


def _twilio_number(_dialer: Dialer, value: str) -> str | None:
    if not value.strip():
        return None  # back to the installation's number
    try:
        return phone.parse(value).e164
    except phone.BadNumber as error:
        raise BadValue(f"The Twilio number: {error}", "twilio_number") from None


def _time_zone(_dialer: Dialer, value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise BadValue(f'There is no time zone "{value}"; write it like America/New_York.', "time_zone")
    return value


def _channels(dialer: Dialer, value: str) -> str:
    return read_channels(value.split(","), allow_private=dialer.settings.allow_private_notify)


def _role(_dialer: Dialer, value: str) -> str:
    if value not in ROLES:
        raise BadValue("A role is agent or lead.", "role")
    return value


def _working_hours(value: str, time_zone: str) -> str:
    try:
        return str(WorkingHours.parse(value, time_zone))
    except BadWorkingHours as error:
        raise BadValue(str(error), "working_hours") from None


_CHECKS: dict[str, Callable[[Dialer, str], str | None]] = {
    "name": _name,
    "email": _email,
    "phone": _own_phone,
    "time_zone": _time_zone,
    "twilio_number": _twilio_number,
    "channels": _channels,
    "role": _role,
}

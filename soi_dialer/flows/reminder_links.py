"""A reminder's link: opened without a password by whoever it was sent to, for one callback. Looking changes nothing.

Somebody who stands in for the agent may do everything but call through us: their phone is not the one that is rung.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain.wall_clock import as_written, local_date
from soi_dialer.flows import close_callback, keep_callback, reminder_tokens
from soi_dialer.flows.errors import BadValue, NotAllowed
from soi_dialer.flows.log_call import read_minutes
from soi_dialer.flows.office_hours import hours_of
from soi_dialer.flows.place_call import place_call
from soi_dialer.flows.reminder_message import name_of
from soi_dialer.flows.snooze import snooze
from soi_dialer.store import agents, callbacks, contacts, voicemails
from soi_dialer.store.scope import Scope


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """What a link shows. `agent` is who got it; `owed` is the callback's row."""

    agent: RowMapping
    owed: RowMapping
    name: str
    number: str | None
    messages: list[RowMapping]

    @property
    def is_own(self) -> bool:
        return self.agent["id"] == self.owed["agent_id"]

    @property
    def scope(self) -> Scope:
        return Scope(self.owed["office_id"], self.owed["agent_id"])

    @property
    def can_call(self) -> bool:
        """Through us: the agent's own debt, to somebody whom we know."""
        return self.is_own and self.owed["contact_id"] is not None


def open_link(dialer: Dialer, token: str) -> Opened | None:
    """None for a link that is not ours, has expired, or whose agent no longer works here. Changes nothing."""
    claim = reminder_tokens.open_callback_token(dialer.settings.secret_key, token, dialer.clock())
    if claim is None:
        return None
    with dialer.db.read() as connection:
        agent = agents.get(connection, claim.agent_id)
        owed = callbacks.of_office(connection, agent["office_id"], claim.about_id) if agent else None
        if owed is None or agent["disabled_at"]:
            return None
        messages = voicemails.of_callback(connection, owed["id"])
        return Opened(agent, owed, name_of(connection, owed), number_of(connection, owed), messages)


def open_sound(dialer: Dialer, token: str) -> RowMapping | None:
    """The voicemail that this token lets hear, for half an hour."""
    claim = reminder_tokens.open_sound_token(dialer.settings.secret_key, token, dialer.clock())
    if claim is None:
        return None
    with dialer.db.read() as connection:
        agent = agents.get(connection, claim.agent_id)
        return voicemails.of_office(connection, agent["office_id"], claim.about_id) if agent else None


def number_of(connection: Connection, owed: RowMapping) -> str | None:
    """The number that they used, if it is still one of theirs; else their first."""
    if owed["contact_id"] is None:
        return owed["contact_number"]
    known = [row["number"] for row in contacts.phones(connection, [owed["contact_id"]])[owed["contact_id"]]]
    return owed["contact_number"] if owed["contact_number"] in known else next(iter(known), None)


def act(dialer: Dialer, opened: Opened, form: Mapping[str, str]) -> str:
    """Do what the form says in `do`; returns what was done, one of the keys of `ACTIONS`.

    Raises:
        NotFound, BadValue, NotAllowed, Conflict: it was not done.
    """
    do = form.get("do", "")
    if do not in ACTIONS:
        raise BadValue("Choose one of the buttons.", "do")
    ACTIONS[do](dialer, opened, form)
    return do


def _call(dialer: Dialer, opened: Opened, form: Mapping[str, str]) -> None:
    if not opened.can_call:
        raise NotAllowed("This cannot be called from here.")
    row = place_call(
        dialer,
        opened.scope,
        contact_id=opened.owed["contact_id"],
        number=opened.number,
        callback_id=opened.owed["id"],
        request_key=f"link {form['nonce'][:64]}" if form.get("nonce") else None,
    )
    if row["outcome"] == "failed":
        raise NotAllowed(row["failure"] or "The call was not placed.")


def _snooze(dialer: Dialer, opened: Opened, form: Mapping[str, str]) -> None:
    times = later(opened.agent, dialer.clock())
    if form.get("when") not in times:
        raise BadValue("Choose one of the buttons.", "when")
    snooze(dialer, opened.scope, opened.owed["id"], times[form["when"]])


def _waive(dialer: Dialer, opened: Opened, form: Mapping[str, str]) -> None:
    keep_callback.waive(dialer, opened.scope, opened.owed["id"], form.get("reason", ""))


def _talked(dialer: Dialer, opened: Opened, form: Mapping[str, str]) -> None:
    """Whoever stands in is named: the call is logged with those of the agent whose contact it is."""
    note = "" if opened.is_own else f"{opened.agent['name']} talked with them."
    direction, minutes = form.get("direction") or "outbound", read_minutes(form.get("minutes", ""))
    close_callback.talked_elsewhere(
        dialer, opened.scope, opened.owed["id"], direction=direction, minutes=minutes, note=note
    )


def _stop(dialer: Dialer, opened: Opened, _form: Mapping[str, str]) -> None:
    close_callback.stop_calling(dialer, opened.scope, opened.owed["id"])


ACTIONS: dict[str, Callable[[Dialer, Opened, Mapping[str, str]], None]] = {
    "call": _call,
    "snooze": _snooze,
    "waive": _waive,
    "talked": _talked,
    "stop": _stop,
}


def later(agent: Mapping[str, Any], now: datetime) -> dict[str, datetime]:
    """What "in an hour", "tomorrow" and "in three days" mean to this agent; mornings are their first working hour."""
    hours = hours_of(agent)
    third_day = as_written(local_date(now, hours.zone) + timedelta(days=3), time(0), hours.zone)
    return {
        "hour": now + timedelta(hours=1),
        "tomorrow": hours.tomorrow_morning(now),
        "days": hours.next_opening(third_day),
    }

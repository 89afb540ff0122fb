"""How an agent wants their week: on which day it begins, and whether they are told of it by mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.flows.errors import BadValue
from soi_dialer.store import agents, weekly_mails
from soi_dialer.store.scope import Scope

FIRST_DAYS = {0: "Monday", 6: "Sunday"}


def change_week(dialer: Dialer, scope: Scope, *, first_weekday: str, weekly_mail: bool) -> None:
    """Keep both as typed.

    Raises:
        BadValue: the week begins on no such day; nothing was changed.
    """
    chosen = next((number for number in FIRST_DAYS if str(number) == first_weekday.strip()), None)
    if chosen is None:
        raise BadValue("A week begins on Monday or on Sunday.", "first_weekday")
    with dialer.db.write() as conn:
        agents.update(conn, scope.agent_id, first_weekday=chosen, weekly_mail=weekly_mail)


def last_mail(conn: Connection, agent_id: int) -> Mapping[str, Any] | None:
    """What became of the newest mail; None when there was none yet or it is still to be sent for the first time."""
    row = weekly_mails.last(conn, agent_id)
    return None if row is None or (row["state"] == "due" and row["problem"] is None) else row

"""What an agent has to see to for colleagues who are away or gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.flows.reminder_message import name_of
from soi_dialer.flows.reminder_tokens import callback_token
from soi_dialer.flows.stand_in import who_is_told
from soi_dialer.store import agents
from soi_dialer.store.owed import of_absent
from soi_dialer.store.scope import Scope


def handed_over(connection: Connection, settings: Any, scope: Scope, now: datetime) -> list[dict[str, Any]]:
    """The debts that now fall to this agent; one query while everybody is there.

    Each has the `name` of who waits, `owner_name`, `due_at`, and the `token` of the page on which to act on it.
    """
    rows = of_absent(connection, scope, now)
    owners = {row["agent_id"]: agents.get(connection, row["agent_id"]) for row in rows}
    told = {owner_id: who_is_told(connection, owner, now)["id"] for owner_id, owner in owners.items()}
    return [
        {
            "name": name_of(connection, row),
            "owner_name": row["owner_name"],
            "due_at": row["due_at"],
            "token": callback_token(settings.secret_key, scope.agent_id, row["id"], now),
        }
        for row in rows
        if told[row["agent_id"]] == scope.agent_id
    ]

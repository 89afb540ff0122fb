"""The advice on a callback's card, for those that were tried again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from soi_dialer.domain.callback_advice import ATTEMPTS, advice
from soi_dialer.store import attempts


def of(connection: Connection, rows: Sequence[Any], zone: ZoneInfo) -> dict[int, str]:
    """By callback. Asks the database only when there is somebody who needs it."""
    hard = [row for row in rows if row["state"] == "open" and row["attempts"] >= ATTEMPTS]
    if not hard:
        return {}
    tried = attempts.tried_at(connection, [row["id"] for row in hard])
    talks = attempts.last_talk(connection, {row["contact_id"] for row in hard if row["contact_id"]})
    local = {contact_id: at.astimezone(zone) for contact_id, at in talks.items()}
    said = {
        row["id"]: advice(
            row["attempts"], [at.astimezone(zone) for at in tried[row["id"]]], local.get(row["contact_id"])
        )
        for row in hard
    }
    return {callback_id: text for callback_id, text in said.items() if text}

"""/api/v1/today: whom to call today, in order, and why."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from soi_dialer.api import reading
from soi_dialer.api.auth import dialer, scope
from soi_dialer.flows.today import todays_list

_SHOWN = (
    "id",
    "contact_id",
    "name",
    "level",
    "number",
    "is_partner",
    "reason",
    "state",
    "carried",
    "call_id",
    "outcome",
)


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/today", "today", _today, methods=["GET"])


def _today() -> dict[str, Any]:
    """The whole list: it is short."""
    reading.query({})
    return {"items": [_shown(row) for row in todays_list(dialer(), scope())], "next": None}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    until_on = row["until_on"].isoformat() if row["until_on"] else None
    return {name: row[name] for name in _SHOWN} | {"until_on": until_on}

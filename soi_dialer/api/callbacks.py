"""/api/v1/callbacks: who is owed a call, until when, and why a debt was waived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from sqlalchemy import Connection

from soi_dialer.api import fields, paging, reading, shown
from soi_dialer.api.auth import dialer, scope
from soi_dialer.api.problems import bad_value
from soi_dialer.domain import names
from soi_dialer.domain.callback import STATES
from soi_dialer.flows.errors import NotFound
from soi_dialer.flows.keep_callback import change_due, open_callback, waive
from soi_dialer.store import callbacks

_NEW = {
    "contact_id": fields.identifier,
    "due_at": fields.instant,
    "note": fields.text(names.NOTE_LIMIT),
}
_CHANGES = {"due_at": fields.instant, "state": fields.one_of(("waived",)), "reason": fields.text(2000)}


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/callbacks", "callbacks", _list, methods=["GET"])
    blueprint.add_url_rule("/callbacks", "open_callback", _open, methods=["POST"])
    one = "/callbacks/<int:callback_id>"
    blueprint.add_url_rule(one, "callback", _get, methods=["GET"])
    blueprint.add_url_rule(one, "change_callback", _change, methods=["PATCH"])


def _list() -> dict[str, Any]:
    """Open ones by their due time, others the newest first: a cursor belongs to one of the two orders."""
    state = reading.query(_query("any")).get("state")
    order = "due_at" if state == "open" else "opened_at"
    asked = reading.query(_query(order))
    limit, after = asked.pop("limit", reading.USUAL_ITEMS), asked.pop("cursor", None)
    with dialer().db.read() as conn:
        rows = callbacks.page(conn, scope(), after=after, limit=limit + 1, **asked)
        return paging.answer(
            rows, limit, f"callbacks by {order}", lambda row: (row[order], row["id"]), lambda found: _show(conn, found)
        )


def _query(order: str) -> dict[str, fields.Reader]:
    return {
        "state": fields.one_of(STATES),
        "contact_id": reading.number_in_query(fields.identifier),
        "cursor": str if order == "any" else paging.instants(f"callbacks by {order}"),
        "limit": reading.limit,
    }


def _open() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Somebody who waits already keeps one callback: it is answered with the earlier of the two due times."""
    row = open_callback(dialer(), scope(), **reading.body(_NEW, required=("contact_id", "due_at")))
    return _shown(row["id"]), 201, {"Location": f"/api/v1/callbacks/{row['id']}"}


def _get(callback_id: int) -> dict[str, Any]:
    return _shown(callback_id)


def _change(callback_id: int) -> dict[str, Any]:
    wanted = reading.body(_CHANGES)
    if "due_at" in wanted and "state" in wanted:
        raise bad_value("state", "is given together with due_at; change the time or waive, not both")
    if "reason" in wanted and "state" not in wanted:
        raise bad_value("reason", 'goes with "state": "waived"')
    if "state" in wanted:
        waive(dialer(), scope(), callback_id, wanted.get("reason", ""))
    elif "due_at" in wanted:
        change_due(dialer(), scope(), callback_id, wanted["due_at"])
    return _shown(callback_id)


def _shown(callback_id: int) -> dict[str, Any]:
    with dialer().db.read() as conn:
        row = callbacks.get(conn, scope(), callback_id)
        if row is None:
            raise NotFound("There is no such callback.")
        return _show(conn, [row])[0]


def _show(conn: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    messages = callbacks.voicemail_ids(conn, [row["id"] for row in rows])
    return [shown.callback(row, messages.get(row["id"], ())) for row in rows]

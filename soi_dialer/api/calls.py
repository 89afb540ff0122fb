"""/api/v1/calls: place one, watch it, give it up, say what came of it, and log one that was made elsewhere."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, request

from soi_dialer.api import fields, paging, reading, shown
from soi_dialer.api.auth import dialer, scope
from soi_dialer.api.problems import bad_value
from soi_dialer.domain import names
from soi_dialer.domain.call import DISPOSITIONS, STATES
from soi_dialer.flows.cancel_call import cancel_call
from soi_dialer.flows import log_call as logging
from soi_dialer.flows.errors import NotFound
from soi_dialer.flows.place_call import place_call
from soi_dialer.flows.settle_call import settle_call
from soi_dialer.store import calls

LONGEST_KEY = 200
OUTCOMES = frozenset(word for words in DISPOSITIONS.values() for word in words)

_NEW = {"contact_id": fields.identifier, "phone": fields.number, "callback_id": fields.identifier}
_LOGGED = {
    "contact_id": fields.identifier,
    "phone": fields.number,
    "direction": fields.one_of(logging.OUTCOMES),
    "outcome": fields.one_of(logging.OUTCOMES["outbound"]),
    "minutes": fields.whole_number,
    "at": fields.instant,
    "note": fields.text(names.NOTE_LIMIT),
    "follow_up_at": fields.instant,
}
_CHANGES = {
    "outcome": fields.one_of(OUTCOMES),
    "note": fields.text(names.NOTE_LIMIT),
    "version": fields.whole_number,
}
_QUERY = {
    "contact_id": reading.number_in_query(fields.identifier),
    "state": fields.one_of(STATES),
    "cursor": paging.instants("calls"),
    "limit": reading.limit,
}


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/calls", "calls", _list, methods=["GET"])
    blueprint.add_url_rule("/calls", "place_call", _place, methods=["POST"])
    blueprint.add_url_rule("/calls/log", "log_call", _log, methods=["POST"])
    one = "/calls/<int:call_id>"
    blueprint.add_url_rule(one, "call", _get, methods=["GET"])
    blueprint.add_url_rule(one, "settle_call", _settle, methods=["PATCH"])
    blueprint.add_url_rule(f"{one}/cancel", "cancel_call", _cancel, methods=["POST"])


def _list() -> dict[str, Any]:
    asked = reading.query(_QUERY)
    limit, before = asked.pop("limit", reading.USUAL_ITEMS), asked.pop("cursor", None)
    with dialer().db.read() as conn:
        rows = calls.page(conn, scope(), before=before, limit=limit + 1, **asked)
    return paging.answer(rows, limit, "calls", _position, lambda found: [shown.call(row) for row in found])


def _position(row: Any) -> paging.Position:
    return row["placed_at"], row["id"]


def _place() -> tuple[dict[str, Any], int, dict[str, str]]:
    """202: the agent's phone is asked to ring; what comes of it is read from the call."""
    key = _idempotency_key()
    wanted = reading.body(_NEW, required=("contact_id",))
    row = place_call(
        dialer(),
        scope(),
        contact_id=wanted["contact_id"],
        number=wanted.get("phone"),
        callback_id=wanted.get("callback_id"),
        request_key=key,
    )
    return shown.call(row), 202, {"Location": f"/api/v1/calls/{row['id']}"}


def _log() -> tuple[dict[str, Any], int, dict[str, str]]:
    """A call that never went through us, on the agent's word."""
    key = _idempotency_key()
    wanted = reading.body(_LOGGED, required=("contact_id",))
    digest = hashlib.sha256(repr(("log", sorted(wanted.items()))).encode()).hexdigest() if key else None
    number = wanted.pop("phone", None)
    row = logging.log_call(dialer(), scope(), number=number, request_key=key, request_digest=digest, **wanted)
    return shown.call(row), 201, {"Location": f"/api/v1/calls/{row['id']}"}


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise bad_value("Idempotency-Key", f"must have 1 to {LONGEST_KEY} plain characters")
    return key


def _get(call_id: int) -> dict[str, Any]:
    with dialer().db.read() as conn:
        row = calls.get(conn, scope(), call_id)
    if row is None:
        raise NotFound("There is no such call.")
    return shown.call(row)


def _settle(call_id: int) -> dict[str, Any]:
    return shown.call(settle_call(dialer(), scope(), call_id, **reading.body(_CHANGES)))


def _cancel(call_id: int) -> tuple[dict[str, Any], int]:
    return shown.call(cancel_call(dialer(), scope(), call_id)), 202

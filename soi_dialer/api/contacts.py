"""/api/v1/contacts: the people whom the token's agent knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from sqlalchemy import Connection

from soi_dialer.api import fields, paging, reading, shown
from soi_dialer.api.auth import dialer, scope
from soi_dialer.domain import names
from soi_dialer.flows import keep_contact
from soi_dialer.flows.errors import NotFound
from soi_dialer.store import contacts, do_not_call, tags

_FIELDS = {
    "name": fields.text(5000),
    "phones": fields.phones,
    "email": fields.text(1000),
    "level": fields.text(200),
    "note": fields.text(names.NOTE_LIMIT),
    "time_zone": fields.or_null(fields.text(200)),
    "cadence_days": fields.or_null(fields.whole_number),
    "tags": fields.texts(100),
    "do_not_call": fields.yes_or_no,
    "do_not_call_reason": fields.text(1000),
}

_CHANGES = _FIELDS | {"archived": fields.yes_or_no}

_QUERY = {
    "search": fields.text(10_000),
    "tag": fields.text(200),
    "archived": fields.one_of(("true", "false", "all")),
    "cursor": paging.words("contacts"),
    "limit": reading.limit,
}
_ARCHIVED = {"true": True, "false": False, "all": None}


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/contacts", "contacts", _list, methods=["GET"])
    blueprint.add_url_rule("/contacts", "add_contact", _add, methods=["POST"])
    one = "/contacts/<int:contact_id>"
    blueprint.add_url_rule(one, "contact", _get, methods=["GET"])
    blueprint.add_url_rule(one, "edit_contact", _edit, methods=["PATCH"])
    blueprint.add_url_rule(one, "delete_contact", _delete, methods=["DELETE"])


def _list() -> dict[str, Any]:
    asked = reading.query(_QUERY)
    limit = asked.get("limit", reading.USUAL_ITEMS)
    with dialer().db.read() as conn:
        rows = contacts.page(
            conn,
            scope(),
            search=asked.get("search", "").replace("\0", ""),
            tag=asked.get("tag", ""),
            archived=_ARCHIVED[asked.get("archived", "false")],
            after=asked.get("cursor"),
            limit=limit + 1,
        )
        return paging.answer(rows, limit, "contacts", _position, lambda found: _show(conn, found))


def _position(row: Any) -> paging.Position:
    return row["search_name"], row["id"]


def _add() -> tuple[dict[str, Any], int, dict[str, str]]:
    values = reading.body(_FIELDS, required=("name", "phones"))
    contact_id = keep_contact.add_contact(dialer(), scope(), **values)
    return _shown(contact_id), 201, {"Location": f"/api/v1/contacts/{contact_id}"}


def _get(contact_id: int) -> dict[str, Any]:
    return _shown(contact_id)


def _edit(contact_id: int) -> dict[str, Any]:
    keep_contact.edit_contact(dialer(), scope(), contact_id, **reading.body(_CHANGES))
    return _shown(contact_id)


def _delete(contact_id: int) -> tuple[str, int]:
    keep_contact.delete_contact(dialer(), scope(), contact_id)
    return "", 204


def _shown(contact_id: int) -> dict[str, Any]:
    with dialer().db.read() as conn:
        row = contacts.get(conn, scope(), contact_id)
        if row is None:
            raise NotFound("There is no such contact.")
        return _show(conn, [row])[0]


def _show(conn: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Four queries for a whole page of contacts."""
    ids = [row["id"] for row in rows]
    phones, words = contacts.phones(conn, ids), tags.names_of(conn, ids)
    numbers = {phone["number"] for theirs in phones.values() for phone in theirs}
    blocked = do_not_call.blocked_numbers(conn, scope().office_id, numbers)
    return [shown.contact(row, phones[row["id"]], blocked, words[row["id"]]) for row in rows]

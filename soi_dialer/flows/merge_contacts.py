"""Two contacts that are one person become one, and nothing that was known of either is lost.

Calls, messages, facts, numbers, tags and the rest change their contact in one transaction; two open debts become one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain.joining import OTHER_EMAIL, OTHER_NAME
from soi_dialer.domain.names import search_form
from soi_dialer.flows import owe_callback, touch
from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.flows.keep_contact import keep_do_not_call
from soi_dialer.store import callbacks, contacts, facts, households, merges
from soi_dialer.store.scope import Scope

CHOSEN = ("name", "email", "level")
"""Fields of which the agent picks one of two; of all others both are kept."""

_SO_FAR = {"lost": 0, "lead": 1, "met": 2, "closing": 3}


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """Two of the agent's people, as they are in this transaction."""

    kept: Mapping[str, Any]
    gone: Mapping[str, Any]


def merge(dialer: Dialer, scope: Scope, kept_id: int, gone_id: int, take: Mapping[str, int] | None = None) -> None:
    """Make one contact of two; `gone_id` is no more afterwards.

    `take` names for `name`, `email` and `level` the contact whose word it is; otherwise it is that of `kept_id`, or the
    only one there is. Raises `NotAllowed` while either is in a call, `BadValue` for one person named twice, `NotFound`.
    """
    if kept_id == gone_id:
        raise BadValue("That is the same contact. Choose another one.", field="other")
    with dialer.db.write() as conn:
        merges.hold_calls(conn, scope, (kept_id, gone_id))  # first: whoever follows a call holds it before its contact
        pair = _held(conn, scope, kept_id, gone_id)
        for one in (pair.kept, pair.gone):
            if contacts.is_in_a_call(conn, one["id"]):
                raise NotAllowed(f"{one['name']} is in a call right now. Merge them when it has ended.")
        _move(conn, scope, pair, dialer.clock())
        values = _values(pair, take or {})
        _remember_others(conn, scope, pair, values, dialer.clock())
        contacts.update(conn, scope, kept_id, values, dialer.clock())
        contacts.remove(conn, scope, gone_id)
        keep_do_not_call(conn, scope, contacts.get(conn, scope, kept_id), dialer.clock())
        households.tidy(conn, scope)
        touch.refresh(conn, [kept_id])


def _held(conn: Connection, scope: Scope, kept_id: int, gone_id: int) -> Pair:
    """Both, in the order of their ids, so that two merges never wait for each other."""
    rows = {contact_id: contacts.hold(conn, scope, contact_id) for contact_id in sorted((kept_id, gone_id))}
    if None in rows.values():
        raise NotFound("There is no such contact.")
    return Pair(rows[kept_id], rows[gone_id])


def _move(conn: Connection, scope: Scope, pair: Pair, now: datetime) -> None:
    kept, gone = pair.kept["id"], pair.gone["id"]
    _join_debts(conn, scope, kept, gone)
    _join_senders(conn, scope, kept, gone, now)
    merges.move_sent(conn, kept, gone)
    merges.move_rows(conn, kept, gone)
    merges.move_phones(conn, kept, gone)
    merges.move_tags(conn, kept, gone)
    merges.move_days(conn, kept, gone)


def _join_debts(conn: Connection, scope: Scope, kept: int, gone: int) -> None:
    """There is one open callback for one person: the earlier due time, both histories and both notes."""
    mine, other = (callbacks.open_for_contact(conn, scope, one) for one in (kept, gone))
    if mine is None or other is None:
        return
    callbacks.change(conn, mine["id"], note=_both(mine["note"], other["note"]))
    callbacks.join(conn, other["id"], mine["id"])
    owe_callback.refold(conn, mine["id"])


def _join_senders(conn: Connection, scope: Scope, kept: int, gone: int, now: datetime) -> None:
    """Somebody is sent by one person: of two senders the one stays whose referral came further, and the other is
    remembered in words. So is one who was sent by this very person, on whatever way.
    """
    found = [row for person in (kept, gone) for row in merges.senders(conn, person)]
    found.sort(key=lambda row: (-_SO_FAR.get(row["state"], 0), row["sent_on"], row["id"]))
    staying = next((row for row in found if not _comes_from(conn, row["from_contact_id"], {kept, gone})), None)
    for row in found:
        if row is not staying:
            _remember_sender(conn, scope, kept, row, now)
            merges.remove_referral(conn, row["id"])
    if staying is not None:
        merges.give_sender(conn, staying["id"], kept)


def _comes_from(conn: Connection, person: int, origin: set[int]) -> bool:
    """Whether one of these stands somewhere on the way by which this person came."""
    seen: set[int] = set()
    while person not in seen:
        if person in origin:
            return True
        seen.add(person)
        rows = merges.senders(conn, person)
        if not rows:
            return False
        person = rows[0]["from_contact_id"]
    return False


def _remember_sender(conn: Connection, scope: Scope, kept: int, row: Mapping[str, Any], now: datetime) -> None:
    sender = contacts.get(conn, scope, row["from_contact_id"])
    said = f"Was sent by {sender['name']} on {row['sent_on']:%B} {row['sent_on'].day}, {row['sent_on'].year}"
    more = [f"it came to: {row['state']}"] + ([f"amount {row['amount']:,}"] if row["amount"] else [])
    text = "; ".join([said, *more, *([row["note"]] if row["note"] else [])])
    facts.add(conn, scope, kept, {"kind": "note", "text": text[:500]}, now)


def _remember_others(conn: Connection, scope: Scope, pair: Pair, values: Mapping[str, Any], now: datetime) -> None:
    """The name and the address that were not picked, by which an import knows this person as well.

    The name is put down as done with: nobody is to be asked about it.
    """
    both = pair.kept, pair.gone
    others = [(f"{OTHER_EMAIL}{one['email']}", None) for one in both if one["email"] not in ("", values["email"])]
    others += [
        (f"{OTHER_NAME}{one['name']}", now)
        for one in both
        if not one["named_by_number"] and search_form(one["name"]) != search_form(values["name"])
    ]
    known = {fact["text"].casefold() for fact in facts.of_contact(conn, pair.kept["id"])}
    for text, done_at in others:
        if text.casefold() not in known:
            facts.add(conn, scope, pair.kept["id"], {"kind": "note", "text": text, "done_at": done_at}, now)


def _values(pair: Pair, take: Mapping[str, int]) -> dict[str, Any]:
    """The columns of the one contact."""
    kept, gone = pair.kept, pair.gone
    named = gone if take.get("name") == gone["id"] else kept
    values = {field: _picked(pair, field, take) for field in CHOSEN}
    values |= {field: kept[field] or gone[field] for field in ("time_zone", "cadence_days", "household_id")}
    return values | {
        "named_by_number": named["named_by_number"],
        "note": _both(kept["note"], gone["note"]),
        "created_at": min(kept["created_at"], gone["created_at"]),
        "archived_at": kept["archived_at"] and gone["archived_at"],
        "do_not_call_at": min(filter(None, (kept["do_not_call_at"], gone["do_not_call_at"])), default=None),
        "do_not_call_reason": kept["do_not_call_reason"] or gone["do_not_call_reason"],
    }


def _picked(pair: Pair, field: str, take: Mapping[str, int]) -> Any:
    """Nothing is never put in the place of something."""
    first, second = (pair.gone, pair.kept) if take.get(field) == pair.gone["id"] else (pair.kept, pair.gone)
    return first[field] or second[field]


def _both(one: str, other: str) -> str:
    return one if not other or other == one else f"{one}\n\n{other}" if one else other

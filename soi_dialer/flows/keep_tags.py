"""Tag, untag and put aside many people at once."""

from __future__ import annotations

from collections.abc import Collection

from soi_dialer.dialer import Dialer
from soi_dialer.flows.contact_values import read_tags
from soi_dialer.flows.errors import BadValue
from soi_dialer.store import tags
from soi_dialer.store.scope import Scope


def tag_people(dialer: Dialer, scope: Scope, contact_ids: Collection[int], word: str) -> str:
    """Put one tag on these people; those of others are passed over. Returns the tag. Raises `BadValue`."""
    tag = _one(word)
    with dialer.db.write() as conn:
        tags.put_on(conn, scope, {contact_id: [tag] for contact_id in contact_ids})
    return tag


def untag_people(dialer: Dialer, scope: Scope, contact_ids: Collection[int], word: str) -> str:
    """Take one tag off these people. Returns the tag. Raises `BadValue`."""
    tag = _one(word)
    with dialer.db.write() as conn:
        tags.take_off(conn, scope, contact_ids, tag)
    return tag


def _one(word: str) -> str:
    kept = read_tags([word])
    if not kept:
        raise BadValue("Which tag?", field="tags")
    return kept[0]

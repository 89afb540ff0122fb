"""Finding people among tens of thousands: by any part of the name, a number in any form, an e-mail address, a tag.

Each part of a question is one pass over one index that holds all it needs, for there is no index that finds parts of
words on both databases: 50,000 people are passed over in a few milliseconds (`bench/searching.py`).
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, literal, or_, select, true, tuple_

from soi_dialer.domain import names, phone
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import contact, contact_phone, contact_tag, tag

LONGEST_SEARCH = 200
MOST_WORDS = 8

_AN_ADDRESS = re.compile(r"@|\w\.\w")

Filters = list[ColumnElement[bool]]

Position = tuple[str, int]
"""The `search_name` and id of the last one that was seen."""


def of(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The agent's own people."""
    return contact.c.office_id == scope.office_id, contact.c.agent_id == scope.agent_id


def listed(scope: Scope, filters: Filters, after: Position | None, limit: int) -> Select:
    """Everybody by name. Who they are follows from one index alone, and only these are then read."""
    query = select(contact.c.id).where(contact.c.agent_id == scope.agent_id, *filters)
    if after is not None:
        query = query.where(_beyond(after))
    those = query.order_by(contact.c.search_name, contact.c.id).limit(limit).subquery()
    whole = select(contact).join(those, those.c.id == contact.c.id).where(*of(scope))
    return whole.order_by(contact.c.search_name, contact.c.id)


def found(conn: Connection, scope: Scope, search: str, filters: Filters, after: Position | None, limit: int) -> list:
    """By name who fits the question, and before all others those whose name begins with it."""
    if "@" in search or phone.search_digits(search[:LONGEST_SEARCH]):  # as no name begins
        return _all(conn, listed(scope, [*filters, _fits(scope, search)], after, limit))
    begins = _begins_with(search)
    is_past_those = after is not None and not after[0].startswith(names.search_form(search))
    first = [] if is_past_those else _all(conn, listed(scope, [*filters, begins], after, limit))
    if len(first) == limit:
        return first
    rest = [*filters, _fits(scope, search), ~begins]
    return first + _all(conn, listed(scope, rest, after if is_past_those else None, limit - len(first)))


def _all(conn: Connection, query: Select) -> list[RowMapping]:
    return list(conn.execute(query).mappings())


def _beyond(after: Position) -> ColumnElement[bool]:
    return tuple_(contact.c.search_name, contact.c.id) > tuple_(literal(after[0]), literal(after[1]))


def _begins_with(search: str) -> ColumnElement[bool]:
    return contact.c.search_name.startswith(names.search_form(search), autoescape=True)


def _fits(scope: Scope, search: str) -> ColumnElement[bool]:
    """One number with gaps, or words that are each to be met by something."""
    search = search[:LONGEST_SEARCH]
    if phone.search_digits(search):
        return _meets(scope, search)
    return and_(true(), *(_meets(scope, word) for word in names.search_form(search).split()[:MOST_WORDS]))


def _meets(scope: Scope, word: str) -> ColumnElement[bool]:
    """What a word looks like decides where it is looked for, beside the names: each place is a pass over everybody."""
    if digits := phone.search_digits(word):
        beside = _with_number(scope, digits)
    else:
        beside = _with_email(scope, word) if _AN_ADDRESS.search(word) else _with_tag(scope, word)
    if "@" in word:
        return contact.c.id.in_(beside)
    in_name = contact.c.search_name.contains(names.search_form(word), autoescape=True)
    return or_(in_name, contact.c.id.in_(beside))


def _with_number(scope: Scope, digits: str) -> Select:
    fits = contact_phone.c.number.contains(digits, autoescape=True)
    return select(contact_phone.c.contact_id).where(contact_phone.c.agent_id == scope.agent_id, fits)


def _with_email(scope: Scope, word: str) -> Select:
    """Addresses are kept in lower case."""
    theirs = contact.alias()
    fits = theirs.c.email.contains(word, autoescape=True)
    return select(theirs.c.id).where(theirs.c.agent_id == scope.agent_id, fits)


def _with_tag(scope: Scope, word: str) -> Select:
    """From the beginning of the tag."""
    return _carriers(scope, tag.c.search_name.startswith(word, autoescape=True))


def _carriers(scope: Scope, fits: ColumnElement[bool]) -> Select:
    joined = select(contact_tag.c.contact_id).join_from(contact_tag, tag, contact_tag.c.tag_id == tag.c.id)
    return joined.where(tag.c.agent_id == scope.agent_id, fits)


def tagged(scope: Scope, name: str) -> ColumnElement[bool]:
    """Who carries this tag."""
    return contact.c.id.in_(_carriers(scope, tag.c.search_name == names.search_form(name)[:60]))

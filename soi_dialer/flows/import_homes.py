"""Households that a file tells of: whoever is new in it and shares the name of one lives together.

Only with others of the same file, for two families of the town may be called alike; whoever is known already lives
where the agent has put them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from soi_dialer.domain.imported import ImportedPerson, Problem
from soi_dialer.domain.joining import NEW, Decision
from soi_dialer.domain.names import search_form
from soi_dialer.store import households
from soi_dialer.store.scope import Scope


@dataclasses.dataclass(frozen=True, slots=True)
class Homes:
    """`shared` are the names, by search form, of households of which the file has two; `since` is when it came."""

    shared: dict[str, str]
    since: datetime

    def of(self, person: ImportedPerson) -> str:
        """The name of theirs; "" when they have none, or live there by themselves."""
        return self.shared.get(search_form(person.household), "")


def homes_of(rows: Iterable[ImportedPerson | Problem], since: datetime) -> Homes:
    named: dict[str, list[str]] = {}
    for row in rows:
        if isinstance(row, ImportedPerson) and (form := search_form(row.household)):
            named.setdefault(form, []).append(row.household)
    return Homes({form: written[0] for form, written in named.items() if len(written) > 1}, since)


def settle(conn: Connection, scope: Scope, decisions: Iterable[Decision], homes: Homes, now: datetime) -> None:
    """Give those who are new their `household_id`; those of an earlier chunk live there already."""
    found: dict[str, int] = {}
    for one in decisions:
        name = homes.of(one.person) if one.verdict == NEW else ""
        if not name:
            continue
        if name not in found:
            there = households.named(conn, scope, name, homes.since)
            found[name] = there if there is not None else households.add(conn, scope, name, now)
        one.known.household_id = found[name]

"""Some rows of an address book in one transaction: who is known, what becomes of each row, and all of it kept at once.

Everything is read and written for many people together, so that a chunk holds its transaction for a few hundredths of
a second and a webhook waits no longer than that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain import names
from soi_dialer.domain.imported import ImportedFact, ImportedPerson, Problem, fact_key
from soi_dialer.domain.joining import JOINED, NEW, OTHER_EMAIL, Book, Decision, Known, other_email
from soi_dialer.flows import touch
from soi_dialer.flows.contact_values import DEFAULT_LEVEL
from soi_dialer.flows.import_homes import Homes, settle
from soi_dialer.flows.keep_contact import DEFAULT_REFUSAL, EARLIER_REFUSAL
from soi_dialer.store import contacts, imported_people, tags
from soi_dialer.store import do_not_call as blocking
from soi_dialer.store.scope import Scope

CHUNK = 200

Row = ImportedPerson | Problem


def file_names(rows: Iterable[Row]) -> frozenset[str]:
    """The names of all people in the file, as `Book` needs them."""
    return frozenset(names.search_form(row.name) for row in rows if isinstance(row, ImportedPerson))


def other_emails(conn: Connection, scope: Scope) -> dict[str, set[int]]:
    """Whose the addresses are that are remembered beside those that people are reached by: contact ids."""
    found: dict[str, set[int]] = {}
    for row in imported_people.notes_that_begin(conn, scope, OTHER_EMAIL):
        found.setdefault(other_email("note", row["text"]), set()).add(row["contact_id"])
    return found


def learn(others: dict[str, set[int]], decisions: Iterable[Decision]) -> None:
    """Add the addresses that these decisions have put down, once they are committed."""
    for one in decisions:
        for fact in one.news.facts:
            if email := other_email(fact.kind, fact.text):
                others.setdefault(email, set()).add(one.known.contact_id)


def decide(
    dialer: Dialer,
    conn: Connection,
    scope: Scope,
    rows: Sequence[Row],
    book: Book,
    others: Mapping[str, Collection[int]],
) -> list[Decision]:
    """What is to become of each row. Adds to the book whom the database knows of them. Writes nothing.

    `others` is what `other_emails` found before the first row.
    """
    people = [row for row in rows if isinstance(row, ImportedPerson)]
    numbers = {phone.e164 for person in people for phone in person.phones}
    emails = {email for person in people for email in (person.email, *person.other_emails) if email}
    also = {contact_id for email in emails for contact_id in others.get(email, ())}
    for one in _known(conn, scope, numbers, emails, also):
        book.add(one)
    own = contacts.own_numbers_among(conn, scope, numbers) | {dialer.settings.twilio_phone_number}
    blocked = blocking.blocked_numbers(conn, scope.office_id, numbers)
    return [_warned(book.decide(row, own), blocked) for row in rows]


def _warned(decision: Decision, blocked: Collection[str]) -> Decision:
    """Said beforehand of whom the file does not tell it: they come in, and are not called."""
    known = decision.known
    if decision.verdict not in (NEW, JOINED) or known.do_not_call or known.numbers.isdisjoint(blocked):
        return decision
    return dataclasses.replace(decision, problems=(*decision.problems, EARLIER_REFUSAL))


def _known(conn: Connection, scope: Scope, numbers: set[str], emails: set[str], also: set[int]) -> list[Known]:
    rows = imported_people.known(conn, scope, numbers, emails, also)
    ids = [row["id"] for row in rows]
    phones, labels = contacts.phones(conn, ids), tags.names_of(conn, ids)
    facts = imported_people.facts_of(conn, ids)
    return [
        Known(
            row["id"],
            row["name"],
            row["named_by_number"],
            row["email"],
            row["note"],
            {phone["number"] for phone in phones[row["id"]]},
            set(map(names.search_form, labels[row["id"]])),
            {fact_key(fact["kind"], fact["text"], fact["month_day"]) for fact in facts[row["id"]]},
            row["do_not_call_at"] is not None,
            row["time_zone"],
            row,
        )
        for row in rows
    ]


def keep(
    conn: Connection, scope: Scope, decisions: Sequence[Decision], now: datetime, homes: Homes
) -> list[dict[str, Any]]:
    """Write what was decided; returns the rows for `imports.keep_rows`, with what an undo needs to know."""
    told = [decision for decision in decisions if decision.news or decision.verdict == "new"]
    since = {id(one.known): _since(one.known) for one in told}
    settle(conn, scope, told, homes, now)
    _write(conn, scope, told, now)
    return [_row(decision, now, since, homes) for decision in decisions]


def rehearsed(decisions: Sequence[Decision], homes: Homes) -> list[dict[str, Any]]:
    """The same rows when nothing is written."""
    return [_row(decision, None, {}, homes) for decision in decisions]


def _since(known: Known) -> str | None:
    return known.row["updated_at"].isoformat() if known.row is not None else None


def _write(conn: Connection, scope: Scope, told: Sequence[Decision], now: datetime) -> None:
    each: dict[int, list[Decision]] = {}
    for one in told:
        each.setdefault(id(one.known), []).append(one)
    people = [decisions[0].known for decisions in each.values()]
    blocked = blocking.blocked_numbers(conn, scope.office_id, {n for known in people for n in known.numbers})
    reasons = {id(one.known): one.news.do_not_call for one in reversed(told) if one.news.do_not_call is not None}
    refusals = {id(one): _refusal(one, reasons.get(id(one)), blocked) for one in people}
    persons = {id(one.known): one.person for one in told if one.verdict == "new"}
    _insert(conn, scope, [one for one in people if one.contact_id is None], persons, refusals, now)
    for known in people:
        _change(conn, scope, known, each[id(known)], refusals[id(known)], now)
    _add(conn, scope, each.values(), now)
    touch.refresh(conn, [known.contact_id for known in people])


def _refusal(known: Known, said: str | None, blocked: set[str]) -> str | None:
    """Why this person is not to be called: as the file says, or since one of their numbers is blocked already."""
    if said is not None:
        return said or DEFAULT_REFUSAL
    if known.row is not None and known.row["do_not_call_at"]:
        return known.row["do_not_call_reason"] or DEFAULT_REFUSAL
    return EARLIER_REFUSAL if known.numbers & blocked else None


def _insert(
    conn: Connection, scope: Scope, people: Sequence[Known], persons: dict, refusals: dict, now: datetime
) -> None:
    rows = [
        {
            "name": one.name,
            "email": one.email,
            "level": persons[id(one)].level or DEFAULT_LEVEL,
            "cadence_days": persons[id(one)].cadence_days,
            "archived_at": now if persons[id(one)].archived else None,
            "household_id": one.household_id,
            "note": one.note,
            "named_by_number": one.named_by_number,
            "time_zone": one.time_zone,
            "do_not_call_at": now if refusals[id(one)] else None,
            "do_not_call_reason": refusals[id(one)] or "",
        }
        for one in people
    ]
    for one, contact_id in zip(people, imported_people.add_many(conn, scope, rows, now), strict=True):
        one.contact_id = contact_id


def _change(
    conn: Connection, scope: Scope, known: Known, told: Sequence[Decision], refusal: str | None, now: datetime
) -> None:
    """Somebody who was there before: the fields they have learnt, and a refusal for all their numbers."""
    if refusal:
        blocking.block_numbers(conn, scope.office_id, known.numbers, refusal, now)
    if known.row is None:
        return
    values = {field: after for one in told for field, (_before, after) in one.news.values.items()}
    if refusal and not known.row["do_not_call_at"]:
        values |= {"do_not_call_at": now, "do_not_call_reason": refusal}
    contacts.update(conn, scope, known.contact_id, values, now)


def _add(conn: Connection, scope: Scope, each: Iterable[Sequence[Decision]], now: datetime) -> None:
    """Numbers, tags and facts of all of them. A number comes behind those that were there."""
    phones, labels, facts = [], {}, []
    for told in each:
        known = told[0].known
        news = [phone for one in told for phone in one.news.phones]
        first = len(known.numbers) - len(news)
        phones += [_phone(known.contact_id, phone, place) for place, phone in enumerate(news, first)]
        labels[known.contact_id] = [tag for one in told for tag in one.news.tags]
        said = [fact for one in told for fact in one.news.facts]
        facts += [_fact(known.contact_id, fact, now) for fact in said]
    imported_people.add_phones(conn, scope, phones)
    imported_people.add_facts(conn, scope, facts)
    tags.put_on(conn, scope, {who: words for who, words in labels.items() if words})


def _fact(contact_id: int, fact: ImportedFact, now: datetime) -> dict[str, Any]:
    values = fact._asdict()
    return values | {"contact_id": contact_id, "created_at": now, "done_at": now if values.pop("is_done") else None}


def _phone(contact_id: int, phone: Any, position: int) -> dict[str, Any]:
    said = {"number": phone.e164, "label": phone.label, "extension": phone.extension}
    return {"contact_id": contact_id, "position": position, **said}


def _row(decision: Decision, at: datetime | None, since: dict[int, str | None], homes: Homes) -> dict[str, Any]:
    known, news = decision.known, decision.news
    before = None
    if decision.verdict in ("new", "joined"):
        before = {
            "with": known.name,
            "phones": [phone.e164 for phone in news.phones],
            "values": {field: list(both) for field, both in news.values.items()},
            "tags": list(news.tags),
            "facts": [[fact.kind, fact.text] for fact in news.facts],
            "refused": news.do_not_call is not None,
        }
        if decision.verdict == "new":
            before |= {"home": homes.of(decision.person), "home_id": known.household_id}
            before |= {"archived": decision.person.archived}
        if at is not None:
            before |= {"at": at.isoformat(), "since": since[id(known)] or at.isoformat()}
            since[id(known)] = at.isoformat()
    return {
        "row": decision.row,
        "name": decision.name[:200],
        "verdict": decision.verdict,
        "contact_id": known.contact_id if known else None,
        "problems": list(decision.problems),
        "before": before,
        "is_undone": False,
    }

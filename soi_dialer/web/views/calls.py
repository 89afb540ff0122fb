"""All calls, the newest first; or those behind one figure of a report, so that every figure opens down to its calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from soi_dialer.domain.call import OUTCOMES
from soi_dialer.domain.day_figures import LONG_SECONDS
from soi_dialer.domain.span import Span
from soi_dialer.flows.report_span import CLOSED_AFTER
from soi_dialer.store import calls as store
from soi_dialer.store import contacts, figures
from soi_dialer.web import call_words, calls_behind, page, report_words, spans, whose

SPAN_PAGE_SIZE = 200


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/calls", "calls", calls)
    member = f"/team/<int(max={page.BIGGEST_ID}):agent_id>/calls"
    pages.add_url_rule(member, "member_calls", member_calls)
    pages.add_url_rule(f"{member}/<int(max={page.BIGGEST_ID}):call_id>", "member_call", member_call)


def calls() -> Response:
    span, before = spans.asked(), page.time_cursor(request.args.get("before", ""))
    with page.dialer().db.read() as conn:
        if span:
            values = _behind_a_figure(conn, span, before)
        else:
            rows = store.page(conn, page.scope(), before=before, limit=page.PAGE_SIZE + 1)
            rows, more = page.more(rows, "placed_at", "web.calls", "before")
            values = {"rows": rows, "more": more}
        ids = {row["contact_id"] for row in values["rows"] if row["contact_id"]}
        people = contacts.get_many(conn, page.scope(), ids)
    return page.show("calls.html", people=people, span=span, **values)


def member_calls(agent_id: int) -> Response:
    """The calls behind a figure of a member's, without notes."""
    span, before = page.found(spans.asked()), page.time_cursor(request.args.get("before", ""))
    scope = whose.shown().scope
    with page.dialer().db.read() as conn:
        values = _behind_a_figure(conn, span, before)
        people = contacts.get_many(conn, scope, {row["contact_id"] for row in values["rows"] if row["contact_id"]})
    values["rows"] = [{**row, "note": ""} for row in values["rows"]]
    return page.show("calls.html", people=people, span=span, **values)


def member_call(agent_id: int, call_id: int) -> Response:
    """One of them, down to what the carrier told."""
    of = whose.shown()
    with page.dialer().db.read() as conn:
        row = page.found(store.get(conn, of.scope, call_id))
        person = contacts.get(conn, of.scope, row["contact_id"]) if row["contact_id"] else None
        events = [call_words.event(event, of.first_name) for event in store.events(conn, call_id)]
    return page.show("member_call.html", call=row, name=call_words.name_of(row, person), events=events)


def _behind_a_figure(conn: Connection, span: Span, before: tuple[datetime, int] | None) -> dict[str, Any]:
    """The calls of the span that the address asks for, what they are called, and what they add up to."""
    asked = calls_behind.asked()
    if asked:
        values = calls_behind.values(conn, span, asked, before, SPAN_PAGE_SIZE + 1)
    else:
        asked = _asked()
        values = _filtered(conn, span, asked, before)
    of = whose.shown()
    address = of.values | spans.address(span) | asked
    rows, more = page.more(values["rows"], "placed_at", of.endpoint("calls"), "before", SPAN_PAGE_SIZE, **address)
    title = report_words.title(span, page.present().today)
    return values | {"rows": rows, "more": more, "asked": asked, "title": title}


def _filtered(
    conn: Connection, span: Span, asked: dict[str, str], before: tuple[datetime, int] | None
) -> dict[str, Any]:
    filters = _filters(conn, span, asked)
    scope = whose.shown().scope
    rows = figures.calls(conn, scope, filters, limit=SPAN_PAGE_SIZE + 1, before=before)
    count, people, talked, said = figures.sums_of_calls(conn, scope, filters)
    return {"rows": rows, "count": count, "talked": talked, "said": said, "which": _which(asked, people)}


def _asked() -> dict[str, str]:
    """The parts of the address that narrow the calls down, those that are known."""
    given = request.args
    known = {
        "direction": given.get("direction", "") in OUTCOMES,
        "outcome": any(given.get("outcome") in names for names in OUTCOMES.values()),
        "self_reported": given.get("self_reported") in ("0", "1"),
        "level": 0 < len(given.get("level", "")) <= 40 and "\0" not in given.get("level", ""),
        "long": given.get("long") == "1",
        "changed": given.get("changed") == "1",
    }
    return {name: given[name] for name, is_known in known.items() if is_known}


def _filters(conn: Connection, span: Span, asked: dict[str, str]) -> figures.Filters:
    """A call belongs to the local day on which it was placed."""
    scope = whose.shown().scope
    starts_at, ends_at = span.instants(whose.shown().zone.key)
    ids = None
    if "changed" in asked:
        ids = figures.amended(conn, scope, starts_at, ends_at, ends_at + CLOSED_AFTER)
    measured = "0" if "long" in asked else asked.get("self_reported")
    return figures.Filters(
        starts_at=starts_at,
        ends_at=ends_at,
        has_outcome=True,  # a call under way is in no figure yet
        direction=asked.get("direction"),
        outcomes=[asked["outcome"]] if "outcome" in asked else None,
        self_reported=None if measured is None else measured == "1",
        least_talk_seconds=LONG_SECONDS if "long" in asked else None,
        level=asked.get("level"),
        ids=ids,
    )


def _which(asked: dict[str, str], people: int) -> str:
    """What narrows the calls down, in words, each with a comma before it."""
    you = whose.shown().first_name or "you"
    said = [
        {"outbound": f"{you} called", "inbound": "they called"}.get(asked.get("direction", "")),
        asked.get("outcome", "").replace("_", " "),
        "of five minutes or more" if "long" in asked else "",
        f"with {people} {'person' if people == 1 else 'people'} of level {asked['level']}" if "level" in asked else "",
        {"1": "self-reported", "0": "measured"}.get(asked.get("self_reported", "")),
        "changed after the end" if "changed" in asked else "",
    ]
    return "".join(f", {one}" for one in said if one)

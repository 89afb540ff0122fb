"""The agent's own ladder, and one person's place on it."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.domain.level import LONGEST_NAME, MOST_DAYS, MOST_RUNGS, PRESETS
from soi_dialer.domain.whole_number import whole
from soi_dialer.flows import levels as flow
from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.levels import Step
from soi_dialer.store import contacts, levels, sphere
from soi_dialer.web import page

TALKS = 5
"""How many of the last talks may be named as what moved somebody."""


def add_routes(pages: Blueprint) -> None:
    one = f"/contacts/<int(max={page.BIGGEST_ID}):contact_id>/level"
    pages.add_url_rule("/sphere/levels", "levels", ladder, methods=["GET", "POST"])
    pages.add_url_rule("/sphere/levels/preset", "use_preset", preset, methods=["POST"])
    pages.add_url_rule(one, "level", level, methods=["GET", "POST"])
    pages.add_url_rule(f"{one}/answer", "answer_move", answer, methods=["POST"])


def ladder() -> Response:
    if request.method != "POST":
        return _show_ladder()
    steps = _typed()
    try:
        flow.change_ladder(page.dialer(), page.scope(), steps)
    except BadValue as wrong:
        return _show_ladder(422, steps=steps, wrong=str(wrong))
    flash("Saved. The days of everybody's next call were worked out anew.")
    return redirect(url_for("web.levels"), 303)


def preset() -> Response:
    try:
        label = flow.use_preset(page.dialer(), page.scope(), page.typed("preset"))
    except BadValue as wrong:
        return _show_ladder(422, wrong=str(wrong))
    flash(f"Saved: {label[0].lower()}{label[1:]}.")
    return redirect(url_for("web.levels"), 303)


def _typed() -> list[Step]:
    """The rungs as they were typed, in the order of their places; what has no name, or is to go, is left out."""
    places = range(min(len(request.form.getlist("name")), MOST_RUNGS + 1))
    given = {field: request.form.getlist(field) for field in ("name", "before", "days", "place")}
    rows = [{field: _at(values, place) for field, values in given.items()} for place in places]
    beside, gone = set(request.form.getlist("partner")), set(request.form.getlist("remove"))
    kept = [
        (_number(row["place"]), number, Step(row["before"], row["name"], row["days"], str(number) in beside))
        for number, row in enumerate(rows)
        if row["name"].strip() and str(number) not in gone
    ]
    return [step for _, _, step in sorted(kept, key=lambda one: one[:2])]


def _at(values: list[str], place: int) -> str:
    return values[place] if place < len(values) else ""


def _number(text: str) -> int:
    number = whole(text, digits=3)
    return 999 if number is None else number


def _show_ladder(status: int = 200, *, steps: list[Step] | None = None, wrong: str = "") -> Response:
    with page.dialer().db.read() as conn:
        mine = levels.ladder(conn, page.scope().agent_id)
        people = levels.people_by_level(conn, page.scope())
    shown = steps if steps is not None else [Step(r.name, r.name, str(r.days), r.is_partner) for r in mine]
    counts = {name.casefold(): count for name, count in people.items()}
    rows = [dataclasses.asdict(step) | {"people": counts.get(step.before.casefold(), 0)} for step in shown]
    others = sum(counts.values()) - sum(counts.get(rung.name.casefold(), 0) for rung in mine)
    limits = {"longest": LONGEST_NAME, "most_days": MOST_DAYS, "most": MOST_RUNGS}
    return page.show("levels.html", status, rows=rows, presets=PRESETS, others=others, wrong=wrong, **limits)


def level(contact_id: int) -> Response:
    return _move(contact_id) if request.method == "POST" else _show(contact_id)


def _move(contact_id: int) -> Response:
    typed = {name: page.typed(name) for name in ("level", "reason", "call_id")}
    after = page.id_of(typed["call_id"])
    try:
        name = flow.move(page.dialer(), page.scope(), contact_id, typed["level"], typed["reason"], after)
    except BadValue as wrong:
        return _show(contact_id, 422, wrong=str(wrong), typed=typed)
    flash(f"Now {name}.")
    return redirect(url_for("web.level", contact_id=contact_id), 303)


def answer(contact_id: int) -> Response:
    accepted = page.typed("answer") == "yes"
    try:
        name = (flow.accept if accepted else flow.decline)(page.dialer(), page.scope(), contact_id)
    except BadValue as wrong:
        return _show(contact_id, 422, wrong=str(wrong))
    flash(f"Now {name}." if accepted else f"Still {name}.")
    return redirect(_back(contact_id, page.typed("from")), 303)


def _back(contact_id: int, asked_at: str) -> str:
    """To where it was asked: the list of moves, the call that caused it, or the person's level."""
    if asked_at == "moves":
        return url_for("web.moves")
    call_id = page.id_of(asked_at)
    if call_id is not None:
        return url_for("web.call", call_id=call_id)
    return url_for("web.level", contact_id=contact_id)


def _show(contact_id: int, status: int = 200, **said: Any) -> Response:
    scope = page.scope()
    with page.dialer().db.read() as conn:
        row = page.found(contacts.get(conn, scope, contact_id))
        values = {
            "row": row,
            "ladder": levels.ladder(conn, scope.agent_id),
            "history": levels.events_of(conn, scope, contact_id),
            "suggested": flow.suggestion(conn, scope, contact_id, page.now()),
            "talks": sphere.talks(conn, [contact_id], TALKS)[contact_id],
        }
    return page.show("level.html", status, **values, **said)

"""What is remembered about somebody: all of it, and each thing to be changed, let go of or taken out."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.domain import fact_words
from soi_dialer.flows import keep_fact
from soi_dialer.flows.errors import BadValue
from soi_dialer.store import contacts, facts
from soi_dialer.web import page


def add_routes(pages: Blueprint) -> None:
    path = f"/facts/<int(max={page.BIGGEST_ID}):fact_id>"
    pages.add_url_rule(f"/contacts/<int(max={page.BIGGEST_ID}):contact_id>/facts", "facts", all_of_them)
    pages.add_url_rule(path, "fact", fact, methods=["GET", "POST"])
    pages.add_url_rule(f"{path}/done", "fact_done", done, methods=["POST"])
    pages.add_url_rule(f"{path}/remove", "remove_fact", remove, methods=["POST"])


def all_of_them(contact_id: int) -> Response:
    with page.dialer().db.read() as conn:
        person = page.found(contacts.get(conn, page.scope(), contact_id))
        rows = facts.of_contact(conn, contact_id)
    return page.show("facts.html", person=person, rows=rows)


def fact(fact_id: int) -> Response:
    with page.dialer().db.read() as conn:
        row = page.found(facts.get(conn, page.scope(), fact_id))
        person = contacts.get(conn, page.scope(), row["contact_id"])
    if request.method == "GET":
        day = fact_words.day_words(row["about_on"], row["month_day"])
        return _form(person, row, {"kind": row["kind"], "text": row["text"], "day": day})
    typed = {name: page.typed(name) for name in ("kind", "text", "day")}
    try:
        keep_fact.edit_fact(page.dialer(), page.scope(), fact_id, **typed)
    except BadValue as wrong:
        return _form(person, row, typed, wrong)
    flash("Saved.")
    return _to_person(row)


def done(fact_id: int) -> Response:
    is_done = request.form.get("done") == "1"
    with page.dialer().db.read() as conn:
        row = page.found(facts.get(conn, page.scope(), fact_id))
    keep_fact.mark_done(page.dialer(), page.scope(), fact_id, is_done)
    flash("Kept, and not brought up any more." if is_done else "It is brought up again.")
    if request.form.get("from") == "facts":
        return redirect(url_for("web.facts", contact_id=row["contact_id"]), 303)
    return _to_person(row)


def remove(fact_id: int) -> Response:
    with page.dialer().db.read() as conn:
        row = page.found(facts.get(conn, page.scope(), fact_id))
    keep_fact.remove_fact(page.dialer(), page.scope(), fact_id)
    flash("Taken out.")
    return redirect(url_for("web.facts", contact_id=row["contact_id"]), 303)


def _form(person, row, typed: dict[str, str], wrong: BadValue | None = None) -> Response:
    return page.show("fact_form.html", 422 if wrong else 200, person=person, row=row, typed=typed, wrong=wrong)


def _to_person(row) -> Response:
    return redirect(url_for("web.contact", contact_id=row["contact_id"], _anchor="remember"), 303)

"""Who lives together: found from a contact, shown on a page of its own, renamed and left."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.flows import households
from soi_dialer.flows.errors import BadValue, NotAllowed
from soi_dialer.store import contacts
from soi_dialer.store import households as store
from soi_dialer.web import page
from soi_dialer.web.views.contact_merge import others


def add_routes(pages: Blueprint) -> None:
    person = f"/contacts/<int(max={page.BIGGEST_ID}):contact_id>"
    pages.add_url_rule(f"{person}/lives-with", "live_together", live_together, methods=["GET", "POST"])
    pages.add_url_rule(f"{person}/lives-alone", "live_alone", live_alone, methods=["POST"])
    path = f"/households/<int(max={page.BIGGEST_ID}):household_id>"
    pages.add_url_rule(path, "household", household, methods=["GET", "POST"])


def live_together(contact_id: int) -> Response:
    refusal = ""
    if request.method == "POST":
        other_id = page.id_of(request.form.get("other", "")) or 0
        try:
            household_id = households.live_together(page.dialer(), page.scope(), contact_id, other_id)
            flash("They live together now, and have one place on your list.")
            return redirect(url_for("web.household", household_id=household_id), 303)
        except (NotAllowed, BadValue) as problem:
            refusal = str(problem)
    with page.dialer().db.read() as conn:
        person = page.found(contacts.get(conn, page.scope(), contact_id))
        search, rows = others(conn, contact_id)
        phones = contacts.phones(conn, [row["id"] for row in rows])
    shown = {"person": person, "search": search, "rows": rows, "phones": phones, "refusal": refusal}
    return page.show("live_together.html", 409 if refusal else 200, **shown)


def live_alone(contact_id: int) -> Response:
    households.leave(page.dialer(), page.scope(), contact_id)
    flash("They live by themselves now.")
    return redirect(url_for("web.contact", contact_id=contact_id), 303)


def household(household_id: int) -> Response:
    """The people of it; a form gives it another name."""
    wrong, typed = None, page.typed("name")
    if request.method == "POST":
        try:
            households.rename(page.dialer(), page.scope(), household_id, typed)
            flash("Saved.")
            return redirect(url_for("web.household", household_id=household_id), 303)
        except BadValue as problem:
            wrong = problem
    with page.dialer().db.read() as conn:
        row = page.found(store.get(conn, page.scope(), household_id))
        people = store.members(conn, page.scope(), household_id)
        phones = contacts.phones(conn, [one["id"] for one in people])
    name = typed if wrong else row["name"]
    shown = {"household": row, "people": people, "phones": phones, "name": name, "wrong": wrong}
    return page.show("household.html", 422 if wrong else 200, **shown)

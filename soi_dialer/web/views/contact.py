"""One contact: who they are, what to remember, what is owed, what happened; and the button that calls them."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from markupsafe import Markup

from soi_dialer.flows import archive, keep_callback, keep_contact, keep_fact
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed
from soi_dialer.flows.place_call import place_call
from soi_dialer.store import contact_page, voicemails
from soi_dialer.store.prepared import Row
from soi_dialer.web import due_form, page
from soi_dialer.web.fact_lines import fact_list
from soi_dialer.web.pieces import piece

HISTORY = 20

_TYPED = ("wrong_due", "due_note", "due_on", "due_time", "wrong_reason", "reason_text")


def add_routes(pages: Blueprint) -> None:
    path = f"/contacts/<int(max={page.BIGGEST_ID}):contact_id>"
    pages.add_url_rule(path, "contact", contact)
    pages.add_url_rule(f"{path}/call", "place_call", call, methods=["POST"])
    pages.add_url_rule(f"{path}/facts", "add_fact", add_fact, methods=["POST"])
    pages.add_url_rule(f"{path}/do-not-call", "do_not_call", do_not_call, methods=["POST"])
    pages.add_url_rule(f"{path}/callback", "open_callback", open_callback, methods=["POST"])
    pages.add_url_rule(f"{path}/archive", "archive_contact", put_aside, methods=["POST"])
    pages.add_url_rule(f"{path}/delete", "delete_contact", delete, methods=["POST"])


def contact(contact_id: int) -> Response:
    return _show(contact_id)


def call(contact_id: int) -> Response:
    """The click. The form's nonce makes a double click one call."""
    nonce, callback = request.form.get("nonce", ""), request.form.get("callback_id", "")
    try:
        row = place_call(
            page.dialer(),
            page.scope(),
            contact_id=contact_id,
            number=request.form.get("number") or None,
            callback_id=int(callback) if callback.isdecimal() and len(callback) < 10 else None,
            request_key=f"page:{nonce[:64]}" if nonce else None,
        )
    except (NotAllowed, Conflict, BadValue) as refusal:
        return _show(contact_id, 409, refusal=str(refusal))
    return redirect(url_for("web.call", call_id=row["id"], _anchor="status"), 303)


def add_fact(contact_id: int) -> Response:
    """One line and one tap: the button says the kind."""
    text, kind = page.typed("text"), page.typed("kind")
    try:
        keep_fact.add_fact(page.dialer(), page.scope(), contact_id, kind, text, page.typed("day"))
    except BadValue as wrong:
        return _show(contact_id, 422, wrong_fact=str(wrong), fact_text=text)
    flash("Kept. You will hear it before your next call.")
    return redirect(url_for("web.contact", contact_id=contact_id, _anchor="remember"), 303)


def do_not_call(contact_id: int) -> Response:
    on, reason = request.form.get("on") == "1", page.typed("reason")
    try:
        keep_contact.set_do_not_call(page.dialer(), page.scope(), contact_id, on, reason)
    except (BadValue, NotAllowed) as wrong:
        return _show(contact_id, 422, wrong_reason=str(wrong), reason_text=reason)
    flash("They will not be called, by anybody in your office." if on else "They may be called again.")
    return redirect(url_for("web.contact", contact_id=contact_id), 303)


def open_callback(contact_id: int) -> Response:
    note = page.typed("note")
    try:
        due_at = due_form.read(request.form, page.agent(), page.now())
        keep_callback.open_callback(page.dialer(), page.scope(), contact_id=contact_id, due_at=due_at, note=note)
    except (BadValue, NotAllowed, Conflict) as wrong:
        picked = {"due_on": request.form.get("due_on", ""), "due_time": request.form.get("due_time", "")}
        return _show(contact_id, 422, wrong_due=str(wrong), due_note=note, **picked)
    flash("You will be reminded to call.")
    return redirect(url_for("web.contact", contact_id=contact_id), 303)


def put_aside(contact_id: int) -> Response:
    aside = request.form.get("archived") == "1"
    if not archive.set_archived(page.dialer(), page.scope(), [contact_id], aside):
        abort(404)
    flash("Archived. They are still known when they call." if aside else "Back on your list.")
    return redirect(url_for("web.contact", contact_id=contact_id), 303)


def delete(contact_id: int) -> Response:
    try:
        keep_contact.delete_contact(page.dialer(), page.scope(), contact_id)
    except NotAllowed as refusal:
        return _show(contact_id, 409, refusal=str(refusal))
    flash("The contact is deleted. Past calls stay in your week.")
    return redirect(url_for("web.contacts"), 303)


def _show(contact_id: int, status: int = 200, **said: Any) -> Response:
    """At most four queries: contact with callback, numbers and facts, calls, and messages if a callback is open."""
    scope, before = page.scope(), page.time_cursor(request.args.get("before", ""))
    with page.dialer().db.read() as conn:
        person = page.found(contact_page.contact_with_callback(conn, scope, contact_id))
        phones, facts, tags = contact_page.beside(conn, contact_id)
        history = contact_page.history(conn, scope, contact_id, before, HISTORY + 1)
        messages = voicemails.of_callback(conn, person["callback_id"]) if person["callback_id"] else []
    history, more = page.more(history, "placed_at", "web.contact", "before", HISTORY, contact_id=contact_id)
    return page.show(
        "contact.html",
        status,
        contact=person,
        phones=phones,
        facts=fact_list(facts),
        fact_form=piece(
            "_fact_form.html",
            contact_id=contact_id,
            wrong=said.get("wrong_fact", ""),
            text=said.get("fact_text", ""),
        ),
        tags=tags,
        links=piece("_contact_links.html", contact_id=contact_id),
        history=history,
        messages=messages,
        more=more,
        nonce=secrets.token_urlsafe(16),
        folds=_folds(person, said),
        **said,
    )


def _folds(person: Row, said: dict[str, str]) -> Markup:
    """What is folded away until somebody needs it: to be reminded, and not to call."""
    due = due_form.suggestions(page.agent(), page.now())
    return piece(
        "_contact_folds.html",
        contact_id=person["id"],
        is_owed=person["callback_id"] is not None,
        do_not_call=person["do_not_call_at"] is not None,
        tomorrow=due["tomorrow"],
        days=due["days"],
        **{name: said.get(name, "") for name in _TYPED},
    )

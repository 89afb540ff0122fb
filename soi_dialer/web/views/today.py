"""The buttons beside each person on Today: later and a note; for those of the list also skip, and taking it back."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.flows import today
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed
from soi_dialer.flows.keep_fact import add_fact
from soi_dialer.flows.snooze import snooze
from soi_dialer.store import callbacks
from soi_dialer.store import today as store
from soi_dialer.web import due_form, page, words
from soi_dialer.web.views import home

DAYS = {"week": 7, "month": 30}


def add_routes(pages: Blueprint) -> None:
    path = f"/today/<int(max={page.BIGGEST_ID}):item_id>"
    pages.add_url_rule(f"{path}/skip", "skip_today", skip, methods=["POST"])
    pages.add_url_rule(f"{path}/back", "back_today", back, methods=["POST"])
    pages.add_url_rule(f"{path}/later", "later_today", later, methods=["POST"])
    pages.add_url_rule(f"{path}/note", "note_today", note, methods=["POST"])
    debt = f"/today/callbacks/<int(max={page.BIGGEST_ID}):callback_id>"
    pages.add_url_rule(f"{debt}/later", "later_debt", later_debt, methods=["POST"])
    pages.add_url_rule(f"{debt}/note", "note_debt", note_debt, methods=["POST"])


def skip(item_id: int) -> Response:
    today.skip(page.dialer(), page.scope(), item_id)
    flash("Skipped for today. They come again on your next list, once.")
    return _to(item_id)


def back(item_id: int) -> Response:
    today.take_back(page.dialer(), page.scope(), item_id)
    flash("Back on today's list.")
    return _to(item_id)


def later(item_id: int) -> Response:
    until = page.typed("until_on")
    try:
        on = today.put_off(page.dialer(), page.scope(), item_id, DAYS.get(page.typed("when"), until))
    except BadValue as wrong:
        return home.show(422, wrong_later=str(wrong), wrong_item=item_id, typed=until)
    flash(f"Put off until {words.day(on, page.today())}.")
    return _to(item_id)


def note(item_id: int) -> Response:
    text = page.typed("text")
    with page.dialer().db.read() as conn:
        row = page.found(store.item(conn, page.scope(), item_id))
    try:
        add_fact(page.dialer(), page.scope(), row["contact_id"], "note", text)
    except BadValue as wrong:
        return home.show(422, wrong_note=str(wrong), wrong_item=item_id, typed=text)
    flash("Noted. You hear it before the next call.")
    return _to(item_id)


def later_debt(callback_id: int) -> Response:
    """Put a callback off; its due time stays."""
    try:
        until = due_form.read(request.form, page.agent(), page.now())
        snooze(page.dialer(), page.scope(), callback_id, until)
    except (BadValue, NotAllowed, Conflict) as wrong:
        picked = {"typed_on": page.typed("due_on"), "typed_at": page.typed("due_time")}
        return home.show(422, wrong_later=str(wrong), wrong_debt=callback_id, **picked)
    at = page.present()
    flash(f"Put off until {words.moment(until, at.today, at.zone)}, unless they call or write before.")
    return redirect(url_for("web.home", _anchor=f"callback-{callback_id}"), 303)


def note_debt(callback_id: int) -> Response:
    text = page.typed("text")
    with page.dialer().db.read() as conn:
        contact_id = page.found(callbacks.get(conn, page.scope(), callback_id))["contact_id"]
    try:
        add_fact(page.dialer(), page.scope(), page.found(contact_id), "note", text)
    except BadValue as wrong:
        return home.show(422, wrong_note=str(wrong), wrong_debt=callback_id, typed=text)
    flash("Noted. You hear it before the next call.")
    return redirect(url_for("web.home", _anchor=f"callback-{callback_id}"), 303)


def _to(item_id: int) -> Response:
    return redirect(url_for("web.home", _anchor=f"item-{item_id}"), 303)

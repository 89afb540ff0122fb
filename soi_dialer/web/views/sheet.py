"""The sheet after a call, and those that wait: one press says how it went and what comes next."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.flows.errors import BadValue, NotAllowed
from soi_dialer.flows.wrap_sheet import wrap_sheet
from soi_dialer.store import calls, contacts, sheets
from soi_dialer.web import call_page, page, talk_form, words

SHOWN = 50


def add_routes(pages: Blueprint) -> None:
    path = f"/calls/<int(max={page.BIGGEST_ID}):call_id>/sheet"
    pages.add_url_rule("/calls/unsaid", "unsaid", unsaid)
    pages.add_url_rule(path, "sheet", sheet, methods=["GET", "POST"])
    pages.add_url_rule(f"{path}/next", "next_sheet", following)


def unsaid() -> Response:
    """The calls that wait for a word."""
    with page.dialer().db.read() as conn:
        rows = sheets.waiting(conn, page.scope(), page.now(), SHOWN)
        people = contacts.get_many(conn, page.scope(), {row["contact_id"] for row in rows if row["contact_id"]})
    return page.show("unsaid.html", rows=rows, people=people)


def sheet(call_id: int) -> Response:
    """A call that is still under way has no sheet yet: its own page turns into it."""
    if request.method == "POST":
        return _wrap(call_id)
    with page.dialer().db.read() as conn:
        row = page.found(calls.get(conn, page.scope(), call_id))
    if row["state"] != "ended":
        return redirect(url_for("web.call", call_id=call_id, _anchor="status"), 302)
    return call_page.show(call_id, sheet_only=True)


def _wrap(call_id: int) -> Response:
    outcome, note = request.form.get("said") or None, page.typed("note")
    again = {"note_text": note, "chosen": outcome, "typed": talk_form.typed_answers(request.form)}
    again |= {name: request.form.get(name, "") for name in ("step", "due_on", "due_time")}
    again |= {"asked_typed": "asked" in request.form, "sheet_only": request.form.get("from") == "sheet"}
    try:
        due_at = talk_form.read_step(request.form, page.agent(), page.now())
        said = talk_form.read_said(request.form, outcome)
        kept = call_page.while_unchanged(
            call_id,
            lambda version: wrap_sheet(page.dialer(), page.scope(), call_id, said, due_at=due_at, version=version),
        )
    except (BadValue, NotAllowed) as wrong:
        return call_page.show(call_id, 422, wrong=str(wrong), **again)
    if not kept:
        return call_page.show(call_id, 409, conflict=True, **again)
    at = page.present()
    flash(f"Saved. You will come back to them {words.moment(due_at, at.today, at.zone)}." if due_at else "Saved.")
    return following(call_id) if request.form.get("then") == "next" else _to_call(call_id)


def following(call_id: int) -> Response:
    """To the next sheet that waits; back to the call when it was the last."""
    with page.dialer().db.read() as conn:
        page.found(calls.get(conn, page.scope(), call_id))
        after = sheets.after(conn, page.scope(), page.now(), call_id)
    return _to_call(call_id) if after is None else redirect(url_for("web.sheet", call_id=after), 303)


def _to_call(call_id: int) -> Response:
    return redirect(url_for("web.call", call_id=call_id), 303)

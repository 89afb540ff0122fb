"""A call under way, followed live, with what to talk about beside it; afterwards it turns into its sheet."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.domain.conversation import OPENINGS
from soi_dialer.flows import guide
from soi_dialer.flows.cancel_call import cancel_call
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed
from soi_dialer.store import calls
from soi_dialer.web import call_page, page, talk_form
from soi_dialer.web.call_page import show


def add_routes(pages: Blueprint) -> None:
    path = f"/calls/<int(max={page.BIGGEST_ID}):call_id>"
    pages.add_url_rule(path, "call", call)
    pages.add_url_rule(f"{path}/live", "call_live", live)
    pages.add_url_rule(f"{path}/cancel", "cancel_call", cancel, methods=["POST"])
    pages.add_url_rule(f"{path}/settle", "settle_call", settle, methods=["POST"])


def call(call_id: int) -> Response:
    return show(call_id)


def live(call_id: int) -> Response:
    """The parts of the page that move, as HTML; 304 while nothing has moved."""
    with page.dialer().db.read() as conn:
        row = page.found(calls.get(conn, page.scope(), call_id))
        message = call_page.message_of(conn, row)
        tag = call_page.tag_of(row, message)
        if tag in request.if_none_match:
            response = Response(status=304)
        else:
            response = page.show("call_live.html", **call_page.parts(conn, row, message))
    response.set_etag(tag)
    response.headers["Soi-Live"] = "no" if row["state"] == "ended" else "yes"
    return response


def cancel(call_id: int) -> Response:
    try:
        cancel_call(page.dialer(), page.scope(), call_id)
    except (NotAllowed, Conflict) as refusal:
        flash(str(refusal), "warning")
    return redirect(url_for("web.call", call_id=call_id, _anchor="status"), 303)


def settle(call_id: int) -> Response:
    """The agent's own word, the note and what they learnt. Another tab that was quicker is shown, with what was typed
    here."""
    note, outcome = page.typed("note"), request.form.get("outcome") or None
    again = {"note_text": note, "chosen": outcome, "typed": talk_form.typed_answers(request.form)}
    again |= {"sheet_only": _from_sheet()}
    try:
        said = talk_form.read_said(request.form, outcome)
        kept = call_page.while_unchanged(
            call_id, lambda version: guide.write_down(page.dialer(), page.scope(), call_id, said, version)
        )
    except (BadValue, NotAllowed) as wrong:
        return show(call_id, 422, wrong=str(wrong), **again)
    if not kept:
        return show(call_id, 409, conflict=True, **again)
    flash(_says(said))
    anchor = "conversation" if said.opening or said.asked or said.done_fact or _answered(said) else None
    return redirect(url_for("web.sheet" if _from_sheet() else "web.call", call_id=call_id, _anchor=anchor), 303)


def _from_sheet() -> bool:
    return request.form.get("from") == "sheet"


def _answered(said: guide.Said) -> bool:
    return any(text.strip() for text in said.answers.values())


def _says(said: guide.Said) -> str:
    if said.opening:
        return f"Tagged: {OPENINGS[said.opening].label}. You will be reminded to come back to it."
    if said.asked:
        return "Kept: you asked."
    return "Kept. You will hear it before your next call." if _answered(said) else "Saved."

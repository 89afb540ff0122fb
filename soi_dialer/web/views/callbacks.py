"""Callbacks: whom to call back, and the two ways out: a conversation, or a reason why not."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Connection

from soi_dialer.dialer import Dialer
from soi_dialer.domain.callback import STATES
from soi_dialer.domain.messages import FIGURES
from soi_dialer.flows import close_callback, keep_callback
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed
from soi_dialer.flows.handed_over import handed_over
from soi_dialer.flows.log_call import read_minutes
from soi_dialer.flows.snooze import snooze
from soi_dialer.store import callbacks as store
from soi_dialer.store import contacts, reminders, voicemails_of
from soi_dialer.store.scope import Scope
from soi_dialer.web import advice, callbacks_behind, due_form, page, spans, whose

TOLD = 12

_CHANNELS = {"page": "On this page", "sms": "Text", "email": "E-mail", "phone": "Phone call"}

_TOLD = {
    "due": "is about to be sent",
    "sent": "sent",
    "shown": "shown",
    "failed": "could not be sent",
    "dropped": "was not needed any more",
}

_EVENTS = {
    "message_left": "Left a message",
    "call_missed": "Called and left no message",
    "text_received": "Sent a text",
    "requested": "You asked to be reminded",
    "follow_up": "To follow up",
    "contact_called": "You called",
    "due_changed": "Moved to another time",
    "snoozed": "You put it off",
    "waived": "Waived",
}


def add_routes(pages: Blueprint) -> None:
    path = f"/callbacks/<int(max={page.BIGGEST_ID}):callback_id>"
    pages.add_url_rule("/callbacks", "callbacks", callbacks)
    pages.add_url_rule(f"/team/<int(max={page.BIGGEST_ID}):agent_id>/callbacks", "member_callbacks", member_callbacks)
    pages.add_url_rule(path, "callback", callback)
    pages.add_url_rule(f"{path}/snooze", "snooze", put_off, methods=["POST"])
    pages.add_url_rule(f"{path}/waive", "waive", waive, methods=["POST"])
    pages.add_url_rule(f"{path}/talked", "talked", talked, methods=["POST"])
    pages.add_url_rule(f"{path}/stop", "stop_calling", stop_calling, methods=["POST"])


def callbacks() -> Response:
    state, span, figure = request.args.get("state", "open"), spans.asked(), request.args.get("figure")
    state = state if state in STATES else "open"
    scope, after = page.scope(), page.time_cursor(request.args.get("after", ""))
    with page.dialer().db.read() as conn:
        if span and figure in FIGURES:
            shown = {"others": [], "state": ""} | callbacks_behind.values(conn, span, figure, after)
        else:
            shown = _of_state(conn, state, after)
        rows = shown["rows"]
        shown["people"] = contacts.get_many(conn, scope, {row["contact_id"] for row in rows if row["contact_id"]})
        shown["messages"] = voicemails_of.callbacks(conn, [row["id"] for row in rows])
        shown["hints"] = advice.of(conn, rows, page.zone())
    return page.show("callbacks.html", **shown, **_forms())


def member_callbacks(agent_id: int) -> Response:
    """Those behind a figure of a member's, to look at."""
    of, span, figure = whose.shown(), page.found(spans.asked()), request.args.get("figure")
    page.found(figure if figure in FIGURES else None)
    after = page.time_cursor(request.args.get("after", ""))
    with page.dialer().db.read() as conn:
        shown = callbacks_behind.values(conn, span, figure, after)
        people = contacts.get_many(conn, of.scope, {row["contact_id"] for row in shown["rows"] if row["contact_id"]})
    return page.show("member_callbacks.html", people=people, **shown)


def _of_state(conn: Connection, state: str, after: tuple[datetime, int] | None) -> dict[str, Any]:
    scope, is_open = page.scope(), state == "open"
    rows = store.page(conn, scope, state=state, after=after, limit=page.PAGE_SIZE + 1)
    rows, more = page.more(rows, "due_at" if is_open else "opened_at", "web.callbacks", "after", state=state)
    first = is_open and not after
    others = handed_over(conn, page.dialer().settings, scope, page.now()) if first else []
    return {"rows": rows, "more": more, "state": state, "others": others, "span": None}


def callback(callback_id: int) -> Response:
    return _show(callback_id)


def put_off(callback_id: int) -> Response:
    try:
        until = due_form.read(request.form, page.agent(), page.now())
        snooze(page.dialer(), page.scope(), callback_id, until)
    except (BadValue, NotAllowed, Conflict) as wrong:
        return _show(callback_id, 422, wrong_due=str(wrong), form=request.form)
    flash("Put off. You are not reminded before then, unless they call or write again.")
    return redirect(_back(callback_id), 303)


def waive(callback_id: int) -> Response:
    reason = page.typed("reason")
    try:
        keep_callback.waive(page.dialer(), page.scope(), callback_id, reason)
    except (BadValue, NotAllowed, Conflict) as wrong:
        return _show(callback_id, 422, wrong_reason=str(wrong), reason_text=reason)
    flash("Closed, with your reason.")
    return redirect(url_for("web.callbacks"), 303)


def talked(callback_id: int) -> Response:
    """On the agent's own phone: logged as a self-reported call."""

    def close(dialer: Dialer, scope: Scope, callback_id: int) -> object:
        direction, minutes = page.typed("direction") or "outbound", read_minutes(page.typed("minutes"))
        return close_callback.talked_elsewhere(dialer, scope, callback_id, direction=direction, minutes=minutes)

    return _close(callback_id, close, "Returned: you talked on your own phone (self-reported).")


def stop_calling(callback_id: int) -> Response:
    says = "They will not be called, by anybody in your office, and this callback is closed."
    return _close(callback_id, close_callback.stop_calling, says)


def _close(callback_id: int, close: Callable[[Dialer, Scope, int], object], says: str) -> Response:
    try:
        close(page.dialer(), page.scope(), callback_id)
    except (BadValue, NotAllowed, Conflict) as wrong:
        return _show(callback_id, 422, wrong_reason=str(wrong))
    flash(says)
    return redirect(url_for("web.callbacks"), 303)


def _back(callback_id: int) -> str:
    """To the list when the form stood there."""
    if request.form.get("from") == "list":
        return url_for("web.callbacks", _anchor=f"callback-{callback_id}")
    return url_for("web.callback", callback_id=callback_id)


def _show(callback_id: int, status: int = 200, **said: Any) -> Response:
    scope = page.scope()
    with page.dialer().db.read() as conn:
        row = page.found(store.get(conn, scope, callback_id))
        people = contacts.get_many(conn, scope, {row["contact_id"]} if row["contact_id"] else set())
        messages = voicemails_of.callbacks(conn, [callback_id])
        history = store.history(conn, callback_id)
        told = reminders.of_callbacks(conn, [callback_id])[callback_id]
        hints = advice.of(conn, [row], page.zone())
    values = {"row": row, "people": people, "messages": messages, "history": history, "event_words": _EVENTS}
    values |= {"told": told[:TOLD], "hints": hints, "told_words": _TOLD, "told_channels": _CHANNELS}
    return page.show("callback.html", status, **values, **_forms(), **said)


def _forms() -> dict[str, Any]:
    return {"nonce": secrets.token_urlsafe(16), "due": due_form.suggestions(page.agent(), page.now())}

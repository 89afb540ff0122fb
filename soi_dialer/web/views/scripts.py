"""The words that an agent has at hand: ours, until they write their own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.domain import scripts as words
from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.keep_script import keep_scripts
from soi_dialer.store import scripts as store
from soi_dialer.web import page


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/settings/scripts", "scripts", scripts, methods=["GET", "POST"])


def scripts() -> Response:
    if request.method == "GET":
        return _show()
    typed = {name: page.typed(name) for name in words.SCRIPTS}
    reset = request.form.get("reset", "")
    if reset in typed:
        typed[reset] = ""
    try:
        keep_scripts(page.dialer(), page.scope(), typed)
    except BadValue as wrong:
        return _show(422, wrong=wrong, typed=typed)
    flash("Our words are back, the rest is saved." if reset in typed else "Saved.")
    return redirect(url_for("web.scripts", _anchor=f"text-{reset}" if reset in typed else None), 303)


def _show(status: int = 200, *, typed: dict[str, str] | None = None, **said: Any) -> Response:
    with page.dialer().db.read() as conn:
        own = store.own(conn, page.scope())
    texts = words.texts(own) if typed is None else typed
    shown = [(one, texts[one.name], one.name in own) for one in words.SCRIPTS.values()]
    return page.show("scripts.html", status, shown=shown, places=words.PLACEHOLDERS, longest=words.LONGEST, **said)

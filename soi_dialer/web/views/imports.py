"""Address books in and out: upload, columns, what would happen, progress, what happened, and undo."""

from __future__ import annotations

import itertools
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for

from soi_dialer.domain.address_book_columns import MEANINGS
from soi_dialer.domain.address_book_text import MAX_BYTES
from soi_dialer.domain.whole_number import whole
from soi_dialer.flows import import_batch
from soi_dialer.flows.errors import BadValue, Conflict
from soi_dialer.flows.export_contacts import FORMATS, export_contacts
from soi_dialer.store import contacts, imports
from soi_dialer.web import import_words, page

ROWS = 50
AT_WORK = imports.AT_WORK
_FILES = {"csv": ("contacts.csv", "text/csv"), "vcard3": ("contacts.vcf", "text/vcard"),
          "vcard4": ("contacts-4.vcf", "text/vcard")}  # fmt: skip
_FILTERS = (*import_words.VERDICTS, "noted", "kept")


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/contacts/import", "imports", start, methods=["GET", "POST"])
    path = f"/contacts/import/<int(max={page.BIGGEST_ID}):batch_id>"
    pages.add_url_rule(path, "import_batch", one)
    pages.add_url_rule(f"{path}/live", "import_live", live)
    for step, view in (("columns", columns), ("change", change), ("run", run), ("undo", undo), ("discard", discard)):
        pages.add_url_rule(f"{path}/{step}", f"import_{step}", view, methods=["POST"])
    pages.add_url_rule("/contacts/export/<form>", "export", export)


def start() -> Response:
    """Choose a file; the imports so far."""
    if request.method == "GET":
        return _start()
    file = request.files.get("file")
    if not file or not file.filename:
        return _start(BadValue("Choose a file first.", field="file"))
    try:
        data = file.stream.read(MAX_BYTES + 1)
        batch_id = import_batch.receive(page.dialer(), page.scope(), data, file.filename)
        if import_batch.layout(page.dialer(), page.scope(), batch_id).is_vcard:
            import_batch.rehearse(page.dialer(), page.scope(), batch_id)
    except BadValue as wrong:
        return _start(wrong)
    return _to(batch_id)


def _start(wrong: BadValue | None = None) -> Response:
    with page.dialer().db.read() as conn:
        batches = imports.recent(conn, page.scope())
        counts = imports.counts(conn, [batch["id"] for batch in batches])
        people = contacts.count(conn, page.scope())
    values = {"batches": batches, "counts": counts, "people": people, "words": import_words}
    return page.show("imports.html", 422 if wrong else 200, wrong=wrong, **values)


def one(batch_id: int) -> Response:
    batch = import_batch.find(page.dialer(), page.scope(), batch_id)
    if batch["state"] == "chosen":
        return _columns(batch)
    return page.show("import_batch.html", batch=batch, words=import_words, **_rows(batch))


def _rows(batch: Any) -> dict[str, Any]:
    """What became of the rows so far, some at a time."""
    verdict, after = request.args.get("show", ""), request.args.get("after", "")
    verdict = verdict if verdict in _FILTERS else ""
    behind = whole(after, digits=6) or 0
    with page.dialer().db.read() as conn:
        counts = imports.counts(conn, [batch["id"]])[batch["id"]]
        rows = imports.rows(conn, batch["id"], verdict=verdict, after=behind, limit=ROWS + 1)
        kept = imports.count_kept(conn, batch["id"]) if batch["state"] == "undone" else 0
        is_moving = batch["state"] in AT_WORK
    more = None
    if len(rows) > ROWS:
        only = {"show": verdict} if verdict else {}
        more = url_for("web.import_batch", batch_id=batch["id"], after=rows[ROWS - 1]["row"], **only)
    shown = [] if is_moving else rows[:ROWS]
    return {"counts": counts, "rows": shown, "more": more, "only": verdict, "kept": kept, "is_moving": is_moving}


def _columns(batch: Any, wrong: BadValue | None = None, chosen: list[str] | None = None) -> Response:
    layout = import_batch.layout(page.dialer(), page.scope(), batch["id"])
    meant = chosen or batch["columns"] or layout.guessed
    columns = list(zip(itertools.count(1), layout.titles, meant, layout.examples, strict=False))
    parts = [column for column in columns if column[-1]], [column for column in columns if not column[-1]]
    shown = {"filled": parts[0], "empty": parts[1], "meanings": MEANINGS, "wrong": wrong}
    return page.show("import_columns.html", 422 if wrong else 200, batch=batch, **shown)


def live(batch_id: int) -> Response:
    """The progress alone, for the script."""
    batch = import_batch.find(page.dialer(), page.scope(), batch_id)
    response = page.show("_import_progress.html", batch=batch, words=import_words)
    response.headers["Soi-Live"] = "yes" if batch["state"] in AT_WORK else "no"
    return response


def columns(batch_id: int) -> Response:
    chosen = _in_order(request.form.getlist("meaning"), request.form.getlist("column"))
    try:
        import_batch.rehearse(page.dialer(), page.scope(), batch_id, chosen or None)
    except BadValue as wrong:
        return _columns(import_batch.find(page.dialer(), page.scope(), batch_id), wrong, chosen)
    except Conflict as moved:
        flash(str(moved), "warning")
    return _to(batch_id)


def _in_order(meanings: list[str], columns: list[str]) -> list[str]:
    """The meanings as the file has its columns; on the page the empty columns stand apart at the end."""
    numbers = [whole(column, digits=5) for column in columns]
    if len(numbers) != len(meanings) or None in numbers:
        return meanings
    return [meaning for _, meaning in sorted(zip(numbers, meanings, strict=True), key=lambda pair: pair[0])]


def change(batch_id: int) -> Response:
    return _step(import_batch.change_columns, batch_id)


def run(batch_id: int) -> Response:
    return _step(import_batch.run, batch_id)


def undo(batch_id: int) -> Response:
    return _step(import_batch.undo, batch_id)


def discard(batch_id: int) -> Response:
    try:
        import_batch.discard(page.dialer(), page.scope(), batch_id)
    except Conflict as moved:
        flash(str(moved), "warning")
        return _to(batch_id)
    flash("Forgotten. Nobody was added or changed.")
    return redirect(url_for("web.imports"), 303)


def _step(step: Any, batch_id: int) -> Response:
    try:
        step(page.dialer(), page.scope(), batch_id)
    except Conflict as moved:  # pressed twice, or in two windows
        flash(str(moved), "warning")
    return _to(batch_id)


def _to(batch_id: int) -> Response:
    return redirect(url_for("web.import_batch", batch_id=batch_id), 303)


def export(form: str) -> Response:
    """All contacts as a file, written while it is sent."""
    if form not in FORMATS:
        abort(404)
    name, kind = _FILES[form]
    response = Response(export_contacts(page.dialer(), page.scope(), form), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""Add a contact, or change one: name, several numbers, e-mail, level, tags, note."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.domain import phone
from soi_dialer.flows import keep_contact
from soi_dialer.flows.errors import BadValue
from soi_dialer.store import contacts, levels, merges, tags
from soi_dialer.web import page

LABELS = ("mobile", "home", "work")
_EMPTY_ROWS = 2
_MOST_ROWS = 20
_MOST_TYPED = 4000
_FIELDS = ("name", "email", "level", "note", "time_zone", "cadence_days", "tags")


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/contacts/new", "new_contact", new, methods=["GET", "POST"])
    edit_path = f"/contacts/<int(max={page.BIGGEST_ID}):contact_id>/edit"
    pages.add_url_rule(edit_path, "edit_contact", edit, methods=["GET", "POST"])


def new() -> Response:
    if request.method == "GET":
        return _show({"level": "acquaintance"}, [])
    values, phones = _typed()
    try:
        contact_id = keep_contact.add_contact(page.dialer(), page.scope(), **_kept(values), phones=phones)
    except BadValue as wrong:
        return _show(values, phones, wrong=wrong)
    flash(f"{values['name'].strip()} is in your sphere.")
    _warn_of_twins(contact_id)
    return redirect(url_for("web.contact", contact_id=contact_id), 303)


def _warn_of_twins(contact_id: int) -> None:
    """Whoever is added a second time is found out now, and not when they are called twice."""
    with page.dialer().db.read() as conn:
        person = contacts.get(conn, page.scope(), contact_id)
        twins = merges.alike(conn, page.scope(), person, limit=1) if person else []
    for twin in twins:
        flash(
            f"{twin['name']} has the same number, e-mail address or name. If that is the same person, merge them "
            "below; if they live together, say so there.",
            "warning",
        )


def edit(contact_id: int) -> Response:
    with page.dialer().db.read() as conn:
        person = page.found(contacts.get(conn, page.scope(), contact_id))
        kept = contacts.phones(conn, [contact_id])[contact_id]
        words = tags.names_of(conn, [contact_id])[contact_id]
    if request.method == "GET":
        return _show({**person, "tags": ", ".join(words)}, [_shown(row) for row in kept], person=person)
    values, phones = _typed()
    try:
        keep_contact.edit_contact(page.dialer(), page.scope(), contact_id, **_kept(values), phones=phones)
    except BadValue as wrong:
        return _show(values, phones, person=person, wrong=wrong)
    flash("Saved.")
    return redirect(url_for("web.contact", contact_id=contact_id), 303)


def _typed() -> tuple[dict[str, Any], list[dict[str, str]]]:
    values: dict[str, Any] = {name: page.typed(name) for name in _FIELDS}
    values["time_zone"] = values["time_zone"].strip() or None
    values["level"] = page.typed("own_level").strip() or values["level"]
    rows = zip(request.form.getlist("number"), request.form.getlist("label"), strict=False)
    phones = [{"number": number[:100], "label": label[:100]} for number, label in rows if number.strip()]
    return values, phones[: _MOST_ROWS + 1]


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the flow takes it: tags are typed with commas between them."""
    return values | {"tags": values["tags"][:_MOST_TYPED].split(",")}


def _shown(row: Any) -> dict[str, str]:
    """A kept number as a person would type it; its extension travels in the same field."""
    extension = f" x{row['extension']}" if row["extension"] else ""
    return {"number": phone.display(row["number"]) + extension, "label": row["label"]}


def _show(values: Any, phones: list, person: Any = None, wrong: BadValue | None = None) -> Response:
    with page.dialer().db.read() as conn:
        ladder = levels.ladder(conn, page.scope().agent_id)
        known = tags.all_names(conn, page.scope())
    empty = max(1, min(_EMPTY_ROWS, _MOST_ROWS - len(phones)))
    return page.show(
        "contact_form.html",
        422 if wrong else 200,
        values=values,
        phones=[*phones, *({"number": "", "label": ""} for _ in range(empty))],
        person=person,
        wrong=wrong,
        levels=[rung.name for rung in ladder],
        tags=known,
        labels=LABELS,
    )

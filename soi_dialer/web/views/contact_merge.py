"""Two contacts that are one person: choose the other, see both side by side, say whose word is kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.flows import merge_contacts
from soi_dialer.flows.errors import BadValue, NotAllowed
from soi_dialer.store import contact_search, contacts, merges, tags
from soi_dialer.web import page

MOST_FOUND = 10
_LABELS = {"name": "Name", "email": "E-mail", "level": "Level"}


def add_routes(pages: Blueprint) -> None:
    path = f"/contacts/<int(max={page.BIGGEST_ID}):contact_id>/merge"
    pages.add_url_rule(path, "merge", choose)
    both = f"{path}/<int(max={page.BIGGEST_ID}):other_id>"
    pages.add_url_rule(both, "merge_with", merge_with, methods=["GET", "POST"])


def choose(contact_id: int) -> Response:
    with page.dialer().db.read() as conn:
        person = page.found(contacts.get(conn, page.scope(), contact_id))
        alike = merges.alike(conn, page.scope(), person)
        search, rows = others(conn, contact_id)
        phones = contacts.phones(conn, [row["id"] for row in (*alike, *rows)])
    return page.show("merge_choose.html", person=person, alike=alike, search=search, rows=rows, phones=phones)


def others(conn: Any, contact_id: int) -> tuple[str, list]:
    """What is searched, and whom of the agent's other people it finds."""
    search = request.args.get("q", "").replace("\0", "").strip()[: contact_search.LONGEST_SEARCH]
    if not search:
        return "", []
    rows = contacts.page(conn, page.scope(), search=search, limit=MOST_FOUND + 1)
    return search, [row for row in rows if row["id"] != contact_id][:MOST_FOUND]


def merge_with(contact_id: int, other_id: int) -> Response:
    if request.method == "GET":
        return _side_by_side(contact_id, other_id)
    picked = {field: page.id_of(request.form.get(field, "")) for field in merge_contacts.CHOSEN}
    take = {field: one for field, one in picked.items() if one is not None}
    try:
        merge_contacts.merge(page.dialer(), page.scope(), contact_id, other_id, take)
    except (NotAllowed, BadValue) as refusal:
        return _side_by_side(contact_id, other_id, str(refusal), take)
    flash("They are one contact now, with everything that was known of both.")
    return redirect(url_for("web.contact", contact_id=contact_id), 303)


def _side_by_side(contact_id: int, other_id: int, refusal: str = "", take: dict[str, int] | None = None) -> Response:
    ids = (contact_id, other_id)
    with page.dialer().db.read() as conn:
        both = [page.found(contacts.get(conn, page.scope(), one)) for one in ids]
        phones, words = contacts.phones(conn, ids), tags.names_of(conn, ids)
    taken = {field: (take or {}).get(field, both[0]["id"] if both[0][field] else other_id) for field in _LABELS}
    return page.show(
        "merge.html",
        409 if refusal else 200,
        both=both,
        fields=_LABELS,
        taken=taken,
        phones=phones,
        tags_of=words,
        refusal=refusal,
    )

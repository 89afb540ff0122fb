"""Before a call: what one knows about somebody and how to begin, with the button that calls."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response

from soi_dialer.store import contacts
from soi_dialer.web import guide_page, page


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule(f"/contacts/<int(max={page.BIGGEST_ID}):contact_id>/prepare", "prepare", prepare)


def prepare(contact_id: int) -> Response:
    with page.dialer().db.read() as conn:
        person = page.found(contacts.get(conn, page.scope(), contact_id))
        phones = contacts.phones(conn, [contact_id])[contact_id]
        guide = guide_page.guide(conn, person)
    return page.show("prepare.html", person=person, phones=phones, guide=guide, nonce=secrets.token_urlsafe(16))

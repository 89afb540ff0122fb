"""Referrals: who is still to be thanked, who sent whom, and what they are worth with all whom they sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.domain.referral import STATES, Sent, Worth, tree, worth_of, worths
from soi_dialer.flows import referrals as flow
from soi_dialer.flows.errors import BadValue, Conflict
from soi_dialer.store import contacts
from soi_dialer.store import referrals as store
from soi_dialer.web import page

FOUND = 8
SHOWN = 500
DEEPEST = 6
"""A chain that is longer is shown no further to the right; who sent whom is written on each line."""

_FIELDS = ("state", "amount", "sent_on", "thanked_on", "note")


def add_routes(pages: Blueprint) -> None:
    of_contact = f"/contacts/<int(max={page.BIGGEST_ID}):contact_id>/referrals"
    one = f"/referrals/<int(max={page.BIGGEST_ID}):referral_id>"
    pages.add_url_rule("/referrals", "referrals", referrals)
    pages.add_url_rule(of_contact, "contact_referrals", contact_referrals, methods=["GET", "POST"])
    pages.add_url_rule(one, "referral", referral, methods=["GET", "POST"])
    pages.add_url_rule(f"{one}/thanks", "thank", thank, methods=["POST"])
    pages.add_url_rule(f"{one}/remove", "remove_referral", remove, methods=["POST"])


def referrals() -> Response:
    with page.dialer().db.read() as conn:
        rows = store.everyone(conn, page.scope())
    names = {row["from_contact_id"]: row["sender_name"] for row in rows}
    names |= {row["to_contact_id"]: row["person_name"] for row in rows}
    sent = [_sent(row) for row in rows]
    lines = tree(sent)
    return page.show(
        "referrals.html",
        thankless=[row for row in rows if row["thanked_on"] is None],
        lines=lines[:SHOWN],
        left_out=max(0, len(lines) - SHOWN),
        names=names,
        by_person={row["to_contact_id"]: row for row in rows},
        states=STATES,
        total=sum(map(worth_of, sent), Worth()),
        deepest=DEEPEST,
    )


def contact_referrals(contact_id: int) -> Response:
    """Of one person; the forms add somebody who was found, or somebody new with a number."""
    if request.method == "GET":
        return _of_contact(contact_id)
    is_sender = request.form.get("way") == "by"
    typed = {"name": page.typed("name"), "number": page.typed("number"), "way": request.form.get("way", "")}
    try:
        _add(contact_id, is_sender, typed)
    except (BadValue, Conflict) as wrong:
        return _of_contact(contact_id, 422, wrong=str(wrong), typed=typed)
    flash("Kept. Thank whoever sent them: a word today is worth more than a gift next month.")
    return redirect(url_for("web.contact_referrals", contact_id=contact_id), 303)


def _add(contact_id: int, is_sender: bool, typed: dict[str, str]) -> None:
    other = page.id_of(request.form.get("other_id", ""))
    if other is None:
        new = {"name": typed["name"], "number": typed["number"], "is_sender": is_sender}
        flow.add_with_new(page.dialer(), page.scope(), contact_id=contact_id, **new)
        return
    sender, person = (other, contact_id) if is_sender else (contact_id, other)
    flow.add_referral(page.dialer(), page.scope(), sender_id=sender, person_id=person)


def referral(referral_id: int) -> Response:
    with page.dialer().db.read() as conn:
        row = page.found(store.get(conn, page.scope(), referral_id))
    if request.method == "GET":
        values = {name: "" if row[name] is None else str(row[name]) for name in _FIELDS}
        return page.show("referral.html", row=row, values=values, states=STATES)
    typed = {name: page.typed(name) for name in _FIELDS}
    try:
        flow.change_referral(page.dialer(), page.scope(), referral_id, **typed)
    except BadValue as wrong:
        return page.show("referral.html", 422, row=row, values=typed, states=STATES, wrong=wrong)
    flash("Saved.")
    return redirect(url_for("web.contact_referrals", contact_id=row["from_contact_id"]), 303)


def thank(referral_id: int) -> Response:
    flow.thank(page.dialer(), page.scope(), referral_id)
    flash("Noted: thanked today.")
    return redirect(url_for("web.referrals"), 303)


def remove(referral_id: int) -> Response:
    flow.remove_referral(page.dialer(), page.scope(), referral_id)
    flash("Taken out. Both people are still there.")
    return redirect(url_for("web.referrals"), 303)


def _of_contact(contact_id: int, status: int = 200, **said: Any) -> Response:
    search = request.args.get("q", "").strip()[:200]
    with page.dialer().db.read() as conn:
        person = page.found(contacts.get(conn, page.scope(), contact_id))
        rows = store.everyone(conn, page.scope())
        found = contacts.page(conn, page.scope(), search=search, limit=FOUND + 1) if search else []
    return page.show(
        "contact_referrals.html",
        status,
        person=person,
        sent_by=next((row for row in rows if row["to_contact_id"] == contact_id), None),
        sent=[row for row in rows if row["from_contact_id"] == contact_id],
        worth=worths([_sent(row) for row in rows]).get(contact_id, Worth()),
        found=[one for one in found if one["id"] != contact_id][:FOUND],
        search=search,
        states=STATES,
        **said,
    )


def _sent(row: Any) -> Sent:
    return Sent(row["to_contact_id"], row["from_contact_id"], row["state"], row["amount"])

"""Who sent whom, what became of it, and thanks."""

from __future__ import annotations

import html
from datetime import date

from sqlalchemy import select

from soi_dialer.store import contacts
from soi_dialer.store.tables import referral


def rows(scene) -> list:
    with scene.dialer.db.read() as conn:
        return list(conn.execute(select(referral).order_by(referral.c.id)).mappings())


def id_of(scene, name: str) -> int:
    with scene.dialer.db.read() as conn:
        return contacts.page(conn, scene.owner, search=name)[0]["id"]


def text_of(owner, path: str) -> str:
    return html.unescape(owner.get(path).text)


def test_whoever_sent_somebody_is_thanked_by_one_tap(scene, owner):
    assert "To thank" in text_of(owner, "/referrals")
    owner.post(f"/referrals/{scene.referral}/thanks")
    assert rows(scene)[0]["thanked_on"] == date(2026, 11, 18)
    text = text_of(owner, "/referrals")
    assert "To thank" not in text and "Zoë Quinn" in text


def test_a_closing_counts_for_everybody_above_it(scene, owner):
    quinn, bob = id_of(scene, "quinn"), id_of(scene, "neil")
    answer = owner.post(f"/contacts/{quinn}/referrals", {"other_id": str(bob), "way": "sent"})
    assert answer.status_code == 303
    made = rows(scene)[-1]
    form = {"state": "closing", "amount": "$350,000", "sent_on": "2026-10-01", "thanked_on": "", "note": "Maple St"}
    assert owner.post(f"/referrals/{made['id']}", form).status_code == 303
    assert (rows(scene)[-1]["amount"], rows(scene)[-1]["state"]) == (350_000, "closing")
    text = text_of(owner, "/referrals")
    assert "2 people were sent to you; 1 closing, 350,000 in all." in text
    assert "2 people, 1 closing, 350,000 in all" in text_of(owner, f"/contacts/{scene.jane}/referrals")
    assert text.index("Jane Doe", text.index("Who sent whom")) < text.index("depth-1") < text.index("depth-2")


def test_what_goes_round_or_contradicts_is_refused_with_a_sentence(scene, owner):
    for of, other, way, says in [
        ("quinn", "jane", "sent", "came to you through Jane Doe"),
        ("jane", "jane", "sent", "Nobody sends themselves."),
        ("quinn", "neil", "by", "Jane Doe sent Zoë Quinn already."),
    ]:
        path = f"/contacts/{id_of(scene, of)}/referrals"
        answer = owner.post(path, {"other_id": str(id_of(scene, other)), "way": way})
        assert answer.status_code == 422
        assert says in html.unescape(answer.text)
    assert len(rows(scene)) == 1


def test_the_same_referral_twice_is_one(scene, owner):
    owner.post(f"/contacts/{scene.jane}/referrals", {"other_id": str(id_of(scene, "quinn")), "way": "sent"})
    assert len(rows(scene)) == 1


def test_somebody_new_becomes_a_contact_with_a_number_alone(scene, owner):
    path = f"/contacts/{scene.jane}/referrals"
    for number, says in [("", "needs a number"), ("123", ""), ("303-555-1702", "That is Ana García's number")]:
        answer = owner.post(path, {"name": "Ida Wells", "number": number, "way": "by"})
        assert answer.status_code == 422, number
        assert says in html.unescape(answer.text) and "Ida Wells" in answer.text
    assert owner.post(path, {"name": "Ida Wells", "number": "4155551977", "way": "by"}).status_code == 303
    assert rows(scene)[-1]["from_contact_id"] == id_of(scene, "ida")
    assert "Sent by" in text_of(owner, path)


def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(scene, owner):
    for wrong in [
        {"state": "won"}, {"amount": "-5"}, {"amount": "1e9"}, {"amount": "99999999999"}, {"sent_on": "2030-01-01"},
        {"sent_on": "x"}, {"thanked_on": "0001-01-01"}, {"note": "x" * 501},
    ]:  # fmt: skip
        form = {"state": "met", "amount": "", "sent_on": "2026-11-01", "thanked_on": "", "note": "Kept"} | wrong
        answer = owner.post(f"/referrals/{scene.referral}", form)
        assert answer.status_code == 422, wrong
        assert form["note"] in answer.text and form["amount"] in answer.text, wrong
        assert rows(scene)[0]["state"] == "lead", wrong


def test_a_referral_is_taken_out_and_both_people_stay(scene, owner):
    owner.post(f"/referrals/{scene.referral}/remove")
    assert rows(scene) == []
    assert id_of(scene, "jane") and id_of(scene, "quinn")
    assert "No referrals yet" in text_of(owner, "/referrals")

"""Finding, adding and changing people; what is typed wrong is shown again, with what to do."""

from __future__ import annotations

import html
import re

import pytest

from soi_dialer.store import calls, contacts
from tests.web.scene import HOME


def one(scene, contact_id):
    with scene.dialer.db.read() as conn:
        return contacts.get(conn, scene.owner, contact_id), contacts.phones(conn, [contact_id])[contact_id]


def added(answer) -> int:
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/contacts/(\d+)", answer.location)[1])


@pytest.mark.parametrize(
    "search", ["jane", "DOE jane", "(212) 555-0147", "212.555", "+1 212 555 0147", "0147", "  jane  "]
)
def test_a_person_is_found_by_a_part_of_the_name_or_any_form_of_the_number(owner, search):
    text = owner.get("/contacts", query_string={"q": search}).text
    assert "Jane Doe" in text
    assert "Zoë" not in text


@pytest.mark.parametrize("search", ["zoe", "GARCIA", "o'neil"])
def test_accents_and_case_do_not_matter(owner, search):
    assert owner.get("/contacts", query_string={"q": search}).text.count('class="row-line"') == 1


def test_a_search_for_nobody_says_how_to_search(owner):
    assert "Try a part of the name" in owner.get("/contacts?q=qqq").text


def test_a_long_list_has_pages_that_miss_nobody(scene, owner):
    from soi_dialer.flows.keep_contact import add_contact

    for number in range(60):
        phones = [{"number": f"212 555 {1000 + number}"}]
        add_contact(scene.dialer, scene.owner, name=f"Person {number:02d}", phones=phones)
    path, seen = "/contacts", []
    while path:
        text = owner.get(path).text
        seen += re.findall(r"<strong>([^<]+)</strong>\s*<span class=\"row-sub\"", text)
        more = re.search(r'href="([^"]+)" rel="next"', text)
        path = html.unescape(more[1]) if more else None
    assert len(seen) == len(set(seen)) == 64


def test_a_person_is_added_with_several_numbers(scene, owner):
    form = {"name": " Ida  Wells ", "number": ["(312) 555-0142", "", "312 555 0143 x9"], "label": ["home", "", "work"],
            "email": "ida@example.com", "level": "friend", "note": "Likes\r\ngardens",
            "time_zone": "America/Chicago"}  # fmt: skip
    row, phones = one(scene, added(owner.post("/contacts/new", form)))
    assert (row["name"], row["note"], row["level"]) == ("Ida Wells", "Likes\ngardens", "friend")
    assert [(p["number"], p["label"], p["extension"]) for p in phones] == [
        ("+13125550142", "home", ""),
        ("+13125550143", "work", "9"),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"number": "911"}, "never called from here"),
        ({"number": "555-1234"}, "number"),
        ({"number": ""}, "at least one phone number"),
        ({"name": "\u200b\u202e "}, "name"),
        ({"email": "a@b@c"}, "e-mail"),
        ({"email": "a@example.com\nBcc: x@example.com"}, "e-mail"),
        ({"time_zone": "Etc/GMT+25"}, "time zone"),
        ({"note": "x" * 30_000}, "the most is 20,000"),
    ],
)
def test_what_cannot_be_kept_is_shown_again_with_the_reason_beside_it(scene, owner, changes, says):
    form = {"name": "Ida Wells", "number": "(312) 555-0142", "label": "home", "note": "Typed with care"} | changes
    answer = owner.post("/contacts/new", form)
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    assert says in text
    assert "nothing you typed is lost" in text
    assert 'aria-invalid="true"' in text or "numbers-wrong" in text
    assert form["note"] in text
    assert "Ida Wells" not in owner.get("/contacts").text


def test_a_change_keeps_what_the_form_shows(scene, owner):
    text = owner.get(f"/contacts/{scene.jane}/edit").text
    assert 'value="(212) 555-0147"' in text
    form = {"name": "Jane Doe-Smith", "number": ["(212) 555-0147"], "label": ["mobile"], "level": "friend", "note": ""}
    assert owner.post(f"/contacts/{scene.jane}/edit", form).status_code == 303
    row, phones = one(scene, scene.jane)
    assert (row["name"], row["level"]) == ("Jane Doe-Smith", "friend")
    assert [p["number"] for p in phones] == ["+12125550147"]


def test_do_not_call_takes_the_button_away_until_it_is_lifted(scene, owner):
    assert 'action="/contacts/1/call"' in owner.get("/contacts/1").text
    owner.post("/contacts/1/do-not-call", {"on": "1", "reason": "Asked on Monday"})
    text = owner.get("/contacts/1").text
    assert "Asked on Monday" in text
    assert 'action="/contacts/1/call"' not in text
    answer = owner.post("/contacts/1/call", {"nonce": "n"})
    assert answer.status_code == 409
    assert scene.world.carrier.rung == []
    owner.post("/contacts/1/do-not-call", {"on": "0"})
    assert 'action="/contacts/1/call"' in owner.get("/contacts/1").text


def test_a_thing_to_remember_is_kept_and_an_empty_one_is_refused(scene, owner):
    assert owner.post("/contacts/1/facts", {"text": "Plays the cello"}).status_code == 303
    assert "Plays the cello" in owner.get("/contacts/1").text
    assert owner.post("/contacts/1/facts", {"text": "\u200b "}).status_code == 422
    long = "z" * 501
    answer = owner.post("/contacts/1/facts", {"text": long})
    assert answer.status_code == 422
    assert long in answer.text


def test_somebody_who_waits_for_a_callback_is_not_deleted(scene, owner):
    with scene.dialer.db.write() as conn:
        calls.change(conn, scene.live, state="ended")
    answer = owner.post("/contacts/1/delete")
    assert answer.status_code == 409
    assert "waiting for a callback" in answer.text
    other = added(owner.post("/contacts/new", {"name": "Ida", "number": "312 555 0142", "label": ""}))
    assert owner.post(f"/contacts/{other}/delete").status_code == 303
    assert owner.get(f"/contacts/{other}").status_code == 404


def test_the_contact_page_shows_what_is_owed_and_what_was_said(owner):
    text = owner.get("/contacts/1").text
    assert "3 h overdue" in text
    assert "Please call me back about the house" in text and "<audio controls" in text
    assert "Her daughter starts college" in text
    assert "9 min 12 s" in text


def test_history_has_pages(scene, owner):
    for hour in range(45):
        scene.call(hours_ago=100 + hour, talk_seconds=60 + hour)
    path, seen = "/contacts/1", []
    while path:
        text = owner.get(path).text
        seen += re.findall(r'href="/calls/(\d+)"', text)
        more = re.search(r'href="(/contacts/1\?before=[^"]+)"', text)
        path = more[1] if more else None
    assert len(seen) == len(set(seen)) == 48


def test_a_reminder_is_asked_for_and_joined_to_nothing_else(scene, owner):
    ida = added(owner.post("/contacts/new", {"name": "Ida", "number": "312 555 0142", "label": ""}))
    token = owner.token()
    form = {"csrf_token": token, "when": "tomorrow", "note": "After the closing"}
    assert owner.client.post(f"/contacts/{ida}/callback", base_url=HOME, data=form).status_code == 303
    text = owner.get(f"/contacts/{ida}").text
    assert "due tomorrow, 8:00 am" in text
    assert "After the closing" in text

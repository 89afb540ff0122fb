"""The list as one types, several at once, households, and two contacts that are one person."""

from __future__ import annotations

import html
import re

import pytest

from soi_dialer.store import calls
from tests.web.scene import HOME

ANA, BOB, ZOE = 2, 3, 4


def names(text: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r"<strong>([^<]+)</strong>", text)]


def flashed(browser, answer) -> str:
    assert answer.status_code == 303, answer.text
    return html.unescape(browser.get(answer.location).text)


def test_the_rows_alone_are_given_to_somebody_who_types(owner):
    text = owner.get("/contacts/found?q=zo").text
    assert names(text) == ["Zoë Quinn"]
    assert "<html" not in text


def test_several_are_tagged_found_by_tag_and_untagged(owner):
    said = flashed(owner, owner.post("/contacts/several", {"contact": [ANA, ZOE], "word": " Golf ", "do": "tag"}))
    assert "2 people tagged “Golf”." in said
    assert names(owner.get("/contacts?tag=golf").text) == ["Ana García", "Zoë Quinn"]
    assert '<a class="tag" href="/contacts?tag=Golf">Golf</a>' in owner.get(f"/contacts/{ANA}").text
    answer = owner.post("/contacts/several", {"contact": [ANA], "word": "golf", "do": "untag", "tag": "golf"})
    assert answer.location.endswith("/contacts?tag=golf")
    assert names(owner.get("/contacts?tag=golf").text) == ["Zoë Quinn"]


def test_what_is_ticked_stays_ticked_when_something_is_missing(owner):
    for form, says in (
        ({"contact": [ZOE], "do": "tag", "word": ""}, "Which tag?"),
        ({"do": "archive"}, "Tick somebody"),
    ):
        answer = owner.post("/contacts/several", form)
        assert answer.status_code == 422 and says in answer.text
        assert bool(re.search(rf'value="{ZOE}" checked', answer.text)) == ("contact" in form)


def test_the_archived_have_a_list_of_their_own_and_come_back(scene, owner):
    said = flashed(owner, owner.post("/contacts/several", {"contact": [ZOE], "do": "archive"}))
    assert "1 person archived" in said and "Zoë Quinn" not in names(said)
    assert names(owner.get("/contacts?archived=1").text) == ["Zoë Quinn"]
    assert names(owner.get("/contacts?q=zoe").text) == []
    assert "Archived: out of your lists" in owner.get(f"/contacts/{ZOE}").text
    owner.post(f"/contacts/{ZOE}/archive", {"archived": "0"})
    assert "Zoë Quinn" in names(owner.get("/contacts").text)


def test_the_form_keeps_tags_an_own_level_and_own_days(owner):
    form = {"name": "Ana García", "number": "(303) 555-1702", "label": "home", "level": "friend", "note": "",
            "own_level": "Godparent", "cadence_days": "21", "tags": "golf, Book club ,, golf"}  # fmt: skip
    assert owner.post(f"/contacts/{ANA}/edit", form).status_code == 303
    text = owner.get(f"/contacts/{ANA}/edit").text
    assert 'value="Book club, golf"' in text and 'value="21"' in text
    assert '<option value="Godparent" selected>' in text
    wrong = owner.post(f"/contacts/{ANA}/edit", form | {"cadence_days": "often", "tags": "a" * 61})
    assert wrong.status_code == 422 and 'value="often"' in wrong.text and "a" * 61 in wrong.text


def test_two_live_together_until_one_moves_out(owner):
    text = owner.get(f"/contacts/{ANA}/lives-with?q=bob").text
    assert names(text) == ["Bob O'Neil <b>"]
    answer = owner.post(f"/contacts/{ANA}/lives-with", {"other": str(BOB)})
    assert re.search(r"/households/\d+$", answer.location)
    assert 'href="/contacts" aria-current="true"' in owner.get(answer.location).text, "it is one of the contacts' pages"
    assert names(owner.get(answer.location).text) == ["Ana García", "Bob O'Neil <b>"]
    assert owner.post(answer.location, {"name": "\u200b"}).status_code == 422
    assert owner.post(answer.location, {"name": "Garden Street"}).status_code == 303
    assert f'href="{answer.location}">Garden Street</a>' in owner.get(f"/contacts/{ANA}").text
    assert owner.post(f"/contacts/{ANA}/lives-alone").status_code == 303
    assert owner.get(answer.location).status_code == 404


@pytest.mark.parametrize("other", ["", "x", "0", str(ANA), "9" * 400])
def test_who_lives_with_whom_has_to_be_somebody_else(owner, other):
    answer = owner.post(f"/contacts/{ANA}/lives-with", {"other": other})
    assert answer.status_code in (404, 409)


def test_the_same_person_is_suggested_shown_beside_and_merged(owner):
    again = {"name": "Ana G.", "number": "303 555 1702", "label": "", "email": "ana@example.com"}
    other = re.search(r"/contacts/(\d+)", owner.post("/contacts/new", again).location)[1]
    assert "Ana García has the same number, e-mail address or name." in owner.get(f"/contacts/{other}").text
    assert names(owner.get(f"/contacts/{ANA}/merge").text) == ["Ana G."]
    text = owner.get(f"/contacts/{ANA}/merge/{other}").text
    assert re.search(rf'name="name" value="{ANA}" checked', text)
    assert re.search(rf'name="email" value="{other}" checked', text)
    said = flashed(owner, owner.post(f"/contacts/{ANA}/merge/{other}", {"name": other, "email": other}))
    assert "They are one contact now" in said and "<h1>Ana G.</h1>" in said and "ana@example.com" in said
    assert owner.get(f"/contacts/{other}").status_code == 404


def test_nobody_is_merged_in_the_middle_of_a_call(scene, owner):
    answer = owner.post(f"/contacts/{scene.jane}/merge/{ANA}", {"name": "9" * 4000})
    assert answer.status_code == 409 and "in a call right now" in answer.text
    with scene.dialer.db.write() as conn:
        calls.change(conn, scene.live, state="ended")
    assert owner.post(f"/contacts/{scene.jane}/merge/{ANA}", {"level": "x"}).status_code == 303
    assert "Please call me back about the house" in owner.get(f"/contacts/{scene.jane}").text


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_others_find_nothing_of_it(scene, owner, who):
    home = owner.post(f"/contacts/{ANA}/lives-with", {"other": str(BOB)}).location
    owner.post("/contacts/several", {"contact": [ANA], "word": "secret", "do": "tag"})
    browser = scene.browser(who)
    for path in (home, f"/contacts/{ANA}/merge", f"/contacts/{ANA}/merge/{BOB}", f"/contacts/{ANA}/lives-with"):
        assert browser.get(path).status_code == 404, path
        assert browser.post(path, {"name": "Mine", "other": str(BOB)}).status_code in (404, 405), path
    for path in (f"/contacts/{ANA}/archive", f"/contacts/{ANA}/lives-alone"):
        assert browser.post(path, {"archived": "1"}).status_code == 404, path
    browser.post("/contacts/several", {"contact": [ANA], "do": "archive"})
    for path in ("/contacts?tag=secret", "/contacts?archived=1", "/contacts/several", "/contacts/found?q=ana"):
        text = browser.get(path).text
        assert "Ana" not in text and ">secret<" not in text
    assert "Ana García" in names(owner.get("/contacts").text)


def test_the_list_works_without_a_script(owner):
    page = owner.client.get("/contacts", base_url=HOME).text
    assert re.search(r'<form class="search"[^>]+method="get" action="/contacts"', page)

"""What is remembered about somebody, in two seconds and afterwards."""

from __future__ import annotations

import re

import pytest

PAGES = ("/contacts/1/facts", "/facts/1")


def ids(text: str) -> list[str]:
    return re.findall(r'href="/facts/(\d+)"', text)


def test_one_tap_says_what_it_is_about(owner):
    owner.post("/contacts/1/facts", {"text": "turns fifty on May 3", "kind": "birthday"})
    owner.post("/contacts/1/facts", {"text": "How was <the> recital?", "kind": "ask_next"})
    text = owner.get("/contacts/1").text
    assert "Birthday</span> turns fifty on May 3 <span" in text and ">May 3</span>" in text
    assert "How was &lt;the&gt; recital?" in text
    assert text.index("recital") < text.index("turns fifty")


def test_a_question_that_was_asked_is_not_shown_before_the_next_call(owner):
    owner.post("/contacts/1/facts", {"text": "How was the recital?", "kind": "ask_next"})
    action = re.search(r'action="(/facts/\d+/done)"', owner.get("/contacts/1").text)[1]
    assert owner.post(action, {"done": "1"}).status_code == 303
    assert "recital" not in owner.get("/contacts/1").text
    assert "recital" in owner.get("/contacts/1/facts").text
    assert owner.post(action, {"done": "0", "from": "facts"}).location.endswith("/contacts/1/facts")
    assert "recital" in owner.get("/contacts/1").text


def test_a_fact_is_changed_and_what_is_wrong_is_shown_again(owner):
    (fact_id,) = ids(owner.get("/contacts/1/facts").text)
    wrong = owner.post(f"/facts/{fact_id}", {"kind": "child", "text": "Maya graduates", "day": "someday"})
    assert wrong.status_code == 422
    assert 'value="Maya graduates"' in wrong.text and 'value="someday"' in wrong.text and "Write a day" in wrong.text
    assert (
        owner.post(f"/facts/{fact_id}", {"kind": "child", "text": "Maya graduates", "day": "6/1/27"}).status_code == 303
    )
    assert "June 1, 2027" in owner.get("/contacts/1").text
    assert 'value="June 1, 2027"' in owner.get(f"/facts/{fact_id}").text
    assert owner.post(f"/facts/{fact_id}/remove").status_code == 303
    assert ids(owner.get("/contacts/1/facts").text) == []


@pytest.mark.parametrize("who", ["teammate", "stranger"])
@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_what_others_remember(scene, who, path):
    assert scene.browser(who).get(path).status_code == 404


@pytest.mark.parametrize("who", ["teammate", "stranger"])
@pytest.mark.parametrize("path", ["/facts/1", "/facts/1/done", "/facts/1/remove", "/contacts/1/facts"])
def test_nobody_changes_what_others_remember(scene, owner, who, path):
    data = {"kind": "note", "text": "Changed", "day": "", "done": "1"}
    assert scene.browser(who).post(path, data).status_code == 404
    assert "Her daughter starts college" in owner.get("/contacts/1").text

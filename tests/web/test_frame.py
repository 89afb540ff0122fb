"""What is drawn once and kept must never be shown where it does not belong."""

from __future__ import annotations

import re

from sqlalchemy import select

from soi_dialer.flows import check_health
from soi_dialer.store import heartbeats
from soi_dialer.store.tables import contact

_MARKED = re.compile(r'<a [^>]*href="([^"]*)"[^>]*aria-current="(page|true)"')


def marked(browser, path: str) -> list[tuple[str, str]]:
    return _MARKED.findall(browser.get(path).text)


def test_the_menu_marks_where_the_page_stands(owner):
    assert marked(owner, "/") == [("/", "page")]
    assert marked(owner, "/contacts") == [("/contacts", "page")]
    assert marked(owner, "/contacts/1") == [("/contacts", "true")]
    assert marked(owner, "/settings") == [("/settings", "page")]
    assert marked(owner, "/calls") == []


def test_each_session_has_a_name_and_a_form_token_of_its_own(scene, owner):
    teammate = scene.browser("teammate")
    assert ">Owner</span>" in owner.get("/contacts").text
    assert ">Teammate</span>" in teammate.get("/contacts").text
    assert owner.token("/") == owner.token("/contacts") != teammate.token("/contacts")
    assert owner.post("/sign-out", token=teammate.token("/")).status_code == 400


def test_a_stopped_scheduler_is_told_at_once_and_taken_back_at_once(scene, owner):
    assert check_health.NOT_STARTED in owner.get("/contacts/1").text
    heartbeats.beat_if_stale(scene.dialer.db, "sweep", scene.dialer.clock())
    assert check_health.NOT_STARTED not in owner.get("/contacts/1").text


def test_a_changed_call_and_fact_show_at_once(scene, owner):
    page = owner.get("/contacts/1").text
    assert "Sold <the> boat" not in page
    scene.call(hours_ago=1, note="Sold <the> boat")
    owner.post("/contacts/1/facts", {"text": "Likes <tea>"})
    page = owner.get("/contacts/1").text
    assert "Sold &lt;the&gt; boat" in page
    assert "Likes &lt;tea&gt;" in page


def test_what_was_typed_for_one_contact_is_not_shown_again(scene, owner):
    with scene.dialer.db.read() as conn:
        other = conn.execute(select(contact.c.id).where(contact.c.name == "Zoë Quinn")).scalar_one()
    wrong = owner.post(f"/contacts/{other}/callback", {"due_on": "2020-01-01", "note": "About <her> boat"})
    assert wrong.status_code == 422 and "About &lt;her&gt; boat" in wrong.text
    assert "About &lt;her&gt; boat" not in owner.get(f"/contacts/{other}").text

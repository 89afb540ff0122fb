"""Beside a call and after it: what is known, the catch-up, openings, the ask, and the sheet that waits."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.keep_fact import add_fact
from soi_dialer.flows.today import todays_list
from soi_dialer.store import calls
from soi_dialer.store.tables import call, callback, contact, fact, household, level_event
from tests.cast import START

READY = {"state": "ended", "outcome": "canceled"}


@pytest.fixture(autouse=True)
def nothing_live(scene):
    with scene.dialer.db.write() as conn:
        calls.change(conn, scene.live, **READY)


def all_of(scene, table) -> list:
    with scene.dialer.db.read() as conn:
        return list(conn.execute(select(table).order_by(table.c.id)).mappings())


def row_of(scene, call_id):
    with scene.dialer.db.read() as conn:
        return calls.get(conn, scene.owner, call_id)


def text_of(owner, path) -> str:
    answer = owner.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def press(owner, path, **fields):
    """Press a button of the form, which sends everything that stands in it."""
    call_path = path.removesuffix("/sheet").removesuffix("/settle")
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(call_path).text)[1]
    return owner.post(path, {"seen": seen, "note": ""} | fields)


def live(scene, **changes) -> int:
    values = {"state": "talking", "outcome": None, "measured_outcome": None, "talk_seconds": 0, "hours_ago": 0}
    return scene.call(**values | changes)


def test_a_live_call_shows_what_is_known_and_asks_about_it(scene, owner):
    with scene.dialer.db.write() as conn:
        home = conn.execute(
            household.insert().values(office_id=scene.owner.office_id, agent_id=scene.owner.agent_id, name="Doe",
                                      created_at=START)
        ).inserted_primary_key[0]  # fmt: skip
        conn.execute(update(contact).where(contact.c.name.in_(["Jane Doe", "Zoë Quinn"])).values(household_id=home))
    add_fact(scene.dialer, scene.owner, scene.jane, "child", "Emma starts college")
    add_fact(scene.dialer, scene.owner, scene.jane, "ask_next", "the recital")
    text = text_of(owner, f"/calls/{live(scene)}")
    assert "You last talked today, 9 min 12 s." in text and "Their lease ends in May." in text
    assert "How is Emma doing at college?" in text
    assert "<strong>Ask about:</strong> the recital" in text
    assert "Same household:" in text and "Zoë Quinn" in text
    assert "(first catch up)" in text and "I asked" not in text


def test_a_noted_catch_up_opens_the_ask_and_keeps_the_note_too(scene, owner):
    path = f"/calls/{live(scene)}"
    answer = press(owner, f"{path}/settle", answer_house="A new deck", note="Cheerful")
    assert (answer.status_code, answer.location) == (303, f"{path}#conversation")
    text = text_of(owner, path)
    assert "A new deck" in text and "I asked" in text and "(first catch up)" not in text
    assert "You have not asked them yet, in 1 talk." in text
    assert "would you tell them about me, Jane?" in text
    press(owner, f"{path}/settle", asked="1", note="Cheerful")
    row = row_of(scene, int(path.rsplit("/", 1)[1]))
    assert (row["note"], row["asked_at"]) == ("Cheerful", scene.world.now)
    assert "You asked in this call." in text_of(owner, path)


def test_an_opening_is_tagged_by_one_tap(scene, owner):
    path = f"/calls/{live(scene)}"
    press(owner, f"{path}/settle", opening="child")
    assert "You will be reminded to come back to it." in (text := text_of(owner, path)) and "Tagged" in text
    answer = press(owner, f"{path}/settle", opening="date", opening_on="x", note="stays")
    assert answer.status_code == 422 and "stays" in answer.text


def test_words_for_a_voicemail_are_at_hand_while_one_may_pick_up(scene, owner):
    call_id = live(scene)
    for changes, shown, opened in [
        ({"state": "ringing_contact"}, True, True),
        ({"state": "talking"}, True, False),
        ({"answered_by": "machine"}, True, True),
        ({"answered_by": "human"}, False, False),
        ({"answered_by": None, "state": "ringing_agent"}, False, False),
        ({"state": "talking", "direction": "inbound"}, False, False),
    ]:
        with scene.dialer.db.write() as conn:
            calls.change(conn, call_id, **changes)
        for text in (text_of(owner, f"/calls/{call_id}"), text_of(owner, f"/calls/{call_id}/live")):
            assert ("Hi Jane, it's Owner." in text and "(202) 555-0100" in text) == shown, changes
            assert ('<details class="fold note" open>' in text) == opened, changes


def test_the_sheet_is_answered_by_one_press_and_leads_to_the_next(scene, owner):
    other = scene.call(hours_ago=1)
    assert "2 " not in text_of(owner, "/calls/unsaid").split("How did it go?")[0]
    first = f"/calls/{other}/sheet"
    assert "Not now: the next one" in text_of(owner, first)
    answer = press(owner, first, said="connected", note="Good talk", step="days", then="next", answer_work="promoted")
    assert answer.location == f"/calls/{scene.talked}/sheet"
    text = text_of(owner, answer.location)
    assert "You will come back to them Mon, Nov 23, 8:00 am." in text
    assert "You come back to them Mon, Nov 23, 8:00 am already; another day here moves that." in text
    row = row_of(scene, other)
    assert (row["note"], row["wrapped_at"]) == ("Good talk", scene.world.now)
    assert [one["text"] for one in all_of(scene, fact) if one["call_id"]] == ["promoted"]
    with scene.dialer.db.write() as conn:
        calls.change(conn, other, state="ended", outcome="connected")  # it has no facts from which that would follow
    said = text_of(owner, f"/calls/{other}")
    assert "What you chose stands" in said and "Save again" in said and 'value="cadence" checked' not in said
    press(owner, answer.location, said="connected", step="cadence")
    assert "Nothing waits" in text_of(owner, "/calls/unsaid")


def test_a_call_page_turns_into_the_sheet_when_the_call_is_over(scene, owner):
    call_id = live(scene)
    assert "What comes next?" not in text_of(owner, f"/calls/{call_id}/live")
    answer = owner.get(f"/calls/{call_id}/sheet")
    assert (answer.status_code, answer.location) == (302, f"/calls/{call_id}#status")
    with scene.dialer.db.write() as conn:
        calls.change(conn, call_id, state="ended", outcome="machine", measured_outcome="machine")
    text = text_of(owner, f"/calls/{call_id}/live")
    assert "What comes next?" in text and "tomorrow, 8:00 am" in text
    assert re.search(r'value="machine" checked', text)


def test_an_ask_without_a_catch_up_is_said_gently_on_the_sheet(scene, owner):
    path = f"/calls/{scene.talked}/sheet"
    press(owner, path, said="connected", asked_shown="1", asked="1")
    assert "You led with the ask." in (text := text_of(owner, path)) and "You asked in this call." in text
    assert "You have not asked them yet" not in text
    press(owner, path, said="connected", asked_shown="1")
    assert "You led with the ask." not in text_of(owner, path)
    assert row_of(scene, scene.talked)["asked_at"] is None


def test_a_refused_sheet_keeps_all_that_was_typed(scene, owner):
    for wrong in [
        {"step": "pick", "due_on": "2020-01-01"},
        {"step": "pick", "due_on": ""},
        {"step": "pick", "due_on": "2027-03-14", "due_time": "02:30"},
        {"said": "agent_missed"},
        {"answer_house": "x" * 501},
        {"note": "x" * 20_001},
    ]:
        fields = {"said": "busy", "note": "Kept text", "answer_work": "Kept answer", "step": "week"} | wrong
        answer = press(owner, f"/calls/{scene.talked}/sheet", **{"from": "sheet"}, **fields)
        text = html.unescape(answer.text)
        assert answer.status_code == 422, wrong
        assert fields["note"] in text and "Kept answer" in text and "After the call" in text, wrong
        assert f'id="step-{fields["step"]}" value="{fields["step"]}" checked' in text, wrong
        assert row_of(scene, scene.talked)["wrapped_at"] is None, wrong


def test_two_windows_do_not_answer_one_sheet_unseen(scene, owner):
    path = f"/calls/{scene.talked}/sheet"
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(path).text)[1]
    press(owner, path, said="connected", note="First")
    answer = owner.post(path, {"seen": seen, "said": "busy", "note": "Second", "step": "pick", "due_on": "2026-12-01"})
    assert answer.status_code == 409
    assert "First" in answer.text and "Second" in answer.text and "2026-12-01" in answer.text
    assert [one["reason"] for one in all_of(scene, callback) if one["contact_id"]] == ["voicemail"]


def test_before_a_call_the_page_shows_how_to_begin_and_calls(scene, owner):
    text = text_of(owner, f"/contacts/{scene.jane}/prepare")
    assert "How is the house treating you?" in text and "What they say" not in text
    assert f'action="/contacts/{scene.jane}/call"' in text and 'href="tel:+12125550147"' in text
    with scene.dialer.db.write() as conn:
        conn.execute(update(contact).values(do_not_call_at=START, do_not_call_reason="Asked so"))
    text = text_of(owner, f"/contacts/{scene.jane}/prepare")
    assert "Asked so" in text and "tel:" not in text and "/call\"" not in text


def test_the_contact_page_leads_to_all_of_it_and_dials_from_this_phone(scene, owner):
    text = text_of(owner, f"/contacts/{scene.jane}")
    for path in ("prepare", "referrals"):
        assert f'href="/contacts/{scene.jane}/{path}"' in text
    assert f'href="/calls/log?contact={scene.jane}"' in text
    assert 'href="tel:+12125550147"' in text and 'id="reached"' in text


def test_words_are_changed_checked_and_ours_again(scene, owner):
    form = {"voicemail": "Hey {name}!", "house": "Still {happy}?"}
    answer = owner.post("/settings/scripts", form)
    assert answer.status_code == 422
    assert "{happy}" in answer.text and "Hey {name}!" in answer.text
    owner.post("/settings/scripts", {"voicemail": "Hey {name}!", "house": "Is the roof fine?\nAnd the cat?"})
    text = text_of(owner, f"/calls/{live(scene, state='ringing_contact')}")
    assert "Hey Jane!" in text and "Is the roof fine?" in text and "And the cat?" in text
    assert "Hey {name}!" not in scene.browser("teammate").get("/settings/scripts").text
    owner.post("/settings/scripts", {"voicemail": "Hey {name}!", "house": "Is the roof fine?", "reset": "house"})
    text = text_of(owner, "/settings/scripts")
    assert "Hey {name}!" in text and "How is the house treating you?" in text


def test_a_call_on_the_own_phone_is_logged_once_with_what_comes_next(scene, owner):
    assert "Zoë Quinn" in text_of(owner, "/calls/log?q=quinn")
    listed = todays_list(scene.dialer, scene.owner)[0]["contact_id"]
    assert f'href="/calls/log?contact={listed}"' in text_of(owner, "/calls/log")  # one tap away
    page = text_of(owner, f"/calls/log?contact={scene.jane}")
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)[1]
    form = {"nonce": nonce, "contact_id": str(scene.jane), "said": "connected", "minutes": "10", "when": "hour",
            "note": "On the train", "step": "week"}  # fmt: skip
    for _ in range(2):
        answer = owner.post("/calls/log", form)
        assert (answer.status_code, answer.location) == (303, f"/contacts/{scene.jane}")
    (row,) = [one for one in all_of(scene, call) if one["self_reported"]]
    assert (row["talk_seconds"], row["note"], row["outcome"]) == (600, "On the train", "connected")
    assert row["placed_at"] == scene.world.now - timedelta(hours=1)
    assert [one["reason"] for one in all_of(scene, callback) if one["state"] == "open" and one["contact_id"]] == [
        "follow_up"
    ]


def test_a_call_that_cannot_be_logged_is_refused_and_the_note_stays(scene, owner):
    for wrong in [
        {"minutes": "601"},
        {"minutes": "x"},
        {"said": "failed"},
        {"when": "pick", "made_on": "2030-01-01"},
        {"when": "pick", "made_on": "0001-01-01"},
        {"when": "pick", "made_on": ""},
        {"number": "+12125550199"},
        {"step": "pick", "due_on": "1999-01-01"},
        {"note": "x" * 20_001},
    ]:
        form = {"contact_id": str(scene.jane), "said": "connected", "when": "now", "note": "Kept"} | wrong
        answer = owner.post("/calls/log", form)
        assert answer.status_code == 422 and form["note"] in answer.text, wrong
    assert not [one for one in all_of(scene, call) if one["self_reported"]]


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_nobody_elses_talks_sheets_or_people_are_seen(scene, who):
    browser = scene.browser(who)
    for path in ("/calls/unsaid", "/calls/log?q=jane", "/referrals", "/calls/log"):
        text = browser.get(path).text
        assert "Jane" not in text and "Quinn" not in text, path
    assert browser.post("/calls/log", {"contact_id": str(scene.jane), "said": "connected"}).status_code == 404
    theirs = add_contact(scene.dialer, getattr(scene.world.people, who), name="X", phones=[{"number": "4155551999"}])
    answer = browser.post(f"/contacts/{theirs}/referrals", {"other_id": str(scene.jane), "way": "sent"})
    assert answer.status_code == 404


def test_a_talk_that_brought_somebody_closer_suggests_the_step_on_its_own_page(scene, owner):
    scene.call(talk_seconds=700, hours_ago=50)
    last = scene.call(talk_seconds=700, hours_ago=1)
    assert "Closer by now?" in text_of(owner, f"/calls/{last}/sheet")
    assert "Closer by now?" not in text_of(owner, f"/calls/{scene.talked}")
    answer = owner.post(f"/contacts/{scene.jane}/level/answer", {"answer": "yes", "from": str(last)})
    assert answer.location.endswith(f"/calls/{last}")
    assert "Closer by now?" not in text_of(owner, f"/calls/{last}")
    [moved] = all_of(scene, level_event)
    assert moved["call_id"] == last

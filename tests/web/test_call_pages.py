"""The click, the call under way, and what the agent says of it afterwards."""

from __future__ import annotations

import html
import re

import pytest

from soi_dialer.domain.call import OUTCOMES
from soi_dialer.store import calls
from tests.fakes import REFUSED, UNSURE


@pytest.fixture(autouse=True)
def nothing_live(scene):
    """Each test places its own call."""
    with scene.dialer.db.write() as conn:
        calls.change(conn, scene.live, state="ended", outcome="canceled")


def form_of(text: str, action: str) -> dict:
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', text, re.DOTALL)[0]
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in hidden}


def click(owner, **changes):
    form = form_of(owner.get("/contacts/1").text, "/contacts/1/call") | changes
    return owner.post("/contacts/1/call", form, token=form["csrf_token"])


def row_of(scene, call_id):
    with scene.dialer.db.read() as conn:
        return calls.get(conn, scene.owner, call_id)


def id_of(answer) -> int:
    return int(re.search(r"/calls/(\d+)", answer.location)[1])


def test_call_rings_the_agent_and_leads_to_the_page_that_follows_it(scene, owner):
    answer = click(owner)
    assert answer.status_code == 303
    assert answer.location.endswith("#status")
    assert [call["to"] for call in scene.world.carrier.rung] == ["+12025550101"]
    row = row_of(scene, id_of(answer))
    assert (row["contact_id"], row["callback_id"]) == (scene.jane, scene.callback)
    text = owner.get(answer.location).text
    assert 'role="status"' in text and "data-live=" in text and "Cancel the call" in text


def test_a_reminder_that_rings_says_whom_it_is_about(scene, owner):
    values = {"state": "ringing_agent", "outcome": None, "measured_outcome": None, "talk_seconds": 0}
    ringing = scene.call(hours_ago=0, contact_number=None, callback_id=scene.callback, **values)
    with scene.dialer.db.write() as conn:
        calls.change(conn, ringing, contact_id=None)
    for path in ("/", f"/calls/{ringing}", f"/calls/{ringing}/live"):
        assert "We are ringing you about Jane Doe's message." in html.unescape(owner.get(path).text), path
    with scene.dialer.db.write() as conn:
        calls.change(conn, ringing, state="ended", outcome="agent_missed", measured_outcome="agent_missed")
    assert "We rang you about Jane Doe's message. Nobody" in html.unescape(owner.get(f"/calls/{ringing}").text)


def test_a_double_click_is_one_call(scene, owner):
    form = form_of(owner.get("/contacts/1").text, "/contacts/1/call")
    first, second = (owner.post("/contacts/1/call", form, token=form["csrf_token"]) for _ in range(2))
    assert first.location == second.location
    assert len(scene.world.carrier.rung) == 1


def test_a_second_call_meanwhile_is_refused_in_words(scene, owner):
    click(owner)
    answer = click(owner)
    assert answer.status_code == 409
    assert "in a call already" in answer.text
    assert len(scene.world.carrier.rung) == 1


@pytest.mark.parametrize("number", ["+19005551234", "911", "+12125550199", "x", "\0"])
def test_only_a_number_of_this_person_is_called(scene, owner, number):
    assert click(owner, number=number).status_code in (404, 409)
    assert scene.world.carrier.rung == []


def test_what_the_carrier_refuses_is_said_on_the_call_page(scene, owner):
    scene.world.carrier.next_errors = [REFUSED]
    text = owner.get(click(owner).location).text
    assert "The number does not exist; check its digits." in text
    assert "data-live=" not in text


def test_an_unknown_answer_is_followed_and_can_be_given_up(scene, owner):
    scene.world.carrier.next_errors = [UNSURE]
    answer = click(owner)
    text = owner.get(answer.location).text
    assert "data-live=" in text and "Cancel the call" in text
    assert owner.post(f"/calls/{id_of(answer)}/cancel").status_code == 303
    assert row_of(scene, id_of(answer))["cancel_requested_at"] is not None


def test_the_live_part_is_not_sent_again_while_nothing_moves(scene, owner):
    call_id = id_of(click(owner))
    first = owner.get(f"/calls/{call_id}/live")
    assert (first.status_code, first.headers["Soi-Live"]) == (200, "yes")
    again = owner.get(f"/calls/{call_id}/live", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with scene.dialer.db.write() as conn:
        calls.change(conn, call_id, state="screening")
    moved = owner.get(f"/calls/{call_id}/live", headers={"If-None-Match": first.headers["ETag"]})
    assert moved.status_code == 200
    assert "Press 1 on your phone to call Jane Doe" in moved.text


@pytest.mark.parametrize(
    ("changes", "says", "button"),
    [
        ({"state": "requested"}, "Placing the call.", "Cancel the call"),
        ({"state": "ringing_agent"}, "Ringing your phone.", "Cancel the call"),
        ({"state": "screening"}, "Press 1 on your phone", "Hang up"),
        ({"state": "ringing_contact"}, "Ringing Jane Doe.", "Hang up"),
        ({"state": "talking"}, "Talking with Jane Doe.", "Hang up"),
        ({"state": "talking", "outcome": "connected"}, "Wrap up on your keypad", "Hang up"),
        ({"state": "ringing_agent", "direction": "inbound"}, "Jane Doe is calling.", "Hang up"),
        ({"state": "talking", "direction": "inbound"}, "Talking with Jane Doe.", "Hang up"),
    ],
)
def test_every_moment_of_a_call_has_its_words_and_a_way_out(scene, owner, changes, says, button):
    call_id = scene.call(**{"outcome": None, "measured_outcome": None, "talk_seconds": 0} | changes)
    text = owner.get(f"/calls/{call_id}").text
    assert says in text
    assert button in text
    assert 'aria-current="step"' in text


@pytest.mark.parametrize("outcome", OUTCOMES["outbound"])
def test_every_end_has_its_words_and_buttons_for_the_agents_own(scene, owner, outcome):
    text = owner.get(f"/calls/{scene.call(outcome=outcome, talk_seconds=0)}").text
    assert "How did it go?" in text
    assert "Hang up" not in text and "data-live=" not in text


def settle(owner, call_id, **changes):
    form = form_of(owner.get(f"/calls/{call_id}").text, f"/calls/{call_id}/settle") | changes
    return owner.post(f"/calls/{call_id}/settle", form, token=form["csrf_token"])


def test_the_agents_word_and_note_are_kept_beside_what_was_measured(scene, owner):
    assert settle(owner, scene.talked, outcome="left_voicemail", note="Try again\r\nFriday").status_code == 303
    row = row_of(scene, scene.talked)
    assert (row["disposition"], row["note"]) == ("left_voicemail", "Try again\nFriday")


@pytest.mark.parametrize("outcome", ["agent_missed", "voicemail", "x", "connected' --", "unconfirmed"])
def test_an_outcome_that_is_not_offered_is_refused_and_the_note_stays(scene, owner, outcome):
    answer = settle(owner, scene.talked, outcome=outcome, note="Kept in the form")
    assert answer.status_code == 422
    assert "Kept in the form" in answer.text
    assert row_of(scene, scene.talked)["disposition"] is None


@pytest.mark.parametrize("note", ["x" * 25_000, "x" * 20_001])
def test_a_note_that_is_too_long_is_refused_with_words(scene, owner, note):
    answer = settle(owner, scene.talked, note=note)
    assert answer.status_code == 422
    assert "the most is 20,000" in answer.text
    assert note in answer.text


def test_two_windows_do_not_overwrite_each_other_unseen(scene, owner):
    page = owner.get(f"/calls/{scene.talked}").text
    seen = form_of(page, f"/calls/{scene.talked}/settle")["seen"]
    settle(owner, scene.talked, note="From the first window", outcome="connected")
    answer = settle(owner, scene.talked, note="From the second window", outcome="busy", seen=seen)
    assert answer.status_code == 409
    assert "changed in another window" in answer.text
    assert "From the first window" in answer.text and "From the second window" in answer.text
    assert row_of(scene, scene.talked)["note"] == "From the first window"
    form = form_of(answer.text, f"/calls/{scene.talked}/settle")
    form |= {"note": "From the second window", "outcome": "busy"}
    assert owner.post(f"/calls/{scene.talked}/settle", form, token=form["csrf_token"]).status_code == 303
    assert row_of(scene, scene.talked)["note"] == "From the second window"


def test_news_from_the_carrier_are_no_conflict(scene, owner):
    form = form_of(owner.get(f"/calls/{scene.talked}").text, f"/calls/{scene.talked}/settle")
    with scene.dialer.db.write() as conn:
        calls.change(conn, scene.talked, repaired=True)
    answer = owner.post(f"/calls/{scene.talked}/settle", form | {"note": "Mine"}, token=form["csrf_token"])
    assert answer.status_code == 303
    assert row_of(scene, scene.talked)["note"] == "Mine"


def test_a_call_opens_down_to_its_raw_facts(scene, owner):
    text = html.unescape(owner.get(f"/calls/{scene.talked}").text)
    assert "What happened (3)" in text
    assert "Your phone hung up, 9 min 20 s" in text
    assert "sid=CA" in text and "10:00:00 am" in text


def test_a_repaired_call_says_so(scene, owner):
    assert "was fetched from the carrier" in owner.get(f"/calls/{scene.call(repaired=True)}").text


def test_the_figures_of_the_week_open_down_to_their_calls(scene, owner):
    week = owner.get("/week").text
    assert "/calls?on=2026-11-18" in week
    assert "9 min 12 s" in owner.get("/calls?on=2026-11-18").text
    assert "0 calls" in owner.get("/calls?on=2026-11-17").text
    text = owner.get("/calls?week=2026-W47&direction=inbound&outcome=voicemail").text
    assert "1 call, they called" in text

"""Callbacks and voicemails: what is owed, when, and the two ways out."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from soi_dialer.flows.close_callback import talked_elsewhere
from soi_dialer.flows.remind import remind
from soi_dialer.store import callbacks, claims, heartbeats
from soi_dialer.store.tables import agent, callback, voicemail
from tests.cast import START
from tests.fakes import WAV


def row_of(scene, callback_id=None):
    with scene.dialer.db.read() as conn:
        return callbacks.get(conn, scene.owner, callback_id or scene.callback)


def test_overdue_is_said_in_words_and_a_hidden_number_has_no_button(scene, owner):
    text = owner.get("/callbacks").text
    assert "3 h overdue" in text
    assert "The number was hidden, so it cannot be called." in text
    assert text.count(">Call back<") == 1


def test_waiving_needs_a_reason_and_keeps_it(scene, owner):
    assert owner.post(f"/callbacks/{scene.callback}/waive", {"reason": "  \u200b"}).status_code == 422
    assert row_of(scene)["state"] == "open"
    assert owner.post(f"/callbacks/{scene.callback}/waive", {"reason": "She moved away"}).status_code == 303
    assert row_of(scene)["state"] == "waived"
    assert "She moved away" in owner.get("/callbacks?state=waived").text
    again = owner.post(f"/callbacks/{scene.callback}/waive", {"reason": "Once more"})
    assert again.status_code == 422
    assert "waived already" in again.text


@pytest.mark.parametrize(
    ("when", "until"),
    [
        ("hour", datetime(2026, 11, 18, 16, 0, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 11, 19, 13, 0, tzinfo=UTC)),
        ("days", datetime(2026, 11, 23, 13, 0, tzinfo=UTC)),  # the third day is a Saturday, so Monday morning
    ],
)
def test_the_buttons_put_it_off_and_the_due_time_stays(scene, owner, when, until):
    before = row_of(scene)["due_at"]
    assert owner.post(f"/callbacks/{scene.callback}/snooze", {"when": when, "from": "list"}).status_code == 303
    after = row_of(scene)
    assert (after["snoozed_until"], after["remind_at"], after["due_at"]) == (until, until, before)
    assert "put off until" in owner.get("/callbacks").text


def test_a_picked_time_is_by_the_agents_clocks(scene, owner):
    owner.post(f"/callbacks/{scene.callback}/snooze", {"due_on": "2027-07-01", "due_time": "14:30"})
    assert row_of(scene)["snoozed_until"] == datetime(2027, 7, 1, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"due_on": "2026-11-17", "due_time": "09:00"}, "has passed"),
        ({"due_on": "9999-12-31", "due_time": "09:00"}, "pick a day"),
        ({"due_on": "2031-01-01"}, "more than two years"),
        ({"due_on": "2027-03-14", "due_time": "02:30"}, "clocks skip that hour"),
        ({"due_on": "2027-02-30", "due_time": "09:00"}, "pick a day"),
        ({"due_on": "2027-02-03", "due_time": "25:00"}, "pick a day"),
        ({"due_on": "2027-02-03", "due_time": "09:00+05:00"}, "pick a day"),
        ({"due_on": "", "due_time": ""}, "pick a day"),
        ({"when": "never"}, "pick a day"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_shown_again(scene, owner, form, says):
    before = row_of(scene)["snoozed_until"]
    answer = owner.post(f"/callbacks/{scene.callback}/snooze", form)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{form.get("due_on", "")}"' in answer.text
    assert row_of(scene)["snoozed_until"] == before


def test_what_is_owed_now_is_counted_in_the_title_of_every_page(scene, owner):
    assert "<title>(2) Contacts" in owner.get("/contacts").text
    assert owner.get("/pulse").json["owed"] == 2
    owner.post(f"/callbacks/{scene.callback}/snooze", {"when": "hour"})
    assert "<title>(1) Contacts" in owner.get("/contacts").text
    assert owner.get("/pulse").json["owed"] == 1


def test_pages_say_when_the_scheduler_does_not_beat(scene, owner):
    assert "has not started" in owner.get("/week").text
    heartbeats.beat_if_stale(scene.dialer.db, "sweep", scene.world.now)
    assert owner.get("/pulse").json["problem"] is None
    assert "The scheduler" not in owner.get("/week").text
    scene.world.wait(minutes=5)
    assert "The scheduler has stopped" in owner.get("/week").text


def test_a_page_that_stays_open_keeps_nobody_signed_in(scene, owner):
    for _ in range(14):
        scene.world.wait(hours=1)
        last = owner.get("/pulse").status_code
    assert last == 302


def test_what_was_told_stands_on_the_callbacks_page(scene, owner):
    owner.post(f"/callbacks/{scene.callback}/snooze", {"when": "hour"})
    scene.world.wait(hours=1)
    remind(scene.dialer)
    assert "On this page shown" in owner.get(f"/callbacks/{scene.callback}").text


def test_what_is_set_aside_says_why_on_the_list_and_to_monitors(scene, owner):
    with scene.dialer.db.write() as conn:
        claims.set_aside(conn, scene.callback, scene.world.now, "Reminding failed again and again.")
    assert "Reminding failed again and again." in owner.get("/callbacks").text
    health = owner.get("/healthz").json
    assert health["set_aside"] == 1
    assert "1 callback is set aside" in health["problems"][-1]


def test_after_three_attempts_another_time_of_day_is_suggested(scene, owner):
    with scene.dialer.db.write() as conn:
        conn.execute(update(callback).values(attempts=3))
    assert "Or waive it" in owner.get("/callbacks").text
    assert "Or waive it" in owner.get(f"/callbacks/{scene.callback}").text


def test_what_colleagues_owe_who_are_gone_is_on_the_page_of_who_stands_in(scene):
    teammate = scene.browser("teammate")
    assert "away" not in teammate.get("/callbacks").text
    with scene.dialer.db.write() as conn:
        conn.execute(update(agent).where(agent.c.id == scene.owner.agent_id).values(disabled_at=scene.world.now))
    text = teammate.get("/callbacks").text
    assert "For colleagues who are away" in text
    link = re.search(r'href="(/r/[^"]+)"', text)[1]
    assert "Jane" in teammate.get(link).text


def test_the_history_of_a_callback_is_told(scene, owner):
    text = owner.get(f"/callbacks/{scene.callback}").text
    assert "Left a message" in text
    assert f'href="/calls/{scene.missed}"' in text


def audio(browser, scene, **more):
    with browser.get(f"/voicemails/{scene.voicemail}/audio", **more) as answer:
        return answer.status_code, answer.get_data(), answer.headers


def test_a_message_is_played_whole_or_in_parts_and_never_cached(scene, owner):
    status, body, headers = audio(owner, scene)
    assert (status, body, headers["Content-Type"]) == (200, WAV, "audio/wav")
    assert headers["Cache-Control"] == "no-store"
    status, body, headers = audio(owner, scene, headers={"Range": "bytes=8-11"})
    assert (status, body) == (206, b"WAVE")
    assert headers["Content-Range"] == f"bytes 8-11/{len(WAV)}"
    assert audio(owner, scene, headers={"Range": "bytes=9999-"})[0] == 416


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"audio_state": "waiting", "audio_path": None}, "on its way"),
        ({"audio_state": "failed", "audio_problem": "The carrier has no such recording."}, "no such recording"),
        ({"audio_path": "../../../etc/passwd"}, "could not be fetched"),
        ({"audio_path": "/etc/passwd"}, "could not be fetched"),
        ({"audio_path": "audio/gone.wav"}, "could not be fetched"),
        ({"audio_type": "text/html"}, "could not be fetched"),
    ],
)
def test_what_cannot_be_played_says_why(scene, owner, changes, says):
    with scene.dialer.db.write() as conn:
        conn.execute(update(voicemail).values(**changes))
    status, body, _ = audio(owner, scene)
    assert status == 404
    assert says in body.decode()
    assert owner.get("/voicemails").status_code == 200


def test_a_message_has_its_text_beside_the_player(owner):
    text = owner.get("/voicemails").text
    assert 'preload="none"' in text
    assert "Please call me back about the house." in text


def test_times_are_told_by_the_agents_own_clocks(scene, owner):
    assert "today, 3:00 am" in owner.get("/voicemails").text
    with scene.dialer.db.write() as conn:
        conn.execute(update(agent).values(time_zone="America/Los_Angeles"))
    assert "today, 12:00 am" in owner.get("/voicemails").text


def test_a_talk_elsewhere_is_marked_as_self_reported_wherever_it_is_shown(scene, owner):
    assert owner.post(f"/callbacks/{scene.callback}/talked", {"minutes": "a while"}).status_code == 422
    assert owner.post(f"/callbacks/{scene.callback}/talked", {"minutes": "20"}).status_code == 303
    assert owner.post(f"/callbacks/{scene.callback}/talked").status_code == 422
    call_id = row_of(scene)["returned_call_id"]
    for path in (f"/calls/{call_id}", "/calls", f"/contacts/{scene.jane}", "/week"):
        assert "self-reported" in owner.get(path).text, path
    listed = owner.get("/calls?week=2026-W47&self_reported=1").text
    assert listed.count(", self-reported</span>") == 1 and "talked 0 min, and 20 min self-reported" in listed


def test_a_refusal_closes_it_with_that_reason(scene, owner):
    assert owner.post(f"/callbacks/{scene.callback}/stop").status_code == 303
    assert (row_of(scene)["state"], row_of(scene)["waive_reason"]) == ("waived", "Asked not to be called.")


def test_a_refusal_counts_also_when_the_callback_was_closed_meanwhile(scene, owner):
    talked_elsewhere(scene.dialer, scene.owner, scene.callback)
    assert owner.post(f"/callbacks/{scene.callback}/stop").status_code == 303
    assert "They will not be called, by anybody in your office" in owner.get("/callbacks").text
    assert "Asked not to be called" in owner.get(f"/contacts/{scene.jane}").text
    assert row_of(scene)["state"] == "returned"


@pytest.mark.parametrize(("channels", "shown"), [("page,phone", True), ("page", True), ("page,phone,sms", False)])
def test_what_no_message_tells_in_the_morning_stands_on_top_of_the_first_page(scene, owner, channels, shown):
    with scene.dialer.db.write() as conn:
        conn.execute(update(agent).values(channels=channels))
    text = html.unescape(owner.get("/").text)
    assert ("Owed today:" in text) == shown
    assert ("2 people wait for a call from you</a>: Jane Doe, Hidden number." in " ".join(text.split())) == shown


def test_the_first_page_tells_also_what_falls_to_the_agent_for_others(scene):
    with scene.dialer.db.write() as conn:
        conn.execute(update(agent).values(channels="page"))
        conn.execute(update(agent).where(agent.c.id == scene.owner.agent_id).values(leave_from_on=START.date()))
    assert "Jane Doe (for Owner)" in scene.browser("teammate").get("/").text

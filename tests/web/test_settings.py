from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from soi_dialer.carrier.errors import Refused
from soi_dialer.flows.keep_callback import open_callback
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.store import agents
from soi_dialer.store.tables import reminder
from tests.web.scene import Browser, Scene

BOB = [{"number": "+13105550188", "label": ""}]
GOOD = {"working_hours": "Mon-Fri 08:00-18:00", "channel": ["sms"], "addresses": ""}


def row(scene: Scene):
    with scene.dialer.db.read() as connection:
        return agents.get(connection, scene.owner.agent_id)


def test_what_is_saved_is_kept_and_shown_again(scene: Scene, owner: Browser):
    teammate = scene.world.people.teammate.agent_id
    form = GOOD | {
        "working_hours": "Mon-Thu 9:00-17:00", "channel": ["sms", "email"], "addresses": "ntfy://mine\n\njson://a/b,c",
        "holidays": "us-ca", "leave_from_on": "2026-12-24", "leave_until_on": "2027-01-02",
        "hand_over_to": str(teammate),
    }  # fmt: skip
    assert owner.post("/settings", form).status_code == 303
    kept = row(scene)
    assert (kept["working_hours"], kept["holidays"]) == ("Mon-Thu 09:00-17:00", "US-CA")
    assert kept["channels"] == "page,sms,email,ntfy://mine,json://a/b%2Cc"
    assert (kept["leave_from_on"], kept["leave_until_on"]) == (date(2026, 12, 24), date(2027, 1, 2))
    assert kept["hand_over_to"] == teammate
    page = owner.get("/settings").text
    assert 'value="2026-12-24"' in page and "ntfy://mine\njson://a/b%2Cc" in page
    assert re.search(rf'<option value="{teammate}" selected>Teammate', page)
    assert owner.post("/settings", GOOD).status_code == 303
    assert (row(scene)["leave_from_on"], row(scene)["hand_over_to"], row(scene)["channels"]) == (None, None, "page,sms")


def test_the_phone_that_is_texted_is_shown_as_people_write_it(owner: Browser):
    assert "A text to (202) 555-0101" in owner.get("/settings").text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("working_hours", "when I like"), ("working_hours", ""), ("holidays", "XX"), ("holidays", "US-CALIFORNIA"),
        ("addresses", "nosuch://x"), ("addresses", "json://10.0.0.1/x"),
        ("addresses", "pigeon"), ("leave_from_on", "soon"),
        ("leave_until_on", "2026-12-24"), ("hand_over_to", "self"), ("hand_over_to", "stranger"), ("channel", "fax"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_and_nothing_is_saved(scene: Scene, owner: Browser, field: str, typed: str):
    people = scene.world.people
    typed = {"self": str(people.owner.agent_id), "stranger": str(people.stranger.agent_id)}.get(typed, typed)
    before = row(scene)
    answer = owner.post("/settings", GOOD | {"working_hours": "Sat 09:00-12:00"} | {field: typed})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert row(scene) == before


def test_a_callback_is_reminded_of_by_the_new_hours(scene: Scene, owner: Browser):
    bob = add_contact(scene.dialer, scene.owner, name="Bob", phones=BOB)
    open_callback(scene.dialer, scene.owner, contact_id=bob, due_at=scene.world.now + timedelta(days=1))
    before = {one["id"]: one["remind_at"] for one in scene.world.callbacks() if one["remind_at"]}
    assert before
    owner.post("/settings", GOOD | {"working_hours": "Sun 03:00-04:00"})
    after = [one["remind_at"] for one in scene.world.callbacks() if one["id"] in before]
    assert {at.strftime("%a") for at in after} == {"Sun"}


def test_a_test_message_goes_to_the_agent_alone_and_says_so(scene: Scene, owner: Browser):
    answer = owner.post("/settings/test", {"channel": "sms"})
    assert answer.status_code == 303 and "A test was sent by text message." in owner.get("/settings").text
    ((to, _, body),) = scene.world.carrier.texts
    assert to == row(scene)["phone"] and "test" in body


def test_a_test_that_fails_says_why(scene: Scene, owner: Browser):
    scene.world.carrier.text_errors = [Refused("stopped", 21610)]
    answer = owner.post("/settings/test", {"channel": "sms"})
    assert answer.status_code == 422 and "answered STOP" in answer.text


@pytest.mark.parametrize("channel", ["email", "json://127.0.0.1/x", "page", ""])
def test_nothing_is_sent_by_a_channel_that_is_not_the_agents(scene: Scene, owner: Browser, channel: str):
    assert owner.post("/settings/test", {"channel": channel}).status_code == 404


def test_a_channel_whose_last_reminder_failed_is_shown_with_the_reason(scene: Scene, owner: Browser):
    told = {"office_id": scene.owner.office_id, "agent_id": scene.owner.agent_id,
            "about_agent_id": scene.owner.agent_id, "callback_id": scene.callback, "rung": "due"}  # fmt: skip
    with scene.dialer.db.write() as connection:
        for minute, state, problem in ((1, "sent", None), (2, "failed", "The mailbox is full.")):
            at = scene.world.now + timedelta(minutes=minute)
            values = told | {"rung_at": at, "channel": "email", "state": state, "problem": problem}
            connection.execute(insert(reminder).values(values))
    assert "The last reminder by e-mail did not reach you: The mailbox is full." in owner.get("/settings").text


def test_nobody_sees_settings_without_signing_in(visitor: Browser):
    assert visitor.get("/settings").status_code == 302

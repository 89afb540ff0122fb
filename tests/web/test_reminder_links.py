"""The page behind a reminder's link: no password, no change by looking, one callback, one agent, three days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.reminder_message import link_to
from soi_dialer.flows.reminder_tokens import sound_token
from soi_dialer.store import agents, calls
from soi_dialer.store.tables import call, callback, callback_event, contact
from tests.web.scene import HOME, Scene
from tests.world import PUBLIC_URL


@pytest.fixture
def link(scene: Scene) -> str:
    return path_of(scene, scene.owner.agent_id)


def path_of(scene: Scene, agent_id: int, callback_id: int | None = None) -> str:
    url = link_to(scene.dialer.settings, agent_id, callback_id or scene.callback, scene.world.now)
    return url.removeprefix(PUBLIC_URL)


def open_(scene: Scene, path: str):
    return scene.app.test_client().get(path, base_url=HOME)


def press(scene: Scene, path: str, **form: str):
    return scene.app.test_client().post(path, base_url=HOME, data=form)


def everything(scene: Scene) -> list:
    with scene.dialer.db.read() as connection:
        return [connection.execute(select(table)).all() for table in (call, callback, callback_event, contact)]


def owed(scene: Scene):
    return next(row for row in scene.world.callbacks() if row["id"] == scene.callback)


def end_live_call(scene: Scene) -> None:
    with scene.dialer.db.write() as connection:
        connection.execute(call.update().where(call.c.id == scene.live).values(state="ended"))


def test_looking_changes_nothing_and_needs_no_password(scene: Scene, link: str):
    before = everything(scene)
    for _ in range(2):
        answer = open_(scene, link)
        assert answer.status_code == 200 and "Later" in answer.text
    assert everything(scene) == before
    assert "Set-Cookie" not in answer.headers
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_call_rings_the_agents_own_phone_once_however_often_the_button_is_pressed(scene: Scene, link: str):
    end_live_call(scene)
    rung = len(scene.world.carrier.rung)
    for _ in range(3):
        answer = press(scene, link, do="call", nonce="the same page")
        assert answer.status_code == 303
    assert len(scene.world.carrier.rung) == rung + 1
    assert "Your phone rings now" in open_(scene, answer.headers["Location"]).text


def test_later_moves_the_callback_out_of_the_way(scene: Scene, link: str):
    scene.world.now = max(scene.world.now, owed(scene)["due_at"])
    assert press(scene, link, do="snooze", when="tomorrow").status_code == 303
    row = owed(scene)
    later = max(row["due_at"], row["snoozed_until"] or row["due_at"])
    assert row["state"] == "open" and timedelta(0) < later - scene.world.now < timedelta(days=2)


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"do": "waive", "reason": "met in town"}, "met in town"),
        ({"do": "stop"}, "Asked not to be called."),
    ],
)
def test_the_other_buttons_close_it_with_a_reason(scene: Scene, link: str, form: dict, reason: str):
    assert press(scene, link, **form).status_code == 303
    assert (owed(scene)["state"], owed(scene)["waive_reason"]) == ("waived", reason)


def test_we_talked_on_my_own_phone_logs_a_self_reported_call(scene: Scene, link: str):
    assert press(scene, link, do="talked", minutes="ten").status_code == 422
    assert press(scene, link, do="talked", minutes="10", direction="inbound").status_code == 303
    with scene.dialer.db.read() as connection:
        logged = calls.get(connection, scene.owner, owed(scene)["returned_call_id"])
    assert (logged["self_reported"], logged["talk_seconds"], logged["direction"]) == (True, 600, "inbound")


def test_they_asked_not_to_be_called_holds_for_everybody(scene: Scene, link: str):
    press(scene, link, do="stop")
    with scene.dialer.db.read() as connection:
        person = connection.execute(select(contact).where(contact.c.id == owed(scene)["contact_id"])).mappings().one()
    assert person["do_not_call_at"] == scene.world.now


@pytest.mark.parametrize("form", [{}, {"do": "dance"}, {"do": "waive"}, {"do": "snooze", "when": "never"}])
def test_a_form_that_says_nothing_changes_nothing(scene: Scene, link: str, form: dict):
    before = everything(scene)
    assert press(scene, link, **form).status_code == 422
    assert everything(scene) == before


def test_a_closed_callback_has_no_buttons_and_cannot_be_acted_on(scene: Scene, link: str):
    waive(scene.dialer, scene.owner, scene.callback, "met in town")
    before = everything(scene)
    assert "<button" not in open_(scene, link).text.partition("<main")[2]
    assert press(scene, link, do="waive", reason="again").status_code == 422
    assert everything(scene) == before


def test_a_link_ends_after_three_days_and_when_its_agent_is_gone(scene: Scene, link: str):
    before = everything(scene)
    scene.world.now += timedelta(days=3)
    assert open_(scene, link).status_code == press(scene, link, do="talked").status_code == 410
    scene.world.now -= timedelta(days=3)
    with scene.dialer.db.write() as connection:
        agents.update(connection, scene.owner.agent_id, disabled_at=scene.world.now)
    assert open_(scene, link).status_code == press(scene, link, do="talked").status_code == 410
    assert everything(scene) == before


def test_a_link_to_another_offices_callback_opens_nothing(scene: Scene):
    stranger = path_of(scene, scene.world.people.stranger.agent_id)
    assert open_(scene, stranger).status_code == 410


def test_no_made_up_link_opens_anything(scene: Scene, link: str):
    token = link.removeprefix("/r/")
    for made_up in ("x", token[:-2], token + "x", token.swapcase(), "x" * 500, "%00", ".", "a.b"):
        assert open_(scene, f"/r/{made_up}").status_code in (404, 410)


def test_whoever_stands_in_may_close_it_and_calls_from_their_own_phone(scene: Scene):
    path = path_of(scene, scene.world.people.teammate.agent_id)
    page = open_(scene, path).text
    assert 'href="tel:' in page and 'value="call"' not in page
    assert press(scene, path, do="call").status_code == 422
    assert press(scene, path, do="talked").status_code == 303
    assert owed(scene)["state"] == "returned"
    with scene.dialer.db.read() as connection:
        logged = calls.get(connection, scene.owner, owed(scene)["returned_call_id"])
    assert logged["note"] == "Teammate talked with them."


def test_the_carrier_hears_a_message_for_half_an_hour_and_nobody_else_does(scene: Scene):
    def sound_path(agent_id: int) -> str:
        now = scene.world.now
        return f"/r/sound/{sound_token(scene.dialer.settings.secret_key, agent_id, scene.voicemail, now)}"

    path = sound_path(scene.owner.agent_id)
    answer = open_(scene, path)
    assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "audio/wav", b"RIFF")
    answer.close()
    assert open_(scene, sound_path(scene.world.people.stranger.agent_id)).status_code == 404
    assert open_(scene, path_of(scene, scene.owner.agent_id).replace("/r/", "/r/sound/")).status_code == 404
    scene.world.now += timedelta(minutes=30)
    assert open_(scene, path).status_code == 404

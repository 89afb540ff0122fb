"""The levels: the ladder, one person's place on it, and who may be ready for another."""

from __future__ import annotations

from datetime import timedelta

from soi_dialer.flows import levels as flow
from soi_dialer.store import contacts, levels
from tests.cast import START
from tests.web.scene import Scene
from tests.web.test_today_pages import talk

LEVEL_FORM = {
    "before": ["customer", "acquaintance", "friend", "advocate", "referral partner"],
    "name": ["client", "acquaintance", "friend", "advocate", "referral partner"],
    "days": ["100", "90", "60", "30", "14"],
    "place": ["1", "2", "3", "4", "5"],
    "partner": ["4"],
}



def level_of(scene: Scene) -> str:
    with scene.dialer.db.read() as conn:
        return contacts.get(conn, scene.owner, scene.jane)["level"]


def test_two_long_talks_suggest_a_step_and_one_tap_takes_it(scene, owner):
    with scene.dialer.db.write() as conn:
        contacts.update(conn, scene.owner, scene.jane, {"level": "acquaintance"}, START)
    for days in (3, 1):
        talk(scene, scene.jane, at=START - timedelta(days=days))
    page = f"/contacts/{scene.jane}/level"
    assert "Perhaps friend?" in owner.get(page).text
    assert "perhaps friend" in owner.get("/sphere/moves").text
    owner.post(f"{page}/answer", {"answer": "yes", "from": "moves"})
    assert level_of(scene) == "friend"
    text = owner.get("/sphere/moves").text
    assert "1 person moved up" in text and "acquaintance → friend" in text
    with scene.dialer.db.read() as conn:
        assert levels.events_of(conn, scene.owner, scene.jane)[0]["call_id"] is not None


def test_a_talk_sets_the_clock_back_where_one_sees_it(scene, owner):
    page = f"/contacts/{scene.jane}"
    assert "call due Feb 16, 2027" not in owner.get(page).text
    talk(scene, scene.jane)
    assert "call due Feb 16, 2027" in owner.get(page).text  # 90 days on


def test_one_tap_declines_it_for_that_call(scene, owner):
    scene.call(hours_ago=50)
    talk(scene, scene.jane)
    page = f"/contacts/{scene.jane}/level"
    assert "Perhaps" in owner.get(page).text
    owner.post(f"{page}/answer", {"answer": "no"})
    assert level_of(scene) == "acquaintance" and "Perhaps" not in owner.get(page).text
    assert owner.post(f"{page}/answer", {"answer": "no"}).status_code == 422
    scene.world.wait(hours=1)
    talk(scene, scene.jane)
    assert "Perhaps" in owner.get(page).text


def test_a_move_by_hand_is_kept_with_its_reason(scene, owner):
    page = f"/contacts/{scene.jane}/level"
    call_id = talk(scene, scene.jane)["id"]
    owner.post(page, {"level": "advocate", "reason": "Sent me her sister", "call_id": str(call_id)})
    assert level_of(scene) == "advocate" and "Sent me her sister" in owner.get(page).text
    with scene.dialer.db.read() as conn:
        assert levels.events_of(conn, scene.owner, scene.jane)[0]["call_id"] == call_id
    for wrong in ({"level": "nothing of the kind"}, {"level": "friend", "call_id": str(scene.missed)}):
        assert owner.post(page, wrong).status_code == 422
    assert level_of(scene) == "advocate"


def test_a_long_silence_suggests_a_step_down_on_the_list_of_moves_too(scene):
    with scene.dialer.db.write() as conn:
        contacts.update(conn, scene.owner, scene.jane, {"level": "friend"}, START)
    last = talk(scene, scene.jane)["id"]
    scene.world.wait(days=120)
    assert "Who moved" in (text := scene.browser().get("/sphere/moves").text) and "Further away" not in text
    scene.world.wait(days=1)
    owner = scene.browser()  # the old session is over
    text = owner.get("/sphere/moves").text
    assert "Further away by now?" in text and "perhaps acquaintance: 121 days without a talk" in text
    owner.post(f"/contacts/{scene.jane}/level/answer", {"answer": "yes", "from": "moves"})
    text = owner.get("/sphere/moves").text
    assert "friend → acquaintance" in text and "Further away" not in text
    with scene.dialer.db.read() as conn:
        assert levels.events_of(conn, scene.owner, scene.jane)[0]["call_id"] == last


def test_people_go_along_when_a_level_gets_another_name_or_ends(scene, owner):
    with scene.dialer.db.write() as conn:
        contacts.update(conn, scene.owner, scene.jane, {"level": "customer"}, START)
    assert owner.post("/sphere/levels", LEVEL_FORM).status_code == 303
    assert level_of(scene) == "client"
    form = LEVEL_FORM | {"before": LEVEL_FORM["name"], "remove": ["0"], "place": ["1", "3", "2", "4", "5"]}
    owner.post("/sphere/levels", form)
    with scene.dialer.db.read() as conn:
        ladder = levels.ladder(conn, scene.owner.agent_id)
    assert [rung.name for rung in ladder] == ["friend", "acquaintance", "advocate", "referral partner"]
    assert level_of(scene) == "friend"


def test_what_is_no_ladder_is_refused_with_what_was_typed(scene, owner):
    for wrong in (
        {"days": ["", "90", "60", "30", "14"]},
        {"days": ["999999999999", "90", "60", "30", "14"]},
        {"name": ["friend", "acquaintance", "friend", "advocate", "partner"]},
        {"name": ["x" * 41, "acquaintance", "friend", "advocate", "partner"]},
        {"partner": ["0", "1", "2", "3", "4"]},
        {"name": []},
    ):
        answer = owner.post("/sphere/levels", LEVEL_FORM | wrong)
        assert answer.status_code == 422 and "Nothing was saved yet" in answer.text
    with scene.dialer.db.read() as conn:
        assert levels.ladder(conn, scene.owner.agent_id)[0].name == "customer"


def test_a_preset_changes_the_days_in_one_tap(scene, owner):
    owner.post("/sphere/levels/preset", {"preset": "eight"})
    with scene.dialer.db.read() as conn:
        assert {rung.days for rung in levels.ladder(conn, scene.owner.agent_id)} == {45}
    assert owner.post("/sphere/levels/preset", {"preset": "x"}).status_code == 422


def test_moves_up_and_down_are_told_apart(scene):
    with scene.dialer.db.read() as conn:
        ladder = levels.ladder(conn, scene.owner.agent_id)
    assert flow.is_up(ladder, "customer", "friend") and not flow.is_up(ladder, "advocate", "friend")

"""Today and the network: what the pages show, and what their buttons do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.today import todays_list
from soi_dialer.store import agents, callbacks, contacts
from soi_dialer.store.tables import contact
from tests.cast import START
from tests.web.scene import Scene


def items(scene: Scene) -> list[dict]:
    return todays_list(scene.dialer, scene.owner)


def talk(scene: Scene, person: int, minutes: int = 10, **more):
    return log_call(scene.dialer, scene.owner, contact_id=person, minutes=minutes, **more)


def test_the_page_goes_from_debts_to_promises_to_customers(scene, owner):
    text = owner.get("/").text
    places = [text.index(words) for words in ("Messages and missed calls", "Calls you promised", "Past customers for")]
    assert places == sorted(places)
    assert all(row["reason"] in text for row in items(scene))


def test_somebody_who_waits_for_a_callback_is_not_listed_below_as_well(scene):
    assert scene.jane not in [row["contact_id"] for row in items(scene)]


def test_a_message_is_put_off_and_noted_where_it_stands(scene, owner):
    debt = f"/today/callbacks/{scene.callback}"
    answer = owner.post(f"{debt}/later", {"when": "tomorrow"})
    assert (answer.status_code, answer.location) == (303, f"/#callback-{scene.callback}")
    assert "put off until tomorrow" in owner.get("/").text
    assert owner.post(f"{debt}/note", {"text": "Sounded worried"}).status_code == 303
    assert "Sounded worried" in owner.get(f"/contacts/{scene.jane}").text
    for form, typed in (("later", {"due_on": "2020-01-01", "due_time": "10:10"}), ("note", {"text": "y" * 501})):
        answer = owner.post(f"{debt}/{form}", typed)
        assert answer.status_code == 422 and all(value in answer.text for value in typed.values())
    assert owner.post(f"/today/callbacks/{scene.withheld}/note", {"text": "Who?"}).status_code == 404  # nobody is known


def test_skipping_later_and_taking_back(scene, owner):
    one = items(scene)[0]["id"]
    answer = owner.post(f"/today/{one}/skip")
    assert (answer.status_code, answer.location) == (303, f"/#item-{one}")
    assert "Skipped today" in owner.get("/").text
    owner.post(f"/today/{one}/back")
    assert items(scene)[0]["state"] == "open"
    owner.post(f"/today/{one}/later", {"when": "week"})
    assert (items(scene)[0]["state"], str(items(scene)[0]["until_on"])) == ("snoozed", "2026-11-25")


def test_a_day_that_cannot_be_is_refused_and_nothing_is_put_off(scene, owner):
    one = items(scene)[0]["id"]
    for typed in ("", "x", "2026-11-18", "2020-01-01", "9999-12-31", "0001-01-01", "2026-11-18\0"):
        answer = owner.post(f"/today/{one}/later", {"until_on": typed})
        assert answer.status_code == 422 and "Pick a day" in answer.text
    assert items(scene)[0]["state"] == "open"


def test_a_note_is_kept_and_a_refused_one_stays_typed(scene, owner):
    one = items(scene)[0]
    assert owner.post(f"/today/{one['id']}/note", {"text": "Loves jazz"}).status_code == 303
    assert "Loves jazz" in owner.get(f"/contacts/{one['contact_id']}").text
    answer = owner.post(f"/today/{one['id']}/note", {"text": "x" * 501})
    assert answer.status_code == 422 and "x" * 501 in answer.text


@pytest.mark.parametrize(("outcome", "says"), [("connected", "You talked"), ("no_answer", "No answer")])
def test_whoever_was_called_today_is_done_and_it_shows_what_came_of_it(scene, owner, outcome, says):
    talk(scene, items(scene)[0]["contact_id"], outcome=outcome)
    assert items(scene)[0]["state"] == "called"
    assert says in owner.get("/").text


def test_a_finished_day_says_so(scene, owner):
    for row in items(scene):
        talk(scene, row["contact_id"])
    assert "Done for today" not in owner.get("/").text  # somebody waits for a callback still
    for callback_id in (scene.callback, scene.withheld):
        owner.post(f"/callbacks/{callback_id}/waive", {"reason": "Settled."})
    assert "Done for today" in owner.get("/").text


@pytest.mark.parametrize(("turn", "due_in", "until_in", "done"), [
    ("agent", -1, 2, False),  # put off until later today
    ("agent", -1, 48, True),
    ("contact", -1, None, False),  # time to follow up
    ("contact", 48, None, True),
])  # fmt: skip
def test_a_day_is_not_done_before_whoever_is_still_to_be_called_today(scene, owner, turn, due_in, until_in, done):
    for row in items(scene):
        talk(scene, row["contact_id"])
    owner.post(f"/callbacks/{scene.withheld}/waive", {"reason": "Settled."})
    changes = {"turn": turn, "due_at": scene.world.now + timedelta(hours=due_in)}
    changes["snoozed_until"] = scene.world.now + timedelta(hours=until_in) if until_in else None
    with scene.dialer.db.write() as conn:
        callbacks.change(conn, scene.callback, **changes)
    text = owner.get("/").text
    assert ("Done for today" in text) == done
    is_open = f'id="callback-{scene.callback}" tabindex="-1" data-today="open"' in text
    assert is_open == (turn == "contact" and due_in < 0)


def test_what_was_promised_for_today_keeps_the_day_open_and_for_later_does_not(scene, owner):
    for row in items(scene):
        talk(scene, row["contact_id"])
    for callback_id in (scene.callback, scene.withheld):
        owner.post(f"/callbacks/{callback_id}/waive", {"reason": "Settled."})
    due_at = START + timedelta(days=3)
    values = {
        "office_id": scene.owner.office_id, "agent_id": scene.owner.agent_id, "contact_id": scene.jane,
        "contact_number": None, "reason": "requested", "due_at": due_at, "state": "open", "turn": "agent",
        "opened_at": START,
    }  # fmt: skip
    with scene.dialer.db.write() as conn:
        promised = callbacks.add(conn, values)
    text = owner.get("/").text
    assert "Done for today" in text and "1 is promised for later" in text
    with scene.dialer.db.write() as conn:
        callbacks.change(conn, promised, due_at=START + timedelta(hours=1))
    assert "Done for today" not in owner.get("/").text


def test_an_empty_installation_is_shown_how_to_begin(scene):
    text = scene.browser("stranger").get("/").text
    assert "Begin with the people you know" in text and "/contacts/new" in text


@pytest.mark.parametrize("other", ["teammate", "stranger"])
def test_another_agent_sees_nothing_of_it_and_changes_nothing(scene, other):
    browser, one = scene.browser(other), items(scene)[0]
    for path in ("/", "/sphere?health=on_time", "/sphere/moves", "/sphere/levels"):
        assert one["name"] not in browser.get(path).text
    for doing in ("skip", "back", "later", "note"):
        answer = browser.post(f"/today/{one['id']}/{doing}", {"when": "week", "text": "x"})
        assert answer.status_code == 404
    for doing in ("later", "note"):
        answer = browser.post(f"/today/callbacks/{scene.callback}/{doing}", {"when": "tomorrow", "text": "x"})
        assert answer.status_code == 404
    assert items(scene)[0]["state"] == "open"


def test_the_network_is_three_lists(scene, owner):
    with scene.dialer.db.write() as conn:
        late = START.date() - timedelta(days=31)
        conn.execute(contact.update().where(contact.c.id == scene.jane).values(next_touch_on=late))
    text = owner.get("/sphere").text  # the worst that there is
    assert "31 days past" in text and "Jane Doe" in text
    assert "Jane Doe" not in owner.get("/sphere?health=on_time").text
    assert "Nobody is drifting." in owner.get("/sphere?health=drifting").text


def test_a_long_network_has_pages_that_miss_nobody(scene, owner):
    with scene.dialer.db.write() as conn:
        row = contacts.get(conn, scene.owner, scene.jane)
        more = [
            dict(row) | {"id": 100 + number, "name": f"One {number}", "next_touch_on": START.date()}
            for number in range(60)
        ]
        conn.execute(contact.insert(), more)
    seen, path = [], "/sphere?health=on_time"
    while path:
        text = owner.get(path).text
        seen += re.findall(r"<strong>(One \d+)</strong>", text)
        link = re.search(r'href="([^"]+)" rel="next"', text)
        path = link[1].replace("&amp;", "&") if link else None
    assert len(seen) == len(set(seen)) == 60


def test_an_odd_place_in_the_list_is_its_beginning(owner):
    for after in ("x", "WzEsMl0", "WyIyMDI2LTk5LTk5IiwxXQ", "%00"):
        assert "Ana" in owner.get(f"/sphere?health=on_time&after={after}").text


def test_the_settings_of_a_day_are_kept_and_refused_ones_stay_typed(scene, owner):
    form = {"customers_a_day": "5", "partners_a_day": "0", "message_is_touch": "yes"}
    assert owner.post("/settings/day", form).status_code == 303
    with scene.dialer.db.read() as conn:
        row = agents.get(conn, scene.owner.agent_id)
    assert (row["customers_a_day"], row["partners_a_day"], row["message_is_touch"]) == (5, 0, True)
    for wrong in ("", "21", "-1", "x", "²"):
        answer = owner.post("/settings/day", form | {"customers_a_day": wrong})
        assert answer.status_code == 422 and "from 0 to 20" in answer.text

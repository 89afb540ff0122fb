"""Whom nobody may ring, and when: asked at the click and again at key 1, whatever got into the data meanwhile."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from soi_dialer.domain.facts import KeyPressed, LegMoved
from soi_dialer.flows.answer_agent import AskKey, Bridge, answer_agent, press_key
from soi_dialer.flows.errors import FlowError, NotAllowed, NotFound
from soi_dialer.flows.keep_contact import add_contact, edit_contact, set_do_not_call
from soi_dialer.flows.may_call import hours_warning
from soi_dialer.flows.place_call import place_call
from soi_dialer.store import agents, calls, contacts
from soi_dialer.store.tables import agent, call, contact_phone
from tests.flows.test_outbound import pick_up, press
from tests.world import OUR_NUMBER, World, make_world

NEVER = {
    "emergency": "+1911",
    "emergency in full": "+19110000000",
    "information": "+1411",
    "crisis line": "+1988",
    "short code": "+1" + "55555",
    "premium": "+19005551234",
    "premium of long ago": "+19765551234" + "0",
    "Jamaica": "+18765551234",
    "Bermuda": "+14415551234",
    "Puerto Rico": "+17875551234",
    "United Kingdom": "+442079460958",
    "satellite": "+881612345678",
    "forwarding": "+15005551234",
    "not a number": "+12125551",
    "anonymous": "+266696687",
    "a word": "anonymous",
    "a SIP address": "sip:a@b.example",
    "two numbers": "+12125550147,+19",
    "nothing": "",
}


@pytest.fixture
def world(on_sqlite: World) -> World:
    return on_sqlite


def give(world: World, number: str) -> None:
    """The number gets to the contact by a way that checks nothing."""
    with world.dialer.db.write() as connection:
        connection.execute(update(contact_phone).where(contact_phone.c.contact_id == world.jane).values(number=number))


@pytest.mark.parametrize("number", NEVER.values(), ids=NEVER)
def test_some_numbers_are_never_rung_even_when_they_are_in_the_data(world: World, number: str):
    """rows 3, 8, 9, 10, 20, 21, 25"""
    give(world, number)

    with pytest.raises(FlowError) as refused:
        world.click()
    assert str(refused.value).endswith(".")
    assert world.carrier.rung == []
    with world.dialer.db.read() as connection:
        assert calls.page(connection, world.owner) == []


@pytest.mark.parametrize("number", NEVER.values(), ids=NEVER)
def test_key_1_does_not_ring_them_either(world: World, number: str):
    ref = world.click()["ref"]
    sid = world.carrier.rung[0]["sid"]
    pick_up(world, ref, sid)
    with world.dialer.db.write() as connection:
        connection.execute(update(call).where(call.c.ref == ref).values(contact_number=number))

    document = press(world, ref, sid, "1").text
    assert "<Dial" not in document and "not placed" in document
    assert world.call(ref)["claimed_at"] is None
    assert "<Dial" not in press(world, ref, sid, "1").text


def test_own_numbers_are_not_called(world: World):
    """row 22: the agent's phone, the installation's number, a colleague's carrier number."""
    with world.dialer.db.write() as connection:
        colleague = update(agent).where(agent.c.id == world.people.teammate.agent_id)
        connection.execute(colleague.values(twilio_number="+12025550177"))
    for number in ("+12025550101", OUR_NUMBER, "+12025550177"):
        give(world, number)
        with pytest.raises(NotAllowed, match="one of your own numbers"):
            world.click()
    assert world.carrier.rung == []


def test_a_colleagues_own_phone_is_a_number_like_others(world: World):
    give(world, "+12025550102")
    assert world.click()["state"] == "requested"


def test_another_country_is_called_once_it_is_allowed(tmp_path: Path, sqlite_url: str):
    world = make_world(tmp_path, sqlite_url, ALLOWED_REGIONS="US,GB")
    give(world, "+442079460958")
    assert world.click()["contact_number"] == "+442079460958"
    world.close()


def test_do_not_call_holds_for_the_number_whoever_else_has_it(world: World):
    other = add_contact(
        world.dialer, world.people.teammate, name="Jo", phones=[{"number": "+12125550147", "label": ""}]
    )
    set_do_not_call(world.dialer, world.people.teammate, other, True, "said so")
    with pytest.raises(NotAllowed, match="asked not to be called"):
        world.click()
    assert world.carrier.rung == []


ZONES = [  # the number, the stated zone, the hour in UTC on a winter's day, and whether it may be called
    ("+12125550147", None, 13, True),  # 8:00 in New York
    ("+12125550147", None, 12, False),
    ("+12125550147", None, 0, True),  # 19:00 the evening before
    ("+12125550147", None, 1, False),  # 20:00
    ("+12085550147", None, 15, False),  # Idaho: 8:00 in Boise, 7:00 in the panhandle
    ("+12085550147", None, 16, True),
    ("+12085550147", None, 2, True),  # 19:00 in Boise
    ("+12085550147", None, 3, False),  # 20:00 in Boise, 19:00 in the panhandle
    ("+12125550147", "America/Los_Angeles", 13, False),  # moved west and said so: 5:00
    ("+12125550147", "America/Los_Angeles", 3, True),
    ("+18005550147", None, 13, True),  # toll-free is nowhere: the agent's own zone
    ("+18005550147", None, 12, False),
]


@pytest.mark.parametrize("number, zone, hour, allowed", ZONES)
def test_the_hour_must_be_right_wherever_the_contact_may_be(world: World, number, zone, hour, allowed):
    give(world, number)
    edit_contact(world.dialer, world.owner, world.jane, time_zone=zone)
    world.now = datetime(2027, 1, 20, hour, 0, tzinfo=UTC)
    if allowed:
        assert world.click()["state"] == "requested"
        return
    with pytest.raises(NotAllowed, match="where calls are allowed from 08:00 to 20:00"):
        world.click()
    assert world.carrier.rung == []


def test_with_the_practice_company_a_wrong_hour_only_warns(tmp_path: Path, sqlite_url: str):
    world = make_world(tmp_path, sqlite_url, TWILIO_ACCOUNT_SID="")
    world.now = datetime(2027, 1, 20, 7, 0, tzinfo=UTC)
    with world.dialer.db.read() as connection:
        me, person = agents.get(connection, world.owner.agent_id), contacts.get(connection, world.owner, world.jane)
    assert "02:00 in New York" in hours_warning(world.dialer.settings, me, person, "+12125550147", world.now)

    row = world.click()
    heard = answer_agent(world.dialer, row["ref"], LegMoved("agent", row["agent_sid"], "answered"))
    pressed = press_key(world.dialer, row["ref"], KeyPressed(row["agent_sid"], "screen", "1"))
    assert isinstance(heard, AskKey) and isinstance(pressed, Bridge)
    world.close()


def test_the_practice_company_rings_no_emergency_number_either(tmp_path: Path, sqlite_url: str):
    world = make_world(tmp_path, sqlite_url, TWILIO_ACCOUNT_SID="")
    give(world, "+1911")
    with pytest.raises(NotAllowed):
        world.click()
    world.close()


def test_only_a_number_of_this_contact_is_called(world: World):
    with pytest.raises(FlowError):
        world.click(number="+12125550199")
    assert world.carrier.rung == []


def test_an_agent_who_left_calls_nobody(world: World):
    """F45"""
    with world.dialer.db.write() as connection:
        agents.update(connection, world.owner.agent_id, disabled_at=world.now)
    with pytest.raises(NotFound):
        world.click()
    assert world.carrier.rung == []


def clicks_at_once(world: World, scopes: list, keys: list) -> list:
    """Each (scope, contact) clicks in a thread of its own; returns the rows, or what was refused."""
    gate, results = threading.Barrier(len(scopes)), []

    def click(scope, contact_id: int, key: str | None) -> None:
        gate.wait()
        try:
            results.append(place_call(world.dialer, scope, contact_id=contact_id, request_key=key))
        except FlowError as error:
            results.append(error)

    threads = [threading.Thread(target=click, args=(*scope, key)) for scope, key in zip(scopes, keys, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(scopes)
    return results


def test_of_many_clicks_at_once_one_is_a_call(either: World):
    """F39"""
    results = clicks_at_once(either, [(either.owner, either.jane)] * 4, [None] * 4)
    refused = [error for error in results if isinstance(error, FlowError)]

    assert len(refused) == 3 and all("in a call already" in str(error) for error in refused)
    assert len(either.carrier.rung) == 1


def test_of_one_click_sent_many_times_at_once_one_is_a_call(either: World):
    """F40"""
    results = clicks_at_once(either, [(either.owner, either.jane)] * 4, ["nonce"] * 4)

    assert len({row["id"] for row in results}) == 1
    assert len(either.carrier.rung) == 1


def test_two_agents_click_at_once_and_both_call(either: World):
    theirs = add_contact(
        either.dialer, either.people.teammate, name="Jo", phones=[{"number": "+12125550148", "label": ""}]
    )
    pairs = [(either.owner, either.jane), (either.people.teammate, theirs)]
    results = clicks_at_once(either, pairs, ["nonce", "nonce"])

    assert len({row["id"] for row in results}) == 2
    assert {ring["to"] for ring in either.carrier.rung} == {"+12025550101", "+12025550102"}

"""Texts that came while nobody here listened: each opens its callback once, and is as old as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soi_dialer.carrier.errors import Refused
from soi_dialer.carrier.reports import TextReport
from soi_dialer.flows.catch_up import catch_up
from soi_dialer.store import callbacks
from tests.world import JANE, OUR_NUMBER, World


@pytest.fixture
def either(either: World) -> World:
    catch_up(either.dialer)
    return either


@pytest.fixture
def world(on_sqlite: World) -> World:
    """An installation that has listened until now."""
    catch_up(on_sqlite.dialer)
    return on_sqlite


def sent(world: World, body: str = "Can we talk?", **changes) -> str:
    """A text of Jane's that the carrier keeps; its id."""
    sid = world.carrier.next_sid("SM")
    values = {"direction": "inbound", "called": OUR_NUMBER, "sender": JANE, "created_at": world.now} | changes
    world.carrier.incoming_texts.append(TextReport(sid, body=body, **values))
    return sid


def delivered(world: World, sid: str, body: str = "Can we talk?") -> None:
    world.post("/webhooks/sms/inbound", {"MessageSid": sid, "From": JANE, "To": OUR_NUMBER, "Body": body})


def history(world: World) -> list:
    with world.dialer.db.read() as connection:
        return [one for row in world.callbacks() for one in callbacks.history(connection, row["id"])]


def test_a_text_that_came_while_we_were_down_is_a_debt_as_old_as_it_is(either: World):
    came_at = either.now = either.now + timedelta(hours=1)
    sid = sent(either)
    either.wait(hours=6)
    assert catch_up(either.dialer).texts == 1
    (owed,) = either.callbacks()
    assert (owed["contact_id"], owed["reason"], owed["opened_at"]) == (either.jane, "text", came_at)
    assert owed["due_at"] == came_at + timedelta(hours=4)
    (event,) = history(either)
    assert (event["key"], event["at"], event["body"]["repaired"]) == (sid, came_at, True)
    assert either.carrier.texts == [] and either.carrier.rung == []


def test_looking_again_and_its_webhook_after_all_add_nothing(world: World):
    sid = sent(world)
    for _ in range(4):
        world.wait(minutes=6)
        catch_up(world.dialer)
    delivered(world, sid)
    assert len(history(world)) == 1 and world.carrier.texts_listed >= 4


def test_what_was_delivered_is_not_taken_twice(world: World):
    delivered(world, sent(world))
    world.wait(minutes=6)
    assert catch_up(world.dialer).texts == 0
    (event,) = history(world)
    assert "repaired" not in event["body"]


def test_our_own_texts_and_those_of_strange_numbers_are_no_debts(world: World):
    sent(world, direction="outbound-api", called=JANE, sender=OUR_NUMBER)
    sent(world, called="+12125550199")
    sent(world, sender=None)
    sent(world, sender="+12025550101")  # the agent's own phone
    sent(world, created_at=world.now - timedelta(hours=5))  # before there was an agent
    world.wait(minutes=6)
    assert catch_up(world.dialer).texts == 0 and world.callbacks() == []


def test_the_list_is_read_every_five_minutes_and_at_a_start(world: World):
    listed = world.carrier.texts_listed
    for _ in range(10):
        world.wait(minutes=1)
        catch_up(world.dialer)
    assert world.carrier.texts_listed == listed + 2
    world.wait(seconds=10)
    catch_up(world.dialer, at_start=True)
    assert world.carrier.texts_listed == listed + 3


def test_a_carrier_without_such_a_list_holds_nothing_else_up(world: World, monkeypatch):
    def refuse(_since):
        raise Refused("There is no such list.", 20404)

    monkeypatch.setattr(world.carrier, "list_texts_since", refuse)
    world.wait(hours=2)
    assert (catch_up(world.dialer).problem, catch_up(world.dialer).texts) == ("", 0)
    monkeypatch.undo()
    sent(world, created_at=world.now - timedelta(hours=1))
    world.wait(minutes=6)
    assert catch_up(world.dialer).texts == 1


def test_one_bad_text_stops_neither_the_others_nor_the_next_look(world: World, monkeypatch):
    bad, _good = sent(world, "bad"), sent(world, "good", sender="+13035551702")
    add_event = callbacks.add_event

    def fail(connection, callback_id, event):
        if event.key == bad:
            raise RuntimeError("a bad row")
        return add_event(connection, callback_id, event)

    monkeypatch.setattr(callbacks, "add_event", fail)
    world.wait(minutes=6)
    assert catch_up(world.dialer).texts == 1
    monkeypatch.undo()
    world.wait(hours=3)
    assert catch_up(world.dialer).texts == 1
    assert len(world.callbacks()) == 2

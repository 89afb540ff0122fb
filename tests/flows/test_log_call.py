"""Calls made elsewhere: the agent's word alone, marked as that, and never added to what was measured."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from soi_dialer.flows.close_callback import talked_elsewhere
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.reconcile import reconcile
from soi_dialer.flows.report_week import report_week
from soi_dialer.flows.settle_call import settle_call
from soi_dialer.store import calls, contacts
from soi_dialer.store.tables import call
from tests.flows.debts import message_left
from tests.world import JANE, World


@pytest.fixture
def world(on_sqlite: World) -> World:
    return on_sqlite


def all_calls(world: World) -> list:
    with world.dialer.db.read() as connection:
        return list(connection.execute(select(call)).mappings())


def jane(world: World):
    with world.dialer.db.read() as connection:
        return contacts.get(connection, world.owner, world.jane)


def test_a_talk_on_ones_own_phone_is_a_call_that_returns_the_callback(either: World):
    owed = message_left(either)
    either.wait(hours=1)
    row = talked_elsewhere(either.dialer, either.owner, owed, minutes=12)
    (logged,) = all_calls(either)
    assert (row["state"], row["returned_call_id"], row["closed_at"]) == ("returned", logged["id"], either.now)
    assert (logged["outcome"], logged["outcome_source"], logged["self_reported"]) == ("connected", "agent", True)
    assert (logged["direction"], logged["contact_number"], logged["talk_seconds"]) == ("outbound", JANE, 720)
    assert jane(either)["last_talked_at"] == either.now
    assert not either.carrier.rung
    with pytest.raises(Conflict, match="returned already"):
        talked_elsewhere(either.dialer, either.owner, owed)
    assert len(all_calls(either)) == 1


def test_without_minutes_no_time_is_made_up_and_they_may_have_called(world: World):
    talked_elsewhere(world.dialer, world.owner, message_left(world), direction="inbound")
    (logged,) = all_calls(world)
    assert (logged["direction"], logged["talk_seconds"], logged["measured_outcome"]) == ("inbound", 0, None)


def test_a_hidden_number_is_returned_by_the_agents_word_too(world: World):
    world.post("/webhooks/voice/inbound", {"CallSid": "CA" + "7" * 32, "From": "anonymous", "To": "+12025550100",
                                           "CallStatus": "ringing", "Direction": "inbound"})  # fmt: skip
    ref = world.inbound("CA" + "7" * 32)["ref"]
    world.say(ref, "recording", CallSid="CA" + "7" * 32, RecordingSid="RE" + "7" * 32, RecordingStatus="completed",
              RecordingDuration="9", RecordingUrl="https://x")  # fmt: skip
    (owed,) = world.callbacks()
    world.wait(minutes=5)
    row = talked_elsewhere(world.dialer, world.owner, owed["id"])
    with world.dialer.db.read() as connection:
        newest = calls.page(connection, world.owner)[0]
    assert (owed["contact_id"], row["state"], row["returned_call_id"]) == (None, "returned", newest["id"])


def test_a_logged_talk_returns_what_is_owed_to_that_person(world: World):
    message_left(world)
    world.wait(minutes=30)
    logged = log_call(world.dialer, world.owner, contact_id=world.jane, direction="inbound", note="Met at the fair.")
    (owed,) = world.callbacks()
    assert (owed["state"], owed["returned_call_id"], logged["note"]) == ("returned", logged["id"], "Met at the fair.")


def test_a_message_left_elsewhere_makes_it_their_turn(world: World):
    message_left(world)
    world.wait(minutes=30)
    log_call(world.dialer, world.owner, contact_id=world.jane, outcome="left_voicemail")
    (owed,) = world.callbacks()
    assert (owed["state"], owed["turn"], owed["attempts"]) == ("open", "contact", 1)


def test_a_word_that_is_taken_back_opens_the_callback_again(world: World):
    owed = message_left(world)
    world.wait(minutes=5)
    talked_elsewhere(world.dialer, world.owner, owed, minutes=3)
    (logged,) = all_calls(world)
    after = settle_call(world.dialer, world.owner, logged["id"], outcome="no_answer", note="That was Joan.")
    assert (after["outcome"], after["talk_seconds"], after["self_reported"]) == ("no_answer", 0, True)
    assert world.callbacks()[0]["state"] == "open" and jane(world)["last_talked_at"] is None


def test_the_same_request_logs_one_call_and_the_carrier_is_never_asked_about_it(world: World):
    first, again = (
        log_call(world.dialer, world.owner, contact_id=world.jane, minutes=1, request_key="k") for _ in range(2)
    )
    world.wait(days=2)
    reconcile(world.dialer)
    assert first["id"] == again["id"] and len(all_calls(world)) == 1 and world.carrier.asked == []


def test_the_week_counts_the_talk_and_keeps_its_time_apart(world: World):
    log_call(world.dialer, world.owner, contact_id=world.jane, minutes=30)
    report = report_week(world.dialer, world.owner)
    assert (report["talk_seconds"], report["self_reported_seconds"], report["self_reported_calls"]) == (0, 1800, 1)
    today = next(day for day in report["days"] if day["date"] == "2026-11-18")
    assert (today["talk_seconds"], today["self_reported_seconds"], today["connected"]) == (0, 1800, 1)
    assert report["calls"]["outbound"]["connected"] == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"direction": "sideways"}, "direction"),
        ({"outcome": "machine"}, "outcome"),
        ({"outcome": "no_answer", "direction": "inbound"}, "outcome"),
        ({"minutes": 601}, "minutes"),
        ({"minutes": -1}, "minutes"),
        ({"number": "+12125550199"}, "phone"),
        ({"note": "x" * 20_001}, "note"),
        ({"at": timedelta(hours=1)}, "at"),
        ({"at": timedelta(days=-400)}, "at"),
    ],
)
def test_what_cannot_be_so_is_not_logged(world: World, wrong: dict, field: str):
    wrong = {name: world.now + value if isinstance(value, timedelta) else value for name, value in wrong.items()}
    with pytest.raises(BadValue) as refusal:
        log_call(world.dialer, world.owner, contact_id=world.jane, **wrong)
    assert refusal.value.field == field and all_calls(world) == []


def test_nobody_logs_calls_with_other_peoples_contacts(world: World):
    owed = message_left(world)
    for stranger in (world.people.teammate, world.people.stranger):
        with pytest.raises(NotFound):
            log_call(world.dialer, stranger, contact_id=world.jane)
        with pytest.raises(NotFound):
            talked_elsewhere(world.dialer, stranger, owed)
    assert all_calls(world) == []

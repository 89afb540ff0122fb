"""The sheet after a call, and what is written down during it: all of it or nothing, once, and no debt is lost by it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from soi_dialer.domain.facts import LegMoved
from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.flows.follow_call import News
from soi_dialer.flows.following import follower
from soi_dialer.flows.guide import Said, write_down
from soi_dialer.flows.keep_contact import delete_contact
from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.wrap_sheet import wrap_sheet
from soi_dialer.store import calls, sheets
from soi_dialer.store.owed import owed_now
from soi_dialer.store.tables import fact
from tests.cast import START
from tests.flows.debts import message_left
from tests.web.scene import add_call
from tests.world import World

MONDAY = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # 8:00 in New York


AGENT_LEG, CONTACT_LEG = "CA" + "a" * 32, "CA" + "c" * 32


@pytest.fixture
def ended(world: World) -> int:
    call_id = talking(world)
    hang_up(world, call_id)
    return call_id


def talking(world: World) -> int:
    """A call in which both have answered."""
    values = {"state": "talking", "outcome": None, "measured_outcome": None, "outcome_source": None, "talk_seconds": 0}
    with world.dialer.db.write() as conn:
        call_id = add_call(conn, world.owner, world.jane, **values, claimed_at=world.now, placed_at=world.now)
    tell(world, call_id, LegMoved("agent", AGENT_LEG, "answered"), LegMoved("contact", CONTACT_LEG, "answered"))
    return call_id


def hang_up(world: World, call_id: int, status: str = "completed") -> None:
    legs = LegMoved("contact", CONTACT_LEG, status, seconds=300), LegMoved("agent", AGENT_LEG, "completed", seconds=310)
    tell(world, call_id, *legs)


def tell(world: World, call_id: int, *facts) -> None:
    ref = row_of(world, call_id)["ref"]
    with world.dialer.db.write() as conn:
        follower(world.dialer).follow(conn, [News(ref, told, world.now) for told in facts])


def facts_of(world: World) -> list:
    with world.dialer.db.read() as conn:
        return list(conn.execute(select(fact).order_by(fact.c.id)).mappings())


def row_of(world: World, call_id: int):
    with world.dialer.db.read() as conn:
        return calls.get(conn, world.owner, call_id)


def waiting(world: World) -> list[int]:
    with world.dialer.db.read() as conn:
        ids = [row["id"] for row in sheets.waiting(conn, world.owner, world.now)]
        assert sheets.count(conn, world.owner, world.now) == len(ids)
    return ids


def test_one_press_keeps_outcome_note_answers_ask_and_the_next_step(world: World, ended: int):
    said = Said("connected", "Loves the deck", {"house": " a deck\nout back ", "work": ""}, asked=True)
    row = wrap_sheet(world.dialer, world.owner, ended, said, due_at=MONDAY)
    assert (row["disposition"], row["note"], row["wrapped_at"]) == ("connected", "Loves the deck", world.now)
    assert row["asked_at"] == world.now
    (learnt,) = facts_of(world)
    assert (learnt["kind"], learnt["text"], learnt["call_id"]) == ("house", "a deck out back", ended)
    (owed,) = world.callbacks()
    assert (owed["reason"], owed["due_at"], owed["state"]) == ("follow_up", MONDAY, "open")
    with world.dialer.db.read() as conn:
        assert owed_now(conn, world.owner, world.now, 5) == []
        assert len(owed_now(conn, world.owner, MONDAY, 5)) == 1


def test_a_sheet_answered_again_moves_the_follow_up_and_doubles_nothing(world: World, ended: int):
    said = Said("connected", "Noted", {"child": "Emma is in college"}, asked=True)
    wrap_sheet(world.dialer, world.owner, ended, said, due_at=MONDAY)
    world.wait(minutes=5)
    later = MONDAY + timedelta(days=3)
    row = wrap_sheet(world.dialer, world.owner, ended, dataclasses.replace(said, asked=False), due_at=later)
    (owed,) = world.callbacks()
    assert (owed["due_at"], owed["snoozed_until"]) == (later, later)
    assert (row["wrapped_at"], row["asked_at"]) == (START, None)
    assert len(facts_of(world)) == 1


def test_what_cannot_be_kept_whole_is_not_kept_at_all(world: World, ended: int):
    for said, due_at in [
        (Said("connected", "x" * 20_001), None),
        (Said("connected", "fine", {"house": "x" * 501}), None),
        (Said("connected", "fine", {"house": "fine"}), START - timedelta(days=1)),
        (Said("agent_missed", "fine", {"house": "fine"}), None),
        (Said("connected", "fine", {"house": "fine"}, opening="boat"), None),
        (Said("connected", "fine", {"house": "fine"}, opening="date"), None),
        (Said("connected", "fine", {"house": "fine"}, opening="date", about_on=date(2026, 11, 1)), None),
        (Said("connected", "fine", {"house": "fine"}, opening="date", about_on=date(9999, 11, 1)), None),
    ]:
        with pytest.raises(BadValue):
            wrap_sheet(world.dialer, world.owner, ended, said, due_at=due_at)
        row = row_of(world, ended)
        assert (row["note"], row["disposition"], row["wrapped_at"]) == ("", None, None)
        assert facts_of(world) == [] and world.callbacks() == []


def test_a_debt_keeps_its_due_time_and_is_quiet_until_the_chosen_day(world: World):
    message_left(world)
    (before,) = world.callbacks()
    world.wait(minutes=10)
    tried = talking(world)
    hang_up(world, tried, "no_answer")
    wrap_sheet(world.dialer, world.owner, tried, Said(), due_at=MONDAY)
    (owed,) = world.callbacks()
    assert (owed["reason"], owed["due_at"], owed["snoozed_until"]) == ("text", before["due_at"], MONDAY)


def test_a_conversation_returns_the_debt_and_the_next_step_is_a_new_one(world: World):
    message_left(world)
    world.wait(minutes=10)
    row = log_call(world.dialer, world.owner, contact_id=world.jane, minutes=5, follow_up_at=MONDAY)
    debt, owed = world.callbacks()
    assert (debt["state"], debt["returned_call_id"]) == ("returned", row["id"])
    assert (owed["state"], owed["reason"], owed["due_at"]) == ("open", "follow_up", MONDAY)


def test_an_opening_is_remembered_and_comes_back_in_a_week_however_often_it_is_tapped(world: World, ended: int):
    for _ in range(2):
        write_down(world.dialer, world.owner, ended, Said(opening="house"))
    (learnt,) = facts_of(world)
    (owed,) = world.callbacks()
    assert (learnt["kind"], learnt["call_id"]) == ("opening", ended)
    assert (owed["due_at"], owed["note"]) == (MONDAY + timedelta(days=2), "May add to the house: equity")
    said = Said(opening="date", about_on=date(2026, 12, 3))
    write_down(world.dialer, world.owner, ended, said)
    (owed,) = world.callbacks()
    assert owed["due_at"].date() == date(2026, 11, 19)
    assert "(December 3, 2026)" in owed["note"]


def test_an_opening_tapped_while_talking_outlives_the_debt_that_the_talk_returns(world: World):
    message_left(world)
    world.wait(minutes=10)
    live = talking(world)
    world.wait(minutes=5)
    write_down(world.dialer, world.owner, live, Said(opening="job"))
    world.wait(minutes=1)
    hang_up(world, live)
    (owed,) = world.callbacks()
    assert (owed["state"], owed["reason"], owed["snoozed_until"]) == ("open", "follow_up", MONDAY + timedelta(days=2))
    assert owed["due_at"] == MONDAY + timedelta(days=2)


def test_what_was_to_be_asked_about_is_kept_and_not_brought_up_again(world: World, ended: int):
    write_down(world.dialer, world.owner, ended, Said(answers={"ask_next": "the recital", "pet": "not here"}))
    (learnt,) = facts_of(world)
    write_down(world.dialer, world.owner, ended, Said(done_fact=learnt["id"]))
    assert [(row["text"], row["done_at"]) for row in facts_of(world)] == [("the recital", world.now)]


def test_a_call_under_way_has_no_sheet_but_takes_notes(world: World):
    live = talking(world)
    write_down(world.dialer, world.owner, live, Said(note="Going well", answers={"work": "promoted"}))
    assert row_of(world, live)["note"] == "Going well"
    with pytest.raises(NotAllowed, match="not over yet"):
        wrap_sheet(world.dialer, world.owner, live, Said())


def test_nothing_is_remembered_about_nobody(world: World, ended: int):
    delete_contact(world.dialer, world.owner, world.jane)
    for said, due_at in [(Said(answers={"house": "x"}), None), (Said(opening="job"), None), (Said(), MONDAY)]:
        with pytest.raises(NotAllowed):
            wrap_sheet(world.dialer, world.owner, ended, said, due_at=due_at)
    wrap_sheet(world.dialer, world.owner, ended, Said("connected", "A wrong number"))
    assert waiting(world) == []


def test_sheets_wait_for_calls_that_reached_somebody_for_two_weeks(world: World):
    with world.dialer.db.write() as conn:
        made = {
            name: add_call(conn, world.owner, world.jane, **changes)
            for name, changes in {
                "talked": {"hours_ago": 3},
                "machine": {"hours_ago": 2, "outcome": "machine"},
                "they called": {"hours_ago": 1, "direction": "inbound"},
                "said by key": {"hours_ago": 0.5, "disposition": "left_voicemail", "outcome": "left_voicemail",
                                "measured_outcome": "machine"},
                "rang in vain": {"outcome": "no_answer"},
                "left a message": {"direction": "inbound", "outcome": "voicemail"},
                "on the own phone": {"self_reported": True, "measured_outcome": None},
                "long ago": {"hours_ago": 15 * 24},
                "under way": {"state": "talking", "outcome": None},
                "answered": {"wrapped_at": START},
            }.items()
        }  # fmt: skip
    wanted = [made[name] for name in ("said by key", "they called", "machine", "talked")]
    assert waiting(world) == wanted
    with world.dialer.db.read() as conn:
        going = [sheets.after(conn, world.owner, world.now, one) for one in wanted]
        assert going == [*wanted[1:], wanted[0]]
    for one in wanted[1:]:
        wrap_sheet(world.dialer, world.owner, one, Said())
    assert waiting(world) == wanted[:1]
    with world.dialer.db.read() as conn:
        assert sheets.after(conn, world.owner, world.now, wanted[0]) is None


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_another_agents_call_is_not_there(world: World, ended: int, who: str):
    other = getattr(world.people, who)
    for write in (wrap_sheet, write_down):
        with pytest.raises(NotFound):
            write(world.dialer, other, ended, Said("connected", "mine now"))
    with world.dialer.db.read() as conn:
        assert sheets.waiting(conn, other, world.now) == []
    assert row_of(world, ended)["note"] == ""

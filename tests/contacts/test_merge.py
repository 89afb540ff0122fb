"""Two contacts become one, and nothing that could be counted before is lost."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from soi_dialer.dialer import Dialer
from soi_dialer.domain.callback import Event
from soi_dialer.flows import owe_callback
from soi_dialer.flows.answer_agent import first_to_say
from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.flows.households import live_together
from soi_dialer.flows.keep_contact import add_contact, edit_contact
from soi_dialer.flows.keep_fact import add_fact
from soi_dialer.flows.merge_contacts import merge
from soi_dialer.store import callbacks, contacts, do_not_call, facts, merges, tags
from soi_dialer.store.database import Database
from soi_dialer.store.tables import call, callback, callback_event, contact, contact_phone, fact, metadata, referral
from tests.cast import START, cast
from tests.web.scene import add_call

_ref = itertools.count(1)


@pytest.fixture
def add(dialer, people):
    def person(name: str, *numbers: str, scope=people.owner, **more) -> int:
        phones = [{"number": number} for number in numbers or ("(212) 555-0142",)]
        return add_contact(dialer, scope, name=name, phones=phones, **more)

    return person


def of(dialer, people, contact_id):
    with dialer.db.read() as conn:
        return contacts.get(conn, people.owner, contact_id)


def numbers(dialer, contact_id):
    with dialer.db.read() as conn:
        return [row["number"] for row in contacts.phones(conn, [contact_id])[contact_id]]


def talk(dialer, scope, contact_id, hours_ago=1.0, **more):
    with dialer.db.write() as conn:
        return add_call(conn, scope, contact_id, hours_ago=hours_ago, **more)


def owe(dialer, scope, contact_id, due_in_hours, note=""):
    with dialer.db.write() as conn:
        event = Event("requested", START, due_at=START + timedelta(hours=due_in_hours))
        callback_id = owe_callback.open_or_join(conn, scope, contact_id, None, event)
        callbacks.add_event(conn, callback_id, event)
        callbacks.change(conn, callback_id, note=note)
        owe_callback.refold(conn, callback_id)


def send(dialer, scope, sender, person, state="lead", amount=None):
    row = {"office_id": scope.office_id, "agent_id": scope.agent_id, "from_contact_id": sender, "created_at": START}
    row |= {"to_contact_id": person, "state": state, "sent_on": date(2026, 5, 1), "amount": amount}
    with dialer.db.write() as conn:
        conn.execute(insert(referral).values(row))


def test_every_column_that_names_a_contact_is_taken_care_of():
    about = {
        table.name for table in metadata.tables.values() for key in table.foreign_keys if key.column.table is contact
    }
    assert about == {table.name for table in (*merges.MOVED_WHOLE, *merges.MOVED_APART)}


def test_numbers_notes_tags_and_facts_of_both_are_kept(dialer, people, add):
    jane = add("Jane Doe", "212 555 0142", note="Roses", tags=["golf"], email="")
    other = add("J. Doe", "212 555 0143", "212 555 0142", note="Tulips", tags=["Golf", "choir"], email="j@example.com")
    add_fact(dialer, people.owner, jane, "note", "boat")
    add_fact(dialer, people.owner, other, "birthday", "", "May 3")
    merge(dialer, people.owner, jane, other)
    row = of(dialer, people, jane)
    assert (row["name"], row["email"], row["note"]) == ("Jane Doe", "j@example.com", "Roses\n\nTulips")
    assert numbers(dialer, jane) == ["+12125550142", "+12125550143"]
    with dialer.db.read() as conn:
        assert tags.names_of(conn, [jane])[jane] == ["choir", "golf"]
        assert {fact["kind"] for fact in facts.of_contact(conn, jane)} == {"note", "birthday"}
    assert of(dialer, people, other) is None


def test_the_address_that_was_not_picked_is_remembered_once(dialer, people, add):
    jane, other = add("Jane Doe", email="jane@x.org"), add("J. Doe", email="old@x.org")
    third = add("Jane", email="jane@x.org")
    add_fact(dialer, people.owner, third, "note", "Other e-mail address: old@x.org")
    merge(dialer, people.owner, jane, other, {"email": other})
    merge(dialer, people.owner, jane, third)
    with dialer.db.read() as conn:
        said = sorted(fact["text"] for fact in facts.of_contact(conn, jane))
    assert of(dialer, people, jane)["email"] == "old@x.org"
    assert said == [
        "Also called: J. Doe", "Also called: Jane",
        "Other e-mail address: jane@x.org", "Other e-mail address: old@x.org",
    ]  # fmt: skip
    with dialer.db.read() as conn:
        assert sorted(one["text"] for one in facts.to_bring_up(conn, jane)) == said[2:], "no name is asked about"
        assert first_to_say(conn, jane) == "", "an address is nothing to begin a talk with"


def test_the_agent_says_whose_name_and_level_it_is(dialer, people, add):
    jane, other = add("(212) 555-0142", level="friend"), add("Jane Doe", level="advocate", email="j@example.com")
    merge(dialer, people.owner, jane, other, {"name": other, "level": jane, "email": jane})
    row = of(dialer, people, jane)
    assert (row["name"], row["search_name"], row["level"], row["email"]) == (
        "Jane Doe", "jane doe", "friend", "j@example.com",
    )  # fmt: skip


def test_two_open_debts_become_one_with_the_earlier_due_time(dialer, people, add):
    jane, other = add("Jane Doe"), add("J. Doe")
    owe(dialer, people.owner, jane, 30, "about the lease")
    owe(dialer, people.owner, other, 3, "about the roof")
    merge(dialer, people.owner, jane, other)
    with dialer.db.read() as conn:
        (row,) = conn.execute(select(callback)).mappings()
        assert conn.execute(select(func.count()).select_from(callback_event)).scalar_one() == 2
    assert (row["contact_id"], row["state"], row["due_at"]) == (jane, "open", START + timedelta(hours=3))
    assert row["note"] == "about the lease\n\nabout the roof"


def test_the_last_talk_is_that_of_either(dialer, people, add):
    jane, other = add("Jane Doe"), add("J. Doe")
    talk(dialer, people.owner, jane, hours_ago=90)
    talk(dialer, people.owner, other, hours_ago=5)
    merge(dialer, people.owner, jane, other)
    assert of(dialer, people, jane)["last_talked_at"] == START - timedelta(hours=5)


def test_a_do_not_call_of_either_holds_for_every_number(dialer, people, add):
    jane = add("Jane Doe", "212 555 0142")
    other = add("J. Doe", "212 555 0143", do_not_call=True, do_not_call_reason="asked")
    merge(dialer, people.owner, jane, other)
    row = of(dialer, people, jane)
    assert row["do_not_call_at"] and row["do_not_call_reason"] == "asked"
    with dialer.db.read() as conn:
        blocked = do_not_call.blocked_numbers(conn, people.owner.office_id, numbers(dialer, jane))
    assert set(blocked) == {"+12125550142", "+12125550143"}


def test_the_archived_come_back_and_the_household_stays(dialer, people, add):
    jane, other, kim = add("Jane Doe"), add("J. Doe"), add("Kim Doe")
    home = live_together(dialer, people.owner, other, kim)
    edit_contact(dialer, people.owner, jane, archived=True)
    merge(dialer, people.owner, jane, other)
    row = of(dialer, people, jane)
    assert (row["archived_at"], row["household_id"]) == (None, home)


def test_merging_two_who_live_together_ends_their_household(dialer, people, add):
    jane, other = add("Jane Doe"), add("J. Doe")
    live_together(dialer, people.owner, jane, other)
    merge(dialer, people.owner, jane, other)
    assert of(dialer, people, jane)["household_id"] is None


def test_of_two_senders_the_one_who_came_further_stays_and_the_other_is_remembered(dialer, people, add):
    jane, other, ann, bob = add("Jane Doe"), add("J. Doe"), add("Ann"), add("Bob")
    send(dialer, people.owner, ann, jane)
    send(dialer, people.owner, bob, other, "closing", 9000)
    merge(dialer, people.owner, jane, other)
    with dialer.db.read() as conn:
        (row,) = conn.execute(select(referral)).mappings()
        (remembered,) = facts.to_bring_up(conn, jane)
    assert (row["from_contact_id"], row["to_contact_id"], row["amount"]) == (bob, jane, 9000)
    assert remembered["text"] == "Was sent by Ann on May 1, 2026; it came to: lead"


def test_nobody_is_sent_by_themselves_on_whatever_way(dialer, people, add):
    jane, other, ann = add("Jane Doe"), add("J. Doe"), add("Ann")
    send(dialer, people.owner, other, ann)
    send(dialer, people.owner, ann, jane)
    merge(dialer, people.owner, jane, other)
    with dialer.db.read() as conn:
        (row,) = conn.execute(select(referral)).mappings()
    assert (row["from_contact_id"], row["to_contact_id"]) == (jane, ann)


def test_nobody_is_merged_while_in_a_call(dialer, people, add):
    jane, other = add("Jane Doe"), add("J. Doe")
    talk(dialer, people.owner, other, state="ringing_agent", outcome=None)
    with pytest.raises(NotAllowed, match="in a call"):
        merge(dialer, people.owner, jane, other)
    with pytest.raises(BadValue):
        merge(dialer, people.owner, jane, jane)
    assert of(dialer, people, other)


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_nobody_merges_the_people_of_others(dialer, people, add, who):
    scope = getattr(people, who)
    jane, other, theirs = add("Jane Doe"), add("J. Doe"), add("Tess", scope=scope)
    for scope_of, one, two in ((scope, jane, other), (scope, theirs, jane), (people.owner, jane, theirs)):
        with pytest.raises(NotFound):
            merge(dialer, scope_of, one, two)
    assert of(dialer, people, jane) and of(dialer, people, other)


@pytest.fixture
def sqlite_dialer(tmp_path, sqlite_template):
    """Makes a new installation with its cast each time that it is called."""

    def make():
        path = tmp_path / f"{next(_ref)}.db"
        shutil.copyfile(sqlite_template, path)
        known = SimpleNamespace(twilio_phone_number="+12025550100")
        made = Dialer(settings=known, db=Database(f"sqlite:///{path}"), carrier=None, clock=lambda: START, journal=None)
        return made, cast(made.db)

    return make


def counted(conn, ids) -> Counter:
    """All that hangs on these people, whichever of them it hangs on."""
    found = Counter()
    for table in merges.MOVED_WHOLE:
        if table is not callback:
            found[table.name] = conn.execute(select(func.count()).where(table.c.contact_id.in_(ids))).scalar_one()
    named = select(func.count()).where(fact.c.text.startswith("Also called: "))
    found["fact"] -= conn.execute(named).scalar_one()  # those that the merges have made
    numbers = select(func.count(contact_phone.c.number.distinct())).where(contact_phone.c.contact_id.in_(ids))
    found["numbers"] = conn.execute(numbers).scalar_one()
    found["talked"] = conn.execute(select(func.sum(call.c.talk_seconds)).where(call.c.contact_id.in_(ids))).scalar_one()
    found["debts"] = conn.execute(select(func.count()).select_from(callback_event)).scalar_one()
    found["tags"] = len({tag for theirs in tags.names_of(conn, ids).values() for tag in theirs})
    found["referrals"] = conn.execute(select(func.count()).select_from(referral)).scalar_one()
    found["notes"] = sum(len(row["note"].split()) for row in conn.execute(select(contact)).mappings())
    return found


LIFE = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["talk", "fact", "tag", "owe", "number", "send", "note"])), max_size=12
)


def live(dialer, scope, trio, life) -> None:
    for place, (who, what) in enumerate(life):
        person = trio[who]
        if what == "talk":
            talk(dialer, scope, person, hours_ago=place + 1, talk_seconds=60 + place)
        elif what == "fact":
            add_fact(dialer, scope, person, "work", f"thing {place}")
        elif what == "owe":
            owe(dialer, scope, person, place + 1)
        elif what == "tag":
            edit_contact(dialer, scope, person, tags=[f"tag{place % 4}"])
        elif what == "note":
            edit_contact(dialer, scope, person, note=f"word{place}")
        elif what == "number":
            more = [{"number": "212 555 0142"}, {"number": f"212 555 01{50 + place % 3}"}]
            edit_contact(dialer, scope, person, phones=more)
        else:
            new = add_contact(dialer, scope, name=f"Sent {place}", phones=[{"number": "303 555 0110"}])
            send(dialer, scope, person, new)


@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(life=LIFE, order=st.permutations([0, 1, 2]), upwards=st.booleans())
def test_in_any_order_of_two_merges_nothing_is_lost(sqlite_dialer, life, order, upwards):
    dialer, people = sqlite_dialer()
    trio = [add_contact(dialer, people.owner, name=f"Jane {n}", phones=[{"number": "212 555 0142"}]) for n in range(3)]
    live(dialer, people.owner, trio, life)
    first, second, third = (trio[place] for place in order)
    with dialer.db.read() as conn:
        before = counted(conn, trio)
    merge(dialer, people.owner, first, second)
    kept, gone = (first, third) if upwards else (third, first)
    merge(dialer, people.owner, kept, gone)
    with dialer.db.read() as conn:
        assert counted(conn, [kept]) == before
        open_ones = conn.execute(select(func.count()).where(callback.c.state == "open")).scalar_one()
        assert open_ones == int(any(what == "owe" for _, what in life))
        assert {row["contact_id"] for row in conn.execute(select(callback)).mappings()} <= {kept}
    dialer.db.close()

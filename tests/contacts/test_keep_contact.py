"""People are kept as typed, without what is invisible, and nobody's do-not-call is ever lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soi_dialer.flows.errors import BadValue, NotAllowed, NotFound
from soi_dialer.flows.keep_contact import add_contact, delete_contact, edit_contact, set_do_not_call
from soi_dialer.flows.log_call import log_call
from soi_dialer.store import callbacks, contacts
from tests.cast import START

MOBILE = "(212) 555-1234"
E164 = "+12125551234"


def add(dialer, scope, name="Jane Doe", *numbers, **more):
    phones = [{"number": number, "label": ""} for number in numbers or (MOBILE,)]
    return add_contact(dialer, scope, name=name, phones=phones, **more)


def row(dialer, scope, contact_id):
    with dialer.db.read() as conn:
        return contacts.get(conn, scope, contact_id)


def numbers_of(dialer, contact_id):
    with dialer.db.read() as conn:
        return [phone["number"] for phone in contacts.phones(conn, [contact_id])[contact_id]]


def blocked(dialer, scope, number=E164):
    with dialer.db.read() as conn:
        return contacts.is_do_not_call(conn, scope.office_id, number)


def open_callback(dialer, scope, contact_id):
    values = {"contact_id": contact_id, "contact_number": E164, "reason": "requested", "due_at": START, "state": "open"}
    values |= {"turn": "agent", "opened_at": START, "office_id": scope.office_id, "agent_id": scope.agent_id}
    with dialer.db.write() as conn:
        return callbacks.add(conn, values)


def test_a_contact_is_kept_clean_and_its_numbers_in_e164(dialer, people):
    contact_id = add_contact(
        dialer,
        people.owner,
        name="  José \u202e  Núñez\u200b ",
        phones=[{"number": "212.555.1234 x55", "label": "work"}, {"number": "+442079460958", "label": "home"}],
        email="jose@example.com",
        time_zone="America/Denver",
    )
    kept = row(dialer, people.owner, contact_id)
    assert (kept["name"], kept["search_name"]) == ("José Núñez", "jose nunez")
    assert (kept["email"], kept["time_zone"], kept["level"]) == ("jose@example.com", "America/Denver", "acquaintance")
    with dialer.db.read() as conn:
        phones = contacts.phones(conn, [contact_id])[contact_id]
    assert [(p["number"], p["extension"], p["label"]) for p in phones] == [
        (E164, "55", "work"),
        ("+442079460958", "", "home"),
    ]


def test_one_number_written_twice_is_kept_once_with_its_label(dialer, people):
    phones = [{"number": "2125551234"}, {"number": "+1 212 555 1234", "label": "mobile"}]
    contact_id = add_contact(dialer, people.owner, name="Jane", phones=phones)
    with dialer.db.read() as conn:
        assert [(p["number"], p["label"]) for p in contacts.phones(conn, [contact_id])[contact_id]] == [
            (E164, "mobile")
        ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " \u200b "}, "name"),
        ({"phones": []}, "phones"),
        ({"phones": [{"number": "911"}]}, "phones"),
        ({"phones": [{"number": "+19005551234"}]}, "phones"),
        ({"phones": [{"number": "2.125551234E9"}]}, "phones"),
        ({"phones": [{"number": "+12025550101"}]}, "phones"),  # the agent's own phone
        ({"phones": [{"number": "+12025550100"}]}, "phones"),  # the installation's number
        ({"phones": [{"number": f"+1212555{n:04}"} for n in range(1000, 1021)]}, "phones"),
        ({"email": "jane@example.com\nBcc: all@example.com"}, "email"),
        ({"email": "no address"}, "email"),
        ({"time_zone": "Etc/GMT+25"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"note": "x" * 1_000_000}, "note"),
    ],
)
def test_rows59_60_65_what_cannot_be_kept_is_refused_by_the_name_of_its_field(dialer, people, changes, field):
    good = {"name": "Jane", "phones": [{"number": MOBILE}]}
    with pytest.raises(BadValue) as refusal:
        add_contact(dialer, people.owner, **(good | changes))
    assert refusal.value.field == field
    with dialer.db.read() as conn:
        assert contacts.count(conn, people.owner) == 0


def test_two_people_of_a_household_may_share_a_number_and_the_last_talked_with_answers_to_it(dialer, people):
    jane, john = add(dialer, people.owner, "Jane"), add(dialer, people.owner, "John")
    with dialer.db.read() as conn:
        assert contacts.by_number(conn, people.owner, E164)["id"] == jane
    for at in (START, START - timedelta(days=9)):
        log_call(dialer, people.owner, contact_id=john, at=at)
    with dialer.db.read() as conn:
        found = contacts.by_number(conn, people.owner, E164)
    assert (found["id"], found["last_talked_at"]) == (john, START)


def test_an_edit_changes_only_what_it_names(dialer, people):
    contact_id = add(dialer, people.owner, note="likes roses")
    edit_contact(dialer, people.owner, contact_id, name="Jane Roe", phones=[{"number": "213-555-9999", "label": "new"}])
    kept = row(dialer, people.owner, contact_id)
    assert (kept["name"], kept["search_name"], kept["note"]) == ("Jane Roe", "jane roe", "likes roses")
    assert numbers_of(dialer, contact_id) == ["+12135559999"]


def test_an_unknown_caller_is_named_by_number_once_until_a_person_names_them(dialer, people):
    with dialer.db.write() as conn:
        contact_id = contacts.add_named_by_number(conn, people.owner, E164, START)
        assert contacts.add_named_by_number(conn, people.owner, E164, START) == contact_id
    assert row(dialer, people.owner, contact_id)["name"] == "(212) 555-1234"
    assert row(dialer, people.owner, contact_id)["named_by_number"] is True
    edit_contact(dialer, people.owner, contact_id, name="Jane")
    assert row(dialer, people.owner, contact_id)["named_by_number"] is False


def test_do_not_call_holds_for_every_number_and_the_whole_office_and_nobody_else(dialer, people):
    contact_id = add(dialer, people.owner, "Jane", MOBILE, "213-555-9999")
    set_do_not_call(dialer, people.owner, contact_id, True, "asked on the phone")
    assert blocked(dialer, people.teammate) and blocked(dialer, people.teammate, "+12135559999")
    assert not blocked(dialer, people.stranger)
    assert row(dialer, people.owner, contact_id)["do_not_call_reason"] == "asked on the phone"


def test_do_not_call_survives_deletion_and_comes_back_with_the_number(dialer, people):
    contact_id = add(dialer, people.owner)
    set_do_not_call(dialer, people.owner, contact_id, True)
    delete_contact(dialer, people.owner, contact_id)
    again = add(dialer, people.teammate, "Jane again", MOBILE, "213-555-9999")
    assert row(dialer, people.teammate, again)["do_not_call_at"] == START
    assert blocked(dialer, people.owner, "+12135559999")
    with dialer.db.write() as conn:
        caller = contacts.add_named_by_number(conn, people.owner, E164, START)
    assert row(dialer, people.owner, caller)["do_not_call_at"] is not None


def test_a_number_given_later_to_a_do_not_call_contact_is_blocked_too(dialer, people):
    contact_id = add(dialer, people.owner)
    set_do_not_call(dialer, people.owner, contact_id, True)
    edit_contact(dialer, people.owner, contact_id, phones=[{"number": "213-555-9999"}])
    assert blocked(dialer, people.owner) and blocked(dialer, people.owner, "+12135559999")


def test_an_edit_that_brings_a_blocked_number_makes_the_contact_do_not_call(dialer, people):
    set_do_not_call(dialer, people.owner, add(dialer, people.owner), True)
    other = add(dialer, people.teammate, "Kim", "213-555-9999")
    edit_contact(dialer, people.teammate, other, phones=[{"number": MOBILE}])
    assert row(dialer, people.teammate, other)["do_not_call_at"] is not None


def test_do_not_call_is_lifted_only_when_nobody_else_at_the_number_asked(dialer, people):
    jane, john = add(dialer, people.owner, "Jane"), add(dialer, people.teammate, "John")
    set_do_not_call(dialer, people.owner, jane, True)
    set_do_not_call(dialer, people.teammate, john, True)
    with pytest.raises(NotAllowed):
        set_do_not_call(dialer, people.owner, jane, False)
    set_do_not_call(dialer, people.teammate, john, True, "still")
    delete_contact(dialer, people.teammate, john)
    set_do_not_call(dialer, people.owner, jane, False)
    assert not blocked(dialer, people.owner)
    assert row(dialer, people.owner, jane)["do_not_call_at"] is None


def test_a_contact_who_waits_for_a_callback_is_not_deleted(dialer, people):
    contact_id = add(dialer, people.owner)
    callback_id = open_callback(dialer, people.owner, contact_id)
    with pytest.raises(NotAllowed, match="Jane Doe is waiting for a callback"):
        delete_contact(dialer, people.owner, contact_id)
    with dialer.db.write() as conn:
        callbacks.change(conn, callback_id, state="waived", waive_reason="moved away")
    delete_contact(dialer, people.owner, contact_id)
    with dialer.db.read() as conn:
        kept = callbacks.get(conn, people.owner, callback_id)
    assert (kept["contact_id"], kept["contact_number"]) == (None, E164)
    assert row(dialer, people.owner, contact_id) is None


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_another_agents_contact_is_not_there(dialer, people, who):
    contact_id, other = add(dialer, people.owner), getattr(people, who)
    for refused in (
        lambda: edit_contact(dialer, other, contact_id, name="Mine"),
        lambda: set_do_not_call(dialer, other, contact_id, True),
        lambda: delete_contact(dialer, other, contact_id),
    ):
        with pytest.raises(NotFound):
            refused()
    assert row(dialer, other, contact_id) is None
    assert row(dialer, people.owner, contact_id)["name"] == "Jane Doe"
    with dialer.db.read() as conn:
        assert contacts.by_number(conn, other, E164) is None
        assert contacts.owner_of_number(conn, people.owner.office_id, E164)["agent_id"] == people.owner.agent_id
        assert contacts.page(conn, other) == []


def test_an_edit_is_made_as_a_whole_or_not_at_all(dialer, people):
    contact_id = add(dialer, people.owner)
    other = add(dialer, people.teammate)
    set_do_not_call(dialer, people.teammate, other, True)
    with pytest.raises(NotAllowed):
        edit_contact(dialer, people.owner, contact_id, name="Changed", do_not_call=False)
    assert row(dialer, people.owner, contact_id)["name"] == "Jane Doe"


def test_do_not_call_may_be_said_when_a_contact_is_added_or_edited(dialer, people):
    first = add(dialer, people.owner, do_not_call=True, do_not_call_reason="by letter")
    second = add(dialer, people.owner, "Kim", "213-555-9999")
    edit_contact(dialer, people.owner, second, do_not_call=True)
    assert row(dialer, people.owner, first)["do_not_call_reason"] == "by letter"
    assert row(dialer, people.owner, second)["do_not_call_at"] == START
    assert blocked(dialer, people.owner) and blocked(dialer, people.owner, "+12135559999")

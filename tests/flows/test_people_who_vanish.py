"""A click, a caller and a note meet a merge or a deletion in the same moment: nothing is lost, nobody is confused."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest

from soi_dialer.flows import keep_contact, merge_contacts, place_call
from soi_dialer.flows.errors import FlowError, NotAllowed, NotFound
from soi_dialer.flows.keep_contact import add_contact, delete_contact
from soi_dialer.flows.keep_fact import add_fact
from soi_dialer.flows.merge_contacts import merge
from soi_dialer.flows.take_call import take_call
from tests.world import JANE, OUR_NUMBER

WAITS_SECONDS = 0.3
"""So long the other one is given to run into what is held; on SQLite it waits for its turn to write."""


class Other(threading.Thread):
    """Somebody who does something at the same time; `came` is what came of it."""

    def __init__(self, verb, *args, **kwargs) -> None:
        super().__init__(daemon=True)
        self.verb, self.args, self.kwargs, self.came = verb, args, kwargs, None

    def run(self) -> None:
        try:
            self.came = self.verb(*self.args, **self.kwargs)
        except FlowError as refusal:
            self.came = refusal


@contextmanager
def before_commit(monkeypatch, room, function: str, other: Other):
    """Start the other one in the middle of a transaction, right after this function has been called there."""
    plain = getattr(room, function)

    def meeting(*args, **kwargs):
        answer = plain(*args, **kwargs)
        other.start()
        other.join(WAITS_SECONDS)
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(room, function, meeting)
        yield
    other.join(20)
    assert not other.is_alive()


@pytest.fixture
def twin(world) -> int:
    """Jane once more, by a second number."""
    return add_contact(world.dialer, world.owner, name="J. Doe", phones=[{"number": "+12125550148"}, {"number": JANE}])


def test_a_click_on_somebody_who_is_being_merged_finds_nobody_and_rings_nobody(world, twin, monkeypatch):
    click = Other(world.click)
    with before_commit(monkeypatch, merge_contacts.contacts, "remove", click):
        merge(world.dialer, world.owner, twin, world.jane)
    assert isinstance(click.came, NotFound) and world.carrier.rung == []


def test_a_click_on_somebody_who_is_being_deleted_finds_nobody_and_rings_nobody(world, monkeypatch):
    click = Other(world.click)
    with before_commit(monkeypatch, keep_contact.contacts, "remove", click):
        delete_contact(world.dialer, world.owner, world.jane)
    assert isinstance(click.came, NotFound) and world.carrier.rung == []


@pytest.mark.parametrize("verb", ["merge", "delete"])
def test_nobody_vanishes_under_a_click(world, twin, monkeypatch, verb):
    args = (twin, world.jane) if verb == "merge" else (world.jane,)
    other = Other({"merge": merge, "delete": delete_contact}[verb], world.dialer, world.owner, *args)
    with before_commit(monkeypatch, place_call.calls, "add", other):
        row = world.click()
    assert isinstance(other.came, NotAllowed) and "in a call" in str(other.came)
    assert world.call(row["ref"])["contact_id"] == world.jane


def test_somebody_who_calls_while_they_are_merged_is_known_as_the_one(world, twin, monkeypatch):
    caller = Other(take_call, world.dialer, sid="CA" + "7" * 32, caller=JANE, called=OUR_NUMBER)
    with before_commit(monkeypatch, merge_contacts.contacts, "remove", caller):
        merge(world.dialer, world.owner, twin, world.jane)
    assert world.inbound("CA" + "7" * 32)["contact_id"] == twin


def test_a_note_about_somebody_who_is_being_deleted_is_refused_in_words(world, monkeypatch):
    note = Other(add_fact, world.dialer, world.owner, world.jane, "note", "likes roses")
    with before_commit(monkeypatch, keep_contact.contacts, "remove", note):
        delete_contact(world.dialer, world.owner, world.jane)
    assert isinstance(note.came, NotFound)

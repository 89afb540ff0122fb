"""A debt follows from its events: only a conversation or a waiver closes it, and no message makes it later."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.callback import OPENERS, Event, fold_callback
from tests.domain.carrier_facts import START

CALLED = ("left_voicemail", "machine", "no_answer", "busy", "failed", "canceled", "agent_missed", "unconfirmed")
ATTEMPTS = ("left_voicemail", "machine", "no_answer", "busy")

minutes = st.integers(0, 10_000)


def at(minute: int):
    return START + timedelta(minutes=minute)


@st.composite
def events(draw, kinds=("opener", "called", "due_changed", "waived"), outcomes=(*CALLED, "connected")) -> list[Event]:
    """A history: first what opened it; every call once, as the store holds it."""
    found = [draw(openers(0, call_id=1))]
    for number in range(draw(st.integers(0, 7))):
        kind, minute, call_id = draw(st.sampled_from(kinds)), draw(minutes), number + 2
        if kind == "opener":
            found.append(draw(openers(minute, call_id=call_id)))
        elif kind == "called":
            outcome = draw(st.sampled_from(outcomes))
            found.append(Event("contact_called", at(minute), call_id, outcome, due_at=at(minute + 3000)))
        elif kind == "due_changed":
            found.append(Event("due_changed", at(minute), due_at=at(minute + draw(minutes))))
        else:
            found.append(Event("waived", at(minute), reason=draw(st.sampled_from(("by mail", "wrong number")))))
    return found


@st.composite
def openers(draw, minute: int, call_id: int) -> Event:
    kind = draw(st.sampled_from(sorted(OPENERS)))
    of_a_call = kind in ("message_left", "call_missed")
    outcome = {"message_left": "voicemail", "call_missed": "missed"}.get(kind)
    return Event(kind, at(minute), call_id if of_a_call else None, outcome, due_at=at(minute + draw(minutes)))


@pytest.mark.parametrize("kind, reason", OPENERS.items())
def test_what_opens_it_is_its_reason(kind, reason):
    standing = fold_callback([Event(kind, START, due_at=at(240))])
    assert (standing.reason, standing.due_at, standing.state, standing.turn) == (reason, at(240), "open", "agent")


def test_what_nothing_opened_is_no_callback():
    for history in ([], [Event("waived", START)], [Event("contact_called", START, 1, "connected")]):
        with pytest.raises(ValueError, match="opened by"):
            fold_callback(history)


@given(events().flatmap(lambda history: st.tuples(st.just(history), st.permutations(history))))
def test_the_order_in_which_events_are_read_does_not_matter(both):
    history, shuffled = both
    assert fold_callback(shuffled) == fold_callback(history)


@given(events())
def test_only_a_conversation_or_a_waiver_closes_it(history):
    standing = fold_callback(history)
    talked = {event.call_id for event in history if event.outcome == "connected"}
    waived = {event.reason for event in history if event.kind == "waived"}
    if standing.state == "returned":
        assert standing.returned_call_id in talked
    elif standing.state == "waived":
        assert standing.waive_reason in waived
    assert (standing.state == "open") == (standing.closed_at is None)
    if not talked and not waived:
        assert standing.state == "open"


@given(events(kinds=("opener", "called"), outcomes=CALLED))
def test_without_conversation_and_waiver_it_stays_open_for_ever(history):
    assert fold_callback(history).state == "open"


@given(events(), st.data())
def test_a_further_message_never_moves_the_due_time_later(history, data):
    before = fold_callback(history)
    message = data.draw(openers(20_000, call_id=99))
    after = fold_callback([*history, message])
    if before.state == "open":
        assert after.due_at <= before.due_at
        assert after.turn == "agent"
    elif before.state == "returned":
        assert (after.state, after.due_at) == ("open", message.due_at)
    else:
        assert after == before


@given(events(kinds=("opener", "called", "due_changed"), outcomes=CALLED))
def test_every_call_that_rang_them_is_one_attempt(history):
    rang = {event.call_id for event in history if event.kind == "contact_called" and event.outcome in ATTEMPTS}
    assert fold_callback(history).attempts == len(rang)


def test_a_message_left_back_makes_it_their_turn_and_their_next_message_ours():
    opened = Event("message_left", START, 1, "voicemail", due_at=at(240))
    left_back = Event("contact_called", at(60), 2, "left_voicemail", due_at=at(3000))
    again = Event("message_left", at(100), 3, "voicemail", due_at=at(340))
    theirs = fold_callback([opened, left_back])
    assert (theirs.turn, theirs.due_at, theirs.state) == ("contact", at(3000), "open")
    ours = fold_callback([opened, left_back, again])
    assert (ours.turn, ours.due_at, ours.attempts) == ("agent", at(340), 1)


@pytest.mark.parametrize("kind", ["contact_called", "message_left", "call_missed"])
def test_a_conversation_in_either_direction_returns_it(kind):
    """A missed call that turns out to have been a talk was one all along."""
    opened = Event("text_received", START, due_at=at(240))
    talk = Event(kind, at(30), 7, "connected", due_at=at(500))
    standing = fold_callback([opened, talk])
    assert (standing.state, standing.returned_call_id, standing.closed_at) == ("returned", 7, at(30))


@given(events())
def test_a_call_that_is_corrected_corrects_the_debt(history):
    corrected = [
        dataclasses.replace(event, outcome="no_answer") if event.outcome == "connected" else event for event in history
    ]
    assert fold_callback(corrected).state in ("open", "waived")

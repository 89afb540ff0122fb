"""What people begin in a history: clicks, calls, texts, and everything that an agent may do with a debt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from soi_dialer.carrier.reports import TextReport
from soi_dialer.flows.cancel_call import cancel_call
from soi_dialer.flows.close_callback import stop_calling, talked_elsewhere
from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.keep_contact import set_do_not_call
from soi_dialer.flows.place_call import place_call
from soi_dialer.flows.snooze import snooze
from soi_dialer.flows.take_text import take_text
from soi_dialer.store import agents
from soi_dialer.store.tables import call, callback, contact
from tests.simulation.people import JANE, OWN_NUMBER, STRANGER

if TYPE_CHECKING:
    from tests.simulation.history import History


def something_happens(history: History) -> None:
    kinds = (click, contact_calls, text_comes, agent_acts, agent_leaves)
    kind = history.chance.choices(kinds, (45, 35, 6, 10, 4))[0]
    kind(history)


def click(history: History) -> None:
    history.survive(place_call, history.dialer, history.people.agent, contact_id=history.people.jane)
    if history.chance.random() < 0.2:
        history.company.after(history.chance.uniform(0, 20), lambda: cancel(history))


def cancel(history: History) -> None:
    for row in history.rows(call):
        if row["state"] != "ended" and row["direction"] == "outbound":
            history.survive(cancel_call, history.dialer, history.people.agent, row["id"])


def contact_calls(history: History) -> None:
    history.lives.contact_calls(history.chance.choice((JANE, JANE, STRANGER, None)), OWN_NUMBER)


def text_comes(history: History) -> None:
    """Perhaps delivered twice; if we die over it, it is only in the carrier's list."""
    sid = f"SM{history.chance.getrandbits(128):032x}"
    sender = history.chance.choice((JANE, STRANGER))
    report = TextReport(sid, "inbound", OWN_NUMBER, sender, "Call me.", history.company.now)
    history.company.texts[sid] = report
    for _ in range(2 if history.faults.strikes("doubled") else 1):
        history.survive(take_text, history.dialer, sid=sid, sender=sender, called=OWN_NUMBER, body="Call me.")


def agent_acts(history: History) -> None:
    acts: tuple[Callable, ...] = (put_off, put_off, wave_off, stop, talk_elsewhere)
    act = history.chance.choice(acts)
    owed = [row for row in history.rows(callback) if row["state"] == "open"]
    for row in owed[:2]:
        act(history, row["id"])
    if not owed and act is stop:
        wants_no_calls = (history.people.agent, history.people.jane, True, "Asked not to be called.")
        history.survive(set_do_not_call, history.dialer, *wants_no_calls)
        _note_wish(history)


def put_off(history: History, callback_id: int) -> None:
    until = history.clock() + timedelta(hours=history.chance.choice((1, 1, 20, 72)))
    history.survive(snooze, history.dialer, history.people.agent, callback_id, until)


def wave_off(history: History, callback_id: int) -> None:
    history.survive(waive, history.dialer, history.people.agent, callback_id, "Wrong number")


def stop(history: History, callback_id: int) -> None:
    history.survive(stop_calling, history.dialer, history.people.agent, callback_id)
    _note_wish(history)


def talk_elsewhere(history: History, callback_id: int) -> None:
    history.survive(talked_elsewhere, history.dialer, history.people.agent, callback_id)


def agent_leaves(history: History) -> None:
    """On leave for some days or until further notice, with somebody named to stand in or not."""
    today = history.clock().date()
    days = history.chance.choice((1, 3, None))
    values = {
        "leave_from_on": today,
        "leave_until_on": today + timedelta(days=days) if days else None,
        "hand_over_to": history.people.colleague.agent_id if history.chance.random() < 0.7 else None,
    }
    history.survive(_change_agent, history, values)


def _change_agent(history: History, values: dict[str, Any]) -> None:
    with history.db.write() as connection:
        agents.update(connection, history.people.agent.agent_id, **values)


def _note_wish(history: History) -> None:
    """From when on nobody may ring Jane."""
    wishes = [row["do_not_call_at"] for row in history.rows(contact) if row["id"] == history.people.jane]
    if any(wishes) and history.left_alone_at is None:
        history.left_alone_at = history.company.now

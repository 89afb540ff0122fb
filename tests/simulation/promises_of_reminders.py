"""Whoever waits is told of: every working morning, by each channel, to somebody; and nobody is told twice or in bursts.

The rules are told here once more in other words than the program's: no rungs, only days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from soi_dialer.flows.office_hours import is_on_leave, presence_of

if TYPE_CHECKING:
    from tests.simulation.history import History

NEW_YORK = ZoneInfo("America/New_York")


def check(history: History, owed: list, told: list, people: Mapping[int, Any]) -> None:
    check_nothing_waits_for_ever(history, owed, told)
    check_nobody_is_told_twice(history)
    check_no_burst_after_the_silence(history)
    for day in history.days_of_calm():
        check_every_debt_was_told_of(history, day, owed, told, people)


def check_nothing_waits_for_ever(history: History, owed: list, told: list) -> None:
    """Every open debt has its next reminder or is set aside where it is seen; no lease and no message is left over."""
    now = history.clock()
    for row in owed:
        if row["set_aside_at"] is not None:
            assert history.faults.struck["crash"], "set aside though nothing failed"
        elif row["state"] == "open":
            has_next = row["remind_at"] is not None and row["remind_at"] > now - timedelta(minutes=1)
            assert has_next, f"callback {row['id']} has no next reminder"
        else:
            assert row["remind_at"] is None, "a reminder of what is over"
        assert row["lease_until"] is None or row["lease_until"] <= now, "a lease that never ends"
    for row in told:
        is_done = row["state"] in ("sent", "shown", "failed", "dropped")
        assert is_done or row["send_at"] > now - timedelta(minutes=1), f"message {row['id']} never goes out"
        assert row["state"] != "failed" or history.faults.struck["bad_answer"], f"message {row['id']} was given up"


def check_nobody_is_told_twice(history: History) -> None:
    """At least once where a process died or an answer was unknown; the phone rings at most once whatever happens."""
    faults = history.faults.struck
    for (channel, _), count in history.telling.count_by_message().items():
        may_come_again = faults["crash"] + faults["bad_answer"] if channel != "phone" else 0
        assert count <= 1 + may_come_again, f"the same {channel} came {count} times"


def check_no_burst_after_the_silence(history: History) -> None:
    """Nobody swept for a day: in the first sweep after it each debt is told of once by each channel."""
    if history.faults.struck["bad_answer"] or history.faults.struck["crash"]:
        return  # what could not be sent before comes then as well
    first = [a for a in history.telling.arrivals if a.at <= history.calm_from and a.sweep == history.first_calm_sweep]
    counts = Counter((a.channel, a.agent_id, a.callback_id) for a in first)
    assert all(count == 1 for count in counts.values()), f"a burst: {counts}"


def check_every_debt_was_told_of(history: History, day: date, owed: list, told: list, people: Mapping) -> None:
    """To the agent, or to whoever stands in, and not only on the page."""
    begins_at = datetime.combine(day, time(0), NEW_YORK)
    agent, colleague = (people[scope.agent_id] for scope in (history.people.agent, history.people.colleague))
    present = colleague if is_on_leave(agent, begins_at) else agent
    if local(presence_of(present).next_opening(begins_at)) != day:
        return
    waiting = [row for row in owed if waits_before(row, begins_at)]
    for row in waiting if not is_just_back(agent, day) else ():
        on_that_day = {r["agent_id"] for r in told if r["callback_id"] == row["id"] and local(r["rung_at"]) == day}
        assert on_that_day == {present["id"]}, f"of callback {row['id']} agents {on_that_day} were told on {day}"
    if waiting:
        check_it_arrived(history, day, present)


def check_it_arrived(history: History, day: date, present: Any) -> None:
    """By text and by e-mail, one by one or in the day's digest."""
    by = {a.channel for a in history.telling.arrivals if local(a.at) == day and a.agent_id == present["id"]}
    wanted = {"sms", "email"} & set(present["channels"].split(","))
    assert wanted <= by, f"on {day} {present['name']} was told by {by or 'nothing'} alone"


def is_just_back(agent: Any, day: date) -> bool:
    """What was planned for the hours of whoever stood in stays so over a weekend; the digest tells of it meanwhile."""
    until = agent["leave_until_on"]
    return until is not None and until < day <= until + timedelta(days=3)


def waits_before(row: Any, instant: datetime) -> bool:
    """The agent had to call before then, and has not until the end."""
    begins = [row[name] for name in ("due_at", "snoozed_until", "opened_at", "arrived_at") if row[name] is not None]
    return row["state"] == "open" and row["set_aside_at"] is None and max(begins) < instant


def local(at: datetime) -> date:
    return at.astimezone(NEW_YORK).date()

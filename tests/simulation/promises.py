"""What must hold after every history, whatever went wrong in it."""

from __future__ import annotations

from collections import Counter
from datetime import time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from soi_dialer.store import rollup_upkeep
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call, callback, callback_event, reminder, voicemail
from tests.simulation import promises_of_reminders
from tests.simulation.people import ALL_DAY, JANE, STRANGER

if TYPE_CHECKING:
    from tests.simulation.history import History

ZONES = {JANE: ZoneInfo("America/New_York"), STRANGER: ZoneInfo("America/Los_Angeles")}


def check(history: History) -> None:
    """Raises AssertionError for the first promise that does not hold."""
    calls, owed, messages = history.rows(call), history.rows(callback), history.rows(voicemail)
    assert not history.telling.wrongs, "; ".join(history.telling.wrongs)
    check_nothing_is_stuck(calls)
    check_messages(history, calls, owed, messages)
    check_texts(history)
    check_dials(history, calls)
    for row in calls:
        check_truth(history, row)
    check_figures(history)
    promises_of_reminders.check(history, owed, history.rows(reminder), {row["id"]: row for row in history.rows(agent)})


def check_figures(history: History) -> None:
    """The figures of each day are those of its calls."""
    people, history.db.faults = history.rows(agent), None
    with history.db.write() as connection:
        for row in people:
            wrong = rollup_upkeep.wrong_days(connection, Scope(row["office_id"], row["id"]))
            assert not wrong, f"the figures of a day are not those of its calls: {wrong}"


def check_nothing_is_stuck(calls: list) -> None:
    stuck = [row for row in calls if row["state"] != "ended" or row["reconcile_at"]]
    assert not stuck, f"stuck: {[(row['id'], row['state'], row['placement']) for row in stuck]}"


def check_messages(history: History, calls: list, owed: list, messages: list) -> None:
    """Each recording is one voicemail, each in one callback, which only a talk or a waiver has closed."""
    recorded = sorted(history.company.recordings)
    assert sorted(m["recording_sid"] for m in messages) == recorded, "not each recording is one voicemail"
    assert all(m["audio_state"] == "stored" for m in messages), "a message has no sound"
    assert {m["callback_id"] for m in messages} <= {row["id"] for row in owed}, "a message is owed by nobody"
    by_id = {row["id"]: row for row in calls}
    for row in owed:
        assert row["state"] in ("open", "returned", "waived")
        assert row["state"] != "returned" or by_id[row["returned_call_id"]]["outcome"] == "connected"
        assert row["state"] != "waived" or row["waive_reason"]


def check_texts(history: History) -> None:
    """Each text stands in one callback, once."""
    kept = Counter(row["key"] for row in history.rows(callback_event) if row["kind"] == "text_received")
    assert set(kept) == set(history.company.texts), "a text was lost"
    assert all(count == 1 for count in kept.values()), "a text was kept twice"


def check_dials(history: History, calls: list) -> None:
    """The contact is rung at most once for each call, never without key 1, and never against the rules."""
    bridges = history.lives.bridges
    rung = [leg for leg in history.company.legs.values() if leg.line == "contact" and leg.parent]
    assert len(rung) == len(bridges) <= history.lives.presses_of_one, "a contact was rung without key 1"
    assert len({ref for ref, _ in bridges}) == len(bridges), "a contact was rung twice for one call"
    claimed = {row["ref"] for row in calls if row["claimed_at"] and row["direction"] == "outbound"}
    assert {ref for ref, _ in bridges} <= claimed, "a contact was rung without a claim"
    for leg, (_, at) in zip(rung, bridges, strict=True):
        wall_clock = at.astimezone(ZONES[leg.to]).time()
        assert history.calling_hours == ALL_DAY or time(8) <= wall_clock < time(20), f"{leg.to} rung at {wall_clock}"
    wish = history.left_alone_at
    to_jane = [leg for leg in rung if leg.to == JANE]
    assert wish is None or not [leg for leg in to_jane if leg.created_at > wish], "rung after they asked not to be"


def check_truth(history: History, row: Any) -> None:
    """What the row says is what the phone company's own legs say."""
    leg = history.company.legs.get(row["contact_sid"])
    if row["direction"] == "outbound" and leg is not None:
        assert row["contact_leg_seconds"] == (leg.seconds or 0), "the carrier knows another length"
        if row["outcome"] == "connected":
            assert row["talk_seconds"] == leg.seconds, "other seconds than the carrier's were counted"
    if row["outcome"] == "unconfirmed" and not history.faults.struck["clock_jump"]:
        found = [one for one in history.company.legs.values() if one.ref == row["ref"]]
        assert not found, "a call was given up that the carrier knows"
